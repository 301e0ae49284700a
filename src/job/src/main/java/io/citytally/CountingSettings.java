package io.citytally;

import java.time.Duration;
import java.util.Objects;

/** How a pipeline counts, checked elsewhere. */
public final class CountingSettings {

  private final long epoch;
  private final WriteWindows windows;
  private final Duration dedupeTtl;
  private final Duration rejectedTtl;
  private final int recentSize;

  /**
   * @param epoch from 1; raised to count on top of what stands in the tables
   * @param windows the least times between two writes
   * @param dedupeTtl how long a change is remembered, to know its repetition
   * @param rejectedTtl how long a rejected vote stays in its table, and may be cast again
   * @param recentSize how many votes a list of recent votes shows
   */
  public CountingSettings(
      long epoch, WriteWindows windows, Duration dedupeTtl, Duration rejectedTtl, int recentSize) {
    this.epoch = epoch;
    this.windows = Objects.requireNonNull(windows, "windows");
    this.dedupeTtl = Objects.requireNonNull(dedupeTtl, "dedupeTtl");
    this.rejectedTtl = Objects.requireNonNull(rejectedTtl, "rejectedTtl");
    this.recentSize = recentSize;
  }

  long epoch() {
    return epoch;
  }

  WriteWindows windows() {
    return windows;
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
}
