package io.citytally;

import java.time.Duration;
import java.util.Objects;

/** The least time between two writes of one item, by its kind. */
public final class WriteWindows {

  private final Duration totals;
  private final Duration turnout;
  private final Duration history;

  /**
   * @param totals of a total, and of a list of recent votes; the most that a total is stale
   * @param turnout of a region's turnout; the most that it is stale
   * @param history of a bucket of the course of the vote
   */
  public WriteWindows(Duration totals, Duration turnout, Duration history) {
    this.totals = Objects.requireNonNull(totals, "totals");
    this.turnout = Objects.requireNonNull(turnout, "turnout");
    this.history = Objects.requireNonNull(history, "history");
  }

  /** One window for items of all kinds. */
  public static WriteWindows of(Duration window) {
    return new WriteWindows(window, window, window);
  }

  Duration totals() {
    return totals;
  }

  Duration turnout() {
    return turnout;
  }

  Duration history() {
    return history;
  }
}
