package io.citytally.local.cloud;

/** By which way the job learns of a vote. */
public enum FeedSource {
  /** Kinesis Data Streams, fed from the {@code votes} table. */
  KINESIS("kinesis"),
  /** The {@code votes} table's own stream. */
  DYNAMODB_STREAMS("dynamodb-streams");

  /** Its name as an option and as the job's property {@code source}. */
  public final String label;

  FeedSource(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
