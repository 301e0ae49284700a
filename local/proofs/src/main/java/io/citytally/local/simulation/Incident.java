package io.citytally.local.simulation;

import java.util.Locale;

/** What happened in a run, beyond votes that arrive once, in order, at a job that runs on. */
public enum Incident {
  /** The stream took a record in a second time. */
  DUPLICATE,
  /** The same, on a shard that came to be after the first delivery's. */
  DUPLICATE_ON_A_LATER_SHARD,
  /** The stream took a change in before an earlier one. */
  REORDERED,
  /** One record took more than one choice. */
  SEVERAL_TAKEN,
  /** Something that no one can count. */
  POISON,
  /** The clock by which changes are made was ahead of the job's. */
  CLOCKS_APART,
  /** The job's clock was set ahead. */
  CLOCK_SET_AHEAD,
  CLOCK_SET_BACK,
  /** An hour ended between two changes, and with it a bucket of the course of the vote. */
  HOUR_ENDED,
  SHARD_SPLIT,
  SHARDS_MERGED,
  /** The stream dropped records that it had kept long enough. */
  RECORDS_EXPIRED,

  /** A choice went on the ballot. */
  LISTED,
  /** A choice went from the ballot. */
  UNLISTED,
  HIDDEN,
  /** Someone deleted an item of the ballot. */
  DELETED_BY_HAND,
  BALLOT_AWAY,
  /** A side of a change was refused. */
  REFUSED,
  CAST_AGAIN,

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

  /** The job first started at a timestamp, not at the stream's oldest record. */
  STARTED_AT_A_TIMESTAMP,
  CRASH,
  CRASH_AMID_CHECKPOINT,
  /** Went back to another checkpoint than the latest. */
  OLDER_CHECKPOINT,
  SAVEPOINT_RESTORED,
  RESCALED,
  WINDOW_CHANGED,
  /** An instance ran on next to its successor. */
  ZOMBIE,
  /** An instance of an older epoch ran on next to its successor. */
  ZOMBIE_OF_AN_OLDER_EPOCH,
  /** Someone changed the source of a job that has a snapshot. */
  SOURCE_SWITCHED,
  /** Started again without state, in the same epoch, on a stream that had lost what was counted. */
  BLIND_START,
  /** Began without state, while the stream still held everything. */
  FRESH_START,
  /** Began without state, on a stream that had lost what was counted, in the next epoch. */
  EPOCH_RAISED,
  /** So long a quiet time that the memory of duplicates and the stream's records expired. */
  LONG_NIGHT,
  /** The same for two weeks, half of the time that a refused choice can be cast again. */
  LONG_WEEKS;

  /** For a person. */
  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
