package io.citytally.local.cloud;

import java.util.OptionalInt;

/** Ports that were asked for by number, and so may not be swapped for free ones. */
public record PortSettings(
    OptionalInt http, OptionalInt dynamodb, OptionalInt kinesis, OptionalInt flink) {}
