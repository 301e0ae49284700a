package io.citytally.ops;

import java.time.Duration;

/**
 * How many writes votes are expected to cause.
 *
 * <p>Take one key, whose votes come independently of each other, {@code λ} of them a second (a
 * Poisson process), and the job's window {@code W}: the first vote of a quiet time is written at
 * once and opens a window; what comes within it is written when it ends, and opens the next; if
 * nothing came, it is quiet again.
 *
 * <p>After a write, a window always begins. With probability {@code e^-λW} nothing comes in it, and
 * then the next write waits for the next vote, {@code 1/λ} on the average, for a Poisson process
 * doesn't remember how long it was silent. Else the next write is at the window's end. So whatever
 * was before, from one write to the next it takes
 *
 * <pre>
 *   W + e^-λW / λ
 * </pre>
 *
 * on the average, and the writes are a renewal process, of which there are in the long run, one by
 * that, {@code λ / (λW + e^-λW)} a second (the elementary renewal theorem). For a key that is
 * seldom voted for that is {@code λ}, a write per vote; for a busy one, {@code 1/W}.
 *
 * <p>Windows that begin and end by the clock would write {@code (1 - e^-λW) / W}: up to 14 % less,
 * in return for showing every vote late, by half a window on the average.
 */
public final class ExpectedWrites {

  private ExpectedWrites() {}

  /**
   * Of one key in a second, when written at once, then once per window.
   *
   * @param votesPerSecond of this key
   */
  public static double atOnceThenOncePerWindow(double votesPerSecond, Duration window) {
    double inWindow = votesPerSecond * seconds(window);
    return votesPerSecond / (inWindow + Math.exp(-inWindow));
  }

  /**
   * Of one key in a second, when written once for each interval of the clock with a vote in it: how
   * many different pairs of key and interval there are.
   *
   * @param votesPerSecond of this key
   */
  public static double oncePerInterval(double votesPerSecond, Duration interval) {
    // As exact as can be also for keys with next to no votes.
    return -Math.expm1(-votesPerSecond * seconds(interval)) / seconds(interval);
  }

  /**
   * Of one region's list of recent votes in a second, where the votes of all regions are gathered
   * in one place, which hands on what it has at once, then once per window, and writes of each
   * region that has some.
   *
   * <p>A window of that place begins with each time it hands on, and whatever of the region comes
   * in it is written once when it ends. A vote that ends a quiet time is written at once, if it is
   * of this region.
   *
   * @param votesPerSecond of this region
   * @param ofAllPerSecond of all regions together
   */
  public static double gatheredWithOthers(
      double votesPerSecond, double ofAllPerSecond, Duration window) {
    double quiet = Math.exp(-ofAllPerSecond * seconds(window));
    return atOnceThenOncePerWindow(ofAllPerSecond, window)
        * (quiet * votesPerSecond / ofAllPerSecond - Math.expm1(-votesPerSecond * seconds(window)));
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
