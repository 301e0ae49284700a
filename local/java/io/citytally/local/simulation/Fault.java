package io.citytally.local.simulation;

import java.util.Locale;

/** What happened in a run, beyond votes that arrive once, in order, at a job that runs on. */
public enum Fault {
  /** The stream took a record in a second time. */
  DUPLICATE,
  /** The same, on a shard that came to be after the first delivery's. */
  DUPLICATE_ON_A_LATER_SHARD,
  /** The stream took a change in before an earlier one. */
  REORDERED,
  /** Something that no one can count. */
  POISON,
  /** The clock by which changes are made was ahead of the job's. */
  CLOCKS_APART,
  SHARD_SPLIT,
  SHARDS_MERGED,
  /** The stream dropped records that it had kept long enough. */
  RECORDS_EXPIRED,

  THROTTLED,
  SERVER_ERROR,
  TRANSACTION_CONFLICT,
  /** The request got lost. */
  REQUEST_LOST,
  /** The request took effect, the answer got lost. */
  ANSWER_LOST,
  /** The job was told that the request had failed; it took effect after that. */
  TOOK_EFFECT_LATER,
  ANSWERS_REORDERED,
  /** The answer came after the writer had been closed. */
  ANSWERED_A_CLOSED_WRITER,
  OUTAGE,

  CRASH,
  CRASH_AMID_CHECKPOINT,
  /** Went back to another checkpoint than the latest. */
  OLDER_CHECKPOINT,
  SAVEPOINT_RESTORED,
  RESCALED,
  WINDOW_CHANGED,
  /** An instance ran on beside its successor. */
  ZOMBIE,
  /** Began anew without state, while the stream still held everything. */
  FRESH_START,
  /** Began anew without state, on a stream that had lost what was counted, in the next epoch. */
  EPOCH_RAISED,
  /** So long a quiet time that the memory of duplicates and the stream's records expired. */
  LONG_NIGHT;

  /** For a person. */
  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
