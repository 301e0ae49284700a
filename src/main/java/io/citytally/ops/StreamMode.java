package io.citytally.ops;

/** How a Kinesis stream is paid for. */
public enum StreamMode {
  ON_DEMAND,
  SHARDS
}
