package io.citytally.cli.cost;

/** How a Kinesis stream is paid for. */
public enum StreamMode {
  /** By the hour and the gigabyte, as {@code deploy} makes the stream. */
  ON_DEMAND("on-demand"),

  /** By the gigabyte, 25 MB a second at least: a setting of the whole account. */
  ADVANTAGE("advantage"),

  /** By shards and records, as {@code deploy --shards} makes the stream. */
  PROVISIONED("provisioned");

  private final String label;

  StreamMode(String label) {
    this.label = label;
  }

  /** As it stands in an option. */
  @Override
  public String toString() {
    return label;
  }
}
