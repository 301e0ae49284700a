package io.citytally.source;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * How old the oldest record is that a restart would read again: the oldest that came after the
 * barrier of the newest complete checkpoint. It must still be on the stream when the job restarts,
 * or it is lost, though the job has read it.
 *
 * <p>A checkpoint is of use once it is complete, and its barrier passed before that. So each
 * barrier begins an interval of its own. When a checkpoint is complete, the intervals before its
 * barrier go, those of failed checkpoints among them. What the stream has not delivered yet is not
 * known here; on Kinesis {@code millisBehindLatest} is its age.
 *
 * <p>All methods but {@link #millis} are for one thread.
 */
final class ReplayAge {

  private static final long NONE = Long.MAX_VALUE;

  /** The checkpoint that the job has started from, or none. */
  private static final long START = Long.MIN_VALUE;

  private final LongSupplier clock;

  /** By the checkpoint whose barrier began it, the oldest arrival of each interval that is over. */
  private final NavigableMap<Long, Long> oldestByBarrier = new TreeMap<>();

  private long barrier = START;
  private long oldestSinceBarrier = NONE;
  private volatile long oldest = NONE;

  /**
   * @param clock in milliseconds since the epoch, as the arrivals are
   */
  ReplayAge(LongSupplier clock) {
    this.clock = clock;
  }

  /** A record was read. */
  void read(long arrivedAtMillis) {
    if (arrivedAtMillis < oldestSinceBarrier) {
      oldestSinceBarrier = arrivedAtMillis;
      if (arrivedAtMillis < oldest) {
        oldest = arrivedAtMillis;
      }
    }
  }

  /** The barrier of a checkpoint passes. */
  void barrier(long checkpoint) {
    oldestByBarrier.put(barrier, oldestSinceBarrier);
    barrier = checkpoint;
    oldestSinceBarrier = NONE;
  }

  /** A restart would begin at the barrier of this checkpoint. */
  void completed(long checkpoint) {
    oldestByBarrier.headMap(checkpoint).clear();
    long left = oldestSinceBarrier;
    for (long each : oldestByBarrier.values()) {
      left = Math.min(left, each);
    }
    oldest = left;
  }

  /** The age in milliseconds; 0 if no record has come since. For any thread. */
  long millis() {
    long arrived = oldest;
    return arrived == NONE ? 0 : Math.max(0, clock.getAsLong() - arrived);
  }
}
