package io.citytally.vote;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the ballot says of one choice: its title, and whether it can be voted for and is shown. */
public final class BallotEntry {

  /** Where a choice stands. At each status, votes for the choice are counted exactly. */
  public enum Status {
    /** Can be voted for. */
    VOTABLE,
    /** Can no longer be voted for. Its votes stay, are shown, and can be withdrawn. */
    LEFT,
    /** Can't be voted for and is shown nowhere. Its votes stay, and can be withdrawn. */
    HIDDEN
  }

  private final String title;
  private final SortedMap<String, String> titles;
  private final Status status;

  /**
   * A choice with one title for all languages.
   *
   * @param title what people read
   */
  public BallotEntry(String title, Status status) {
    this(title, Map.of(), status);
  }

  /**
   * A choice with titles by language.
   *
   * @param title the title for readers whose language has no title of its own
   * @param titles by BCP 47 tag; empty if there is one title for all
   */
  public BallotEntry(String title, Map<String, String> titles, Status status) {
    this.title = Objects.requireNonNull(title, "title");
    this.titles = new TreeMap<>(titles);
    this.status = Objects.requireNonNull(status, "status");
  }

  /** A choice that can be voted for. */
  public static BallotEntry votable(String title) {
    return new BallotEntry(title, Status.VOTABLE);
  }

  public String title() {
    return title;
  }

  /** Titles by BCP 47 tag; empty if there is one title for all languages. */
  public SortedMap<String, String> titles() {
    return new TreeMap<>(titles);
  }

  public Status status() {
    return status;
  }

  /** The same titles with another status. */
  public BallotEntry with(Status other) {
    return new BallotEntry(title, titles, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BallotEntry
        && title.equals(((BallotEntry) other).title)
        && titles.equals(((BallotEntry) other).titles)
        && status == ((BallotEntry) other).status;
  }

  @Override
  public int hashCode() {
    return Objects.hash(title, titles, status);
  }

  @Override
  public String toString() {
    return title + " (" + status + ")" + (titles.isEmpty() ? "" : " " + titles);
  }
}
