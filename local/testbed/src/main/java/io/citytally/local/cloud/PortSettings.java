package io.citytally.local.cloud;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ports that were asked for by number: the system must use them, and no free ones instead.
 *
 * @param otherDynamoDb a DynamoDB that is there already, to be used instead of the emulator
 */
public record PortSettings(
    OptionalInt http,
    OptionalInt dynamodb,
    OptionalInt kinesis,
    OptionalInt flink,
    Optional<URI> otherDynamoDb) {

  private static final OptionalInt ANY_PORT = OptionalInt.of(0);

  /** Each part listens on a port that the system chooses. */
  public static final PortSettings ANY = new PortSettings(ANY_PORT, ANY_PORT, ANY_PORT, ANY_PORT);

  /** With the DynamoDB emulator. */
  public PortSettings(
      OptionalInt http, OptionalInt dynamodb, OptionalInt kinesis, OptionalInt flink) {
    this(http, dynamodb, kinesis, flink, Optional.empty());
  }
}
