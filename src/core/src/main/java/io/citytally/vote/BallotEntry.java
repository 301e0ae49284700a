package io.citytally.vote;

import java.util.Objects;

/** What the ballot says of one choice: its title, and whether it can be voted for and is shown. */
public final class BallotEntry {

  /** Where a choice stands. Whatever it is, votes for the choice are counted exactly. */
  public enum Status {
    /** Can be voted for. */
    VOTABLE,
    /** Can no longer be voted for. Its votes stay, are shown, and can be withdrawn. */
    LEFT,
    /** Can't be voted for and is shown nowhere. Its votes stay, and can be withdrawn. */
    HIDDEN
  }

  private final String title;
  private final Status status;

  /**
   * @param title what people read
   */
  public BallotEntry(String title, Status status) {
    this.title = Objects.requireNonNull(title, "title");
    this.status = Objects.requireNonNull(status, "status");
  }

  /** A choice that can be voted for. */
  public static BallotEntry votable(String title) {
    return new BallotEntry(title, Status.VOTABLE);
  }

  public String title() {
    return title;
  }

  public Status status() {
    return status;
  }

  /** The same title with another status. */
  public BallotEntry with(Status other) {
    return new BallotEntry(title, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BallotEntry
        && title.equals(((BallotEntry) other).title)
        && status == ((BallotEntry) other).status;
  }

  @Override
  public int hashCode() {
    return Objects.hash(title, status);
  }

  @Override
  public String toString() {
    return title + " (" + status + ")";
  }
}
