package io.citytally.vote;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one vote: from an old choice, or none, to a new choice, or none; and what it changes
 * in the turnout, the number of ballots of a region.
 *
 * <p>A vote that is cast goes from none to a choice, a changed one from a choice to another, a
 * withdrawn one from a choice to none. The sum over all distinct changes of a vote (plus one for
 * each new choice, minus one for each old one) is its present choice, in any order in which the
 * changes arrive. So nothing is ever reordered; only a second delivery must be recognised, by
 * {@link #identity}.
 *
 * <p>A ballot with several choices is as many votes. A record of it comes to a change of one {@link
 * Side} for each choice that it left or took, and one for each region whose turnout it changes.
 */
@FlinkPojo
public class VoteChange {

  /** The longest id, region or improvement, in Unicode code points. */
  public static final int MAX_TEXT_LENGTH = 256;

  /** The same for each delivery of this change, different for every other change. */
  public ChangeIdentity identity;

  /**
   * Identifies the vote, so that its changes are found together among the recent votes and the
   * refused ones. It is a hash of the ballot's id and, if the ballot may have several choices, of
   * the choice. The id itself may identify a citizen: it goes no further than the decoder.
   */
  public long voteHash;

  /** The choice before, or null where the vote was cast or had no countable choice before. */
  public @Nullable Choice oldChoice;

  /** The choice after, or null where the vote was withdrawn or has no countable choice any more. */
  public @Nullable Choice newChoice;

  /** The turnout that is less by this ballot, or null. */
  public @Nullable Choice oldTurnout;

  /** The turnout that is more by this ballot, or null. */
  public @Nullable Choice newTurnout;

  /** When the vote was changed, in microseconds since the epoch. */
  public long changedAtMicros;

  /** Orders changes of the same microsecond; the later change has the greater number. */
  public long sequence;

  /**
   * Whether this change, or a side of it, may lie among the rejected votes: it can then come once
   * more for as long as it lies there, and must be remembered as long.
   */
  public boolean recastable;

  /**
   * Whether the new choice stays out of the lists of recent votes. Only one of the choices that a
   * record takes enters the lists. All of them, side by side and with the same time, would show a
   * citizen's ballot.
   */
  public boolean unlisted;

  /** For Flink's serializer. */
  public VoteChange() {}

  /**
   * A change of a ballot with one choice, and of the turnout with it.
   *
   * @throws IllegalArgumentException if there is neither an old nor a new choice
   */
  public VoteChange(
      ChangeIdentity identity,
      long voteHash,
      @Nullable Choice oldChoice,
      @Nullable Choice newChoice,
      long changedAtMicros,
      long sequence) {
    this(identity, voteHash, changedAtMicros, sequence);
    if (oldChoice == null && newChoice == null) {
      throw new IllegalArgumentException("a change has an old choice, a new one, or both");
    }
    this.oldChoice = oldChoice;
    this.newChoice = newChoice;
    if (oldChoice == null || newChoice == null || !oldChoice.region.equals(newChoice.region)) {
      oldTurnout = oldChoice == null ? null : Choice.turnoutOf(oldChoice.region);
      newTurnout = newChoice == null ? null : Choice.turnoutOf(newChoice.region);
    }
  }

  private VoteChange(ChangeIdentity identity, long voteHash, long changedAtMicros, long sequence) {
    this.identity = Objects.requireNonNull(identity, "identity");
    this.voteHash = voteHash;
    this.changedAtMicros = changedAtMicros;
    this.sequence = sequence;
  }

  /**
   * A change of one side.
   *
   * @param key the choice, or the region's turnout
   */
  public static VoteChange of(
      Side side,
      Choice key,
      ChangeIdentity identity,
      long voteHash,
      long changedAtMicros,
      long sequence) {
    VoteChange change = new VoteChange(identity, voteHash, changedAtMicros, sequence);
    change.set(side, Objects.requireNonNull(key, "key"));
    return change;
  }

  /** What a side counts under; null if the change does not have the side. */
  public @Nullable Choice key(Side side) {
    switch (side) {
      case OLD:
        return oldChoice;
      case NEW:
        return newChoice;
      case OLD_TURNOUT:
        return oldTurnout;
      case NEW_TURNOUT:
        return newTurnout;
    }
    throw new AssertionError(side);
  }

  private void set(Side side, @Nullable Choice key) {
    switch (side) {
      case OLD:
        oldChoice = key;
        break;
      case NEW:
        newChoice = key;
        break;
      case OLD_TURNOUT:
        oldTurnout = key;
        break;
      case NEW_TURNOUT:
        newTurnout = key;
        break;
    }
  }

  /** Whether any side is left to count. */
  public boolean hasSides() {
    return oldChoice != null || newChoice != null || oldTurnout != null || newTurnout != null;
  }

  /** The same, to be remembered for as long as it may lie among the rejected votes. */
  public VoteChange recastable() {
    VoteChange recastable = copy();
    recastable.recastable = true;
    return recastable;
  }

  /** The same, with its new choice in no list of recent votes. */
  public VoteChange unlisted() {
    VoteChange unlisted = copy();
    unlisted.unlisted = true;
    return unlisted;
  }

  /** This change, of which only one side counts. */
  public VoteChange only(Side side) {
    VoteChange change = withSides(null, null);
    change.set(side, key(side));
    return change;
  }

  /** This change, of which one side does not count. */
  public VoteChange without(Side side) {
    VoteChange change = copy();
    change.set(side, null);
    return change;
  }

  /** This change, of which only these choices count. */
  public VoteChange withSides(@Nullable Choice oldChoice, @Nullable Choice newChoice) {
    VoteChange change = new VoteChange(identity, voteHash, changedAtMicros, sequence);
    change.oldChoice = oldChoice;
    change.newChoice = newChoice;
    change.recastable = recastable;
    change.unlisted = unlisted;
    return change;
  }

  private VoteChange copy() {
    VoteChange copy = withSides(oldChoice, newChoice);
    copy.oldTurnout = oldTurnout;
    copy.newTurnout = newTurnout;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof VoteChange)) {
      return false;
    }
    VoteChange that = (VoteChange) other;
    return identity.equals(that.identity)
        && voteHash == that.voteHash
        && Objects.equals(oldChoice, that.oldChoice)
        && Objects.equals(newChoice, that.newChoice)
        && Objects.equals(oldTurnout, that.oldTurnout)
        && Objects.equals(newTurnout, that.newTurnout)
        && changedAtMicros == that.changedAtMicros
        && sequence == that.sequence
        && recastable == that.recastable
        && unlisted == that.unlisted;
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  @Override
  public String toString() {
    boolean isOfTurnout = oldTurnout != null || newTurnout != null;
    return "VoteChange{"
        + oldChoice
        + " -> "
        + newChoice
        + (isOfTurnout ? ", " + oldTurnout + " -> " + newTurnout : "")
        + " at "
        + changedAtMicros
        + "}";
  }
}
