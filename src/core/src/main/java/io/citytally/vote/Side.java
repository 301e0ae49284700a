package io.citytally.vote;

/**
 * The sides of a {@link VoteChange}. Each adds to one tally, is admitted or refused by itself, and
 * counts once, in any parts in which the change is delivered.
 *
 * <p>The order is part of the format of snapshots: new sides go to the end.
 */
public enum Side {
  /** The choice that a vote left. */
  OLD("old"),
  /** The choice that a vote took. */
  NEW("new"),
  /** The region that no longer has the ballot. */
  OLD_TURNOUT("old-turnout"),
  /** The region that now has the ballot. */
  NEW_TURNOUT("new-turnout");

  private final String label;

  Side(String label) {
    this.label = label;
  }

  /** Whether this side adds one; else it takes one away. */
  public boolean isNew() {
    return this == NEW || this == NEW_TURNOUT;
  }

  /** Whether this side counts a ballot; else it counts a vote for a choice. */
  public boolean isTurnout() {
    return this == OLD_TURNOUT || this == NEW_TURNOUT;
  }

  /** The side's name as it stands in tables. */
  public String label() {
    return label;
  }
}
