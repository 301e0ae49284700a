package io.citytally.vote;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one vote: from an old choice, or none, to a new choice, or none.
 *
 * <p>A vote that is cast goes from none to a choice, a changed one from a choice to another, a
 * withdrawn one from a choice to none. The sum over all distinct changes of a vote (plus one for
 * each new choice, minus one for each old one) is its present choice, in whatever order the changes
 * arrive. So nothing is ever reordered; only a second delivery must be told, by {@link #identity}.
 */
@FlinkPojo
public class VoteChange {

  /** The longest id, region or improvement, in Unicode code points. */
  public static final int MAX_TEXT_LENGTH = 256;

  /** The same for each delivery of this change, different for every other change. */
  public ChangeIdentity identity;

  /**
   * A hash of the vote's id, by which the changes of one vote find each other among the recent
   * votes. The id itself may identify a citizen: it goes no further than the decoder.
   */
  public long voteHash;

  /** The choice before, or null where the vote was cast or had no countable choice before. */
  public @Nullable Choice oldChoice;

  /** The choice after, or null where the vote was withdrawn or has no countable choice any more. */
  public @Nullable Choice newChoice;

  /** When the vote was changed, in microseconds since the epoch. */
  public long changedAtMicros;

  /** Orders changes of the same microsecond; the later change has the greater number. */
  public long sequence;

  /**
   * Whether this change, or a side of it, may lie among the rejected votes: it can then come once
   * more for as long as it lies there, and must be remembered as long.
   */
  public boolean recastable;

  /** For Flink's serializer. */
  public VoteChange() {}

  /**
   * @throws IllegalArgumentException if there is neither an old nor a new choice
   */
  public VoteChange(
      ChangeIdentity identity,
      long voteHash,
      @Nullable Choice oldChoice,
      @Nullable Choice newChoice,
      long changedAtMicros,
      long sequence) {
    if (oldChoice == null && newChoice == null) {
      throw new IllegalArgumentException("a change has an old choice, a new one, or both");
    }
    this.identity = Objects.requireNonNull(identity, "identity");
    this.voteHash = voteHash;
    this.oldChoice = oldChoice;
    this.newChoice = newChoice;
    this.changedAtMicros = changedAtMicros;
    this.sequence = sequence;
  }

  /** The same, to be remembered for as long as it may lie among the rejected votes. */
  public VoteChange recastable() {
    VoteChange recastable = withSides(oldChoice, newChoice);
    recastable.recastable = true;
    return recastable;
  }

  /**
   * This change, of which only some sides count.
   *
   * @throws IllegalArgumentException if neither does
   */
  public VoteChange withSides(@Nullable Choice oldChoice, @Nullable Choice newChoice) {
    VoteChange change =
        new VoteChange(identity, voteHash, oldChoice, newChoice, changedAtMicros, sequence);
    change.recastable = recastable;
    return change;
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
        && changedAtMicros == that.changedAtMicros
        && sequence == that.sequence
        && recastable == that.recastable;
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  @Override
  public String toString() {
    return "VoteChange{" + oldChoice + " -> " + newChoice + " at " + changedAtMicros + "}";
  }
}
