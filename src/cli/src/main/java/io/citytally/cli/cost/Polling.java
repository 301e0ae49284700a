package io.citytally.cli.cost;

import java.time.Duration;

/**
 * How often a dashboard asks for the results: one interval after an answer that brought something
 * new, another one after an answer that did not.
 */
public final class Polling {

  /** What the pages do ({@code poller.js}). */
  public static final Polling ADAPTIVE = new Polling(Duration.ofSeconds(1), Duration.ofSeconds(3));

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
   * new if one came since the poll before. So the intervals are a Markov chain of two states.
   *
   * @param votesPerSecond that change what is shown
   */
  double meanSeconds(double votesPerSecond) {
    double busySeconds = ExpectedWrites.seconds(busy);
    double quietSeconds = ExpectedWrites.seconds(quiet);
    double busyAfterBusy = -Math.expm1(-votesPerSecond * busySeconds);
    double busyAfterQuiet = -Math.expm1(-votesPerSecond * quietSeconds);
    double busyShare = busyAfterQuiet / (1 - busyAfterBusy + busyAfterQuiet);
    return busyShare * busySeconds + (1 - busyShare) * quietSeconds;
  }
}
