package io.citytally.local.election;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds a loop to a rate. Each step is due at its place on a straight line from the first one, not
 * at a distance from the one before, so a late step does not make the following ones late: what was
 * missed is caught up in a burst.
 */
public final class Pacer {

  private final double perSecond;
  private final Clock clock;
  private long startNanos;
  private long steps;

  /** Time, as {@link System#nanoTime} tells it, and how to let it pass. */
  interface Clock {
    long nanoTime();

    void sleep(long nanos) throws InterruptedException;
  }

  private static final Clock SYSTEM =
      new Clock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          LockSupport.parkNanos(nanos);
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
        }
      };

  /**
   * @param perSecond steps per second, above 0; infinite for as fast as it goes
   */
  public Pacer(double perSecond) {
    this(perSecond, SYSTEM);
  }

  public Pacer(double perSecond, Clock clock) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("a rate is above 0: " + perSecond);
    }
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** Waits until the next {@code count} steps are due; the first of all is due at once. */
  public void await(int count) throws InterruptedException {
    if (steps == 0) {
      startNanos = clock.nanoTime();
    }
    // The division comes last: rounding once per step would add up to a drift.
    double dueNanos = (steps + count - 1) * (double) TimeUnit.SECONDS.toNanos(1) / perSecond;
    steps += count;
    for (long wait = remaining(dueNanos); wait > 0; wait = remaining(dueNanos)) {
      clock.sleep(wait);
    }
  }

  private long remaining(double dueNanos) {
    return (long) Math.ceil(dueNanos - (clock.nanoTime() - startNanos));
  }
}
