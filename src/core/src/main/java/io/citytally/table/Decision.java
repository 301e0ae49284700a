package io.citytally.table;

/**
 * What is to be done to an item of {@code total_votes}, as {@link IdempotentAdd} sees it: nothing,
 * one conditional write, or nothing ever again because the job is an old one.
 */
public final class Decision {

  /** The three things that can be done. */
  public enum Kind {
    /** The item has taken in all of the tally. */
    NOTHING_TO_ADD,
    /** The item lacks some of it, and is to be written if it {@link #allows} it. */
    WRITE,
    /** A job of a newer epoch has written the item. */
    OUTDATED
  }

  private final Kind kind;
  private final CounterState expected;
  private final CounterState next;
  private final long added;
  private final long removed;

  private Decision(Kind kind, CounterState expected, CounterState next, long added, long removed) {
    this.kind = kind;
    this.expected = expected;
    this.next = next;
    this.added = added;
    this.removed = removed;
  }

  static Decision nothingToAdd(CounterState item) {
    return new Decision(Kind.NOTHING_TO_ADD, item, item, 0, 0);
  }

  static Decision outdated(CounterState item) {
    return new Decision(Kind.OUTDATED, item, item, 0, 0);
  }

  static Decision write(CounterState expected, CounterState next, long added, long removed) {
    return new Decision(Kind.WRITE, expected, next, added, removed);
  }

  public Kind kind() {
    return kind;
  }

  /** Where the item is thought to stand. */
  public CounterState expected() {
    return expected;
  }

  /** Where the item stands once this is done. */
  public CounterState next() {
    return next;
  }

  /** What is added to {@code total_votes}: the votes that came less those that went. */
  public long votes() {
    return added - removed;
  }

  /** How many votes, come or gone, the item takes in by this. */
  public long changes() {
    return added + removed;
  }

  /**
   * Whether the write moves the item to a new epoch, from an older one or from none. Otherwise it
   * continues the item's epoch.
   */
  public boolean takesOver() {
    return expected.epoch() != next.epoch();
  }

  /**
   * The condition of the write: whether it may be done to an item that stands so. {@link
   * TotalVotesTable#update} says the same to DynamoDB.
   */
  public boolean allows(CounterState item) {
    return takesOver() ? item.epoch() == expected.epoch() : item.equals(expected);
  }

  @Override
  public String toString() {
    return kind + " from (" + expected + ") to (" + next + "), votes " + votes();
  }
}
