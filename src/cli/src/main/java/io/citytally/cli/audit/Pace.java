package io.citytally.cli.audit;

import java.time.Duration;

/** How often an audit looks, and for how long. */
public final class Pace {

  final Duration settle;
  final int looks;
  final Duration duration;

  /**
   * An audit gives up on totals that it can't judge after so many looks, and after so long.
   *
   * @param settle longer than the job takes from a vote to its total and its turnout
   * @param looks from {@value Audit#MIN_LOOKS}
   * @param duration in which it looks as often as it takes; 0: it looks once in each settling
   * @throws IllegalArgumentException if so few looks can't tell drift
   */
  public Pace(Duration settle, int looks, Duration duration) {
    if (looks < Audit.MIN_LOOKS) {
      throw new IllegalArgumentException(
          "drift takes " + Audit.MIN_LOOKS + " looks, so " + looks + " tell nothing");
    }
    this.settle = settle;
    this.looks = looks;
    this.duration = duration;
  }
}
