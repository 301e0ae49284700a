package io.citytally.vote;

/** Which stream brings the votes. */
public enum VoteSource {
  /** Kinesis Data Streams. */
  KINESIS("kinesis"),

  /** The {@code votes} table's own DynamoDB stream. */
  DYNAMODB_STREAMS("dynamodb-streams");

  private final String text;

  VoteSource(String text) {
    this.text = text;
  }

  /** As it stands in the properties. */
  @Override
  public String toString() {
    return text;
  }
}
