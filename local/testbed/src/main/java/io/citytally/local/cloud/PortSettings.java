package io.citytally.local.cloud;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where things listen that were asked for by number, and so may not be swapped for free ports.
 *
 * @param otherDynamoDb a DynamoDB that is there already, to be used instead of the emulator
 */
public record PortSettings(
    OptionalInt http,
    OptionalInt dynamodb,
    OptionalInt kinesis,
    OptionalInt flink,
    Optional<URI> otherDynamoDb) {

  /** With the DynamoDB emulator. */
  public PortSettings(
      OptionalInt http, OptionalInt dynamodb, OptionalInt kinesis, OptionalInt flink) {
    this(http, dynamodb, kinesis, flink, Optional.empty());
  }
}
