package io.citytally.vote;

/** Which stream brings the votes. */
public enum SourceKind {
  /** Kinesis Data Streams. */
  KINESIS("kinesis"),

  /** The {@code votes} table's own DynamoDB stream. */
  DYNAMODB_STREAMS("dynamodb-streams");

  private final String text;

  SourceKind(String text) {
    this.text = text;
  }

  /** As it stands in the properties. */
  @Override
  public String toString() {
    return text;
  }
}
