package io.citytally.source;

import io.citytally.vote.FlinkPojo;

/** A record as the stream delivered it, not looked into. */
@FlinkPojo
public class RawRecord {

  public byte[] payload;

  /** The shard that it was read from. */
  public String shard;

  /**
   * Its number in the shard. The records of one KPL aggregate, which the consumer takes apart,
   * share one.
   */
  public String sequenceNumber;

  /** When the stream took it in, in milliseconds since the epoch. */
  public long arrivedAtMillis;

  /** For Flink's serializer. */
  public RawRecord() {}

  public RawRecord(byte[] payload, String shard, String sequenceNumber, long arrivedAtMillis) {
    this.payload = payload;
    this.shard = shard;
    this.sequenceNumber = sequenceNumber;
    this.arrivedAtMillis = arrivedAtMillis;
  }
}
