package io.citytally.cli.cost;

import java.time.Duration;

/**
 * How often a dashboard asks for the results: at one interval while votes come, at another one
 * after some answers without news, until the next one with news.
 */
public final class Polling {

  /** What the pages do ({@code poller.js}). */
  public static final Polling ADAPTIVE = new Polling(Duration.ofSeconds(1), Duration.ofSeconds(3));

  /** So many answers without news, one after another, and no votes come ({@code poller.js}). */
  static final int MIN_UNCHANGED = 2;

  private final Duration busy;
  private final Duration quiet;

  private Polling(Duration busy, Duration quiet) {
    this.busy = busy;
    this.quiet = quiet;
  }

  /** At one interval, whether results change or not. */
  public static Polling each(Duration interval) {
    return new Polling(interval, interval);
  }

  public boolean isAdaptive() {
    return !busy.equals(quiet);
  }

  /** The interval while votes come. */
  public Duration busy() {
    return busy;
  }

  /** The interval while none comes. */
  public Duration quiet() {
    return quiet;
  }

  /**
   * The mean seconds from one poll to the next. Votes come as a Poisson process, and an answer is
   * new if one came since the poll before. So the answers without news since the last one with news
   * are a Markov chain; from {@link #MIN_UNCHANGED} on, they are one state, the quiet one.
   *
   * @param votesPerSecond that change what is shown
   */
  double meanSeconds(double votesPerSecond) {
    double busySeconds = ExpectedWrites.seconds(busy);
    double quietSeconds = ExpectedWrites.seconds(quiet);
    double unchangedWhileBusy = Math.exp(-votesPerSecond * busySeconds);
    double changedWhileQuiet = -Math.expm1(-votesPerSecond * quietSeconds);
    // Each answer without news leads to the next state, so a state weighs less by that chance.
    double busyWeight = 0;
    double weight = 1;
    for (int unchanged = 0; unchanged < MIN_UNCHANGED; unchanged++) {
      busyWeight += weight * changedWhileQuiet;
      weight *= unchangedWhileBusy;
    }
    return (busyWeight * busySeconds + weight * quietSeconds) / (busyWeight + weight);
  }
}
