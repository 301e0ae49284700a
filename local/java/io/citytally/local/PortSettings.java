package io.citytally.local;

import java.util.OptionalInt;

/** Ports that were asked for by number, and so may not be swapped for free ones. */
record PortSettings(
    OptionalInt http, OptionalInt dynamodb, OptionalInt kinesis, OptionalInt flink) {}
