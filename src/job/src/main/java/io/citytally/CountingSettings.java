package io.citytally;

import java.time.Duration;
import java.util.Objects;

/** How a pipeline counts, checked elsewhere. */
public final class CountingSettings {

  private final long epoch;
  private final Duration window;
  private final Duration dedupeTtl;
  private final Duration rejectedTtl;
  private final int recentSize;
  private final Duration historyWindow;

  /**
   * @param epoch from 1; raised to count on top of what stands in the tables
   * @param window the least time between two writes of a total, and the most that one is stale
   * @param dedupeTtl how long a change is remembered, to know its repetition
   * @param rejectedTtl how long a rejected vote stays in its table, and may be cast again
   * @param recentSize how many votes a list of recent votes shows
   * @param historyWindow the least time between two writes of a bucket of the course of the vote
   */
  public CountingSettings(
      long epoch,
      Duration window,
      Duration dedupeTtl,
      Duration rejectedTtl,
      int recentSize,
      Duration historyWindow) {
    this.epoch = epoch;
    this.window = Objects.requireNonNull(window, "window");
    this.dedupeTtl = Objects.requireNonNull(dedupeTtl, "dedupeTtl");
    this.rejectedTtl = Objects.requireNonNull(rejectedTtl, "rejectedTtl");
    this.recentSize = recentSize;
    this.historyWindow = Objects.requireNonNull(historyWindow, "historyWindow");
  }

  long epoch() {
    return epoch;
  }

  Duration window() {
    return window;
  }

  Duration dedupeTtl() {
    return dedupeTtl;
  }

  /**
   * How long a change is remembered that may be cast again: until its repetitions are gone, too.
   */
  Duration recastableTtl() {
    return rejectedTtl.plus(dedupeTtl);
  }

  int recentSize() {
    return recentSize;
  }

  Duration historyWindow() {
    return historyWindow;
  }
}
