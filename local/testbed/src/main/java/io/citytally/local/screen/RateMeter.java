package io.citytally.local.screen;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The present rate of something that is counted up: its mean over a short while. For one thread.
 */
public final class RateMeter {

  private record Reading(long nanos, long count) {}

  private final long memoryNanos;
  private final Deque<Reading> readings = new ArrayDeque<>();

  public RateMeter(Duration memory) {
    this.memoryNanos = memory.toNanos();
  }

  /**
   * Takes a reading.
   *
   * @param nanos from {@link System#nanoTime}
   * @return the rate per second; 0 at the first reading
   */
  public double read(long nanos, long count) {
    readings.addLast(new Reading(nanos, count));
    while (readings.size() > 2 && nanos - second().nanos >= memoryNanos) {
      readings.removeFirst();
    }
    Reading first = readings.getFirst();
    return nanos == first.nanos ? 0 : (count - first.count) * 1e9 / (nanos - first.nanos);
  }

  private Reading second() {
    var all = readings.iterator();
    all.next();
    return all.next();
  }
}
