package io.citytally.local.faults;

import java.time.Duration;

/** So many permits a second, of which one second's worth can be saved up, as it is at first. */
final class TokenBucket {

  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  private final int permitsPerSecond;
  private double permits;
  private long filledAtNanos;

  /**
   * @param permitsPerSecond at least 1
   * @param nowNanos of {@link System#nanoTime}
   */
  TokenBucket(int permitsPerSecond, long nowNanos) {
    if (permitsPerSecond < 1) {
      throw new IllegalArgumentException("at least one a second, not " + permitsPerSecond);
    }
    this.permitsPerSecond = permitsPerSecond;
    permits = permitsPerSecond;
    filledAtNanos = nowNanos;
  }

  /** Takes a permit if there is one. */
  boolean take(long nowNanos) {
    double earned = (nowNanos - filledAtNanos) / NANOS_PER_SECOND * permitsPerSecond;
    permits = Math.min(permitsPerSecond, permits + earned);
    filledAtNanos = nowNanos;
    if (permits < 1) {
      return false;
    }
    permits--;
    return true;
  }
}
