package io.citytally.cli.cost;

import java.time.Duration;

/**
 * How many writes votes are expected to cause.
 *
 * <p>Take one key, whose votes come independently of each other, {@code λ} of them a second (a
 * Poisson process), and the job's window {@code W}. A vote that comes when nothing was written for
 * a window is written at once. One that comes sooner waits for a window, and those that come while
 * it waits are written with it.
 *
 * <p>So take any write. The next vote comes {@code 1/λ} later on average, for a Poisson process
 * doesn't remember what was before. With probability {@code e^-λW} that is a window or more, and
 * the vote is written at once; else it waits for {@code W}. From one write to the next it takes
 *
 * <pre>
 *   1/λ + W (1 - e^-λW)
 * </pre>
 *
 * on average. The writes are a renewal process, so in the long run there is one in that time:
 * {@code λ / (1 + λW (1 - e^-λW))} a second (the elementary renewal theorem). For a key that is
 * seldom voted for that is {@code λ}, a write per vote; for a busy one, {@code 1/W}.
 *
 * <p>Windows that begin and end by the clock would write {@code (1 - e^-λW) / W}: at best 7 % less,
 * where there is a vote in three windows, and 22 % more where there are three votes in one. They
 * end when the clock says so, those of the job as late as they may. And they would show every vote
 * late, those of quiet keys, too.
 */
public final class ExpectedWrites {

  private ExpectedWrites() {}

  /**
   * Returns the writes per second that are to be expected of one key that is written at once, then
   * once per window.
   *
   * @param votesPerSecond of this key
   */
  public static double atOnceThenOncePerWindow(double votesPerSecond, Duration window) {
    double inWindow = votesPerSecond * seconds(window);
    return votesPerSecond / (1 - inWindow * Math.expm1(-inWindow));
  }

  /**
   * Returns the writes per second of one key that is written once for each interval of the clock
   * with a vote in it: how many different pairs of key and interval there are.
   *
   * @param votesPerSecond of this key
   */
  public static double oncePerInterval(double votesPerSecond, Duration interval) {
    // As exact as can be also for keys with next to no votes.
    return -Math.expm1(-votesPerSecond * seconds(interval)) / seconds(interval);
  }

  /**
   * How often in a second a place hands on what it gathered. The first vote of a quiet time goes on
   * at once; and with each time that it hands on, a window begins, at whose end it hands on again
   * if anything came in it. So the next time is at the window's end, or, with probability {@code
   * e^-λW}, {@code 1/λ} later: {@code W + e^-λW / λ} on average.
   *
   * @param votesPerSecond that it gathers
   */
  public static double handedOn(double votesPerSecond, Duration window) {
    double inWindow = votesPerSecond * seconds(window);
    return votesPerSecond / (inWindow + Math.exp(-inWindow));
  }

  /**
   * Returns how often per second a batch contains a vote of one region, if one place gathers the
   * votes of all regions: whenever one came within the window, and when a vote of this region ends
   * a quiet time.
   *
   * @param votesPerSecond of this region
   * @param ofAllPerSecond of all regions together
   */
  public static double handedOnWithOthers(
      double votesPerSecond, double ofAllPerSecond, Duration window) {
    double quiet = Math.exp(-ofAllPerSecond * seconds(window));
    return handedOn(ofAllPerSecond, window)
        * (quiet * votesPerSecond / ofAllPerSecond - Math.expm1(-votesPerSecond * seconds(window)));
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
