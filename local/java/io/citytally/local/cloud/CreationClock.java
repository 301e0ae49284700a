package io.citytally.local.cloud;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times of creation as the real stream would give them: in microseconds, and never the same twice.
 * A change is told from a second delivery by its time, among others.
 */
public final class CreationClock {

  private long lastMicros;

  public CreationClock() {
    this(0);
  }

  /**
   * @param lastMicros the last time that was ever given, in microseconds since the epoch
   */
  public CreationClock(long lastMicros) {
    this.lastMicros = lastMicros;
  }

  /** A time later than all before, in microseconds since the epoch. */
  public long next() {
    return next(1);
  }

  /** The first of so many consecutive times, all later than all before. */
  public synchronized long next(int count) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    long first = Math.max(now, lastMicros + 1);
    lastMicros = first + count - 1;
    return first;
  }

  /** The last time that was given. */
  public synchronized long last() {
    return lastMicros;
  }
}
