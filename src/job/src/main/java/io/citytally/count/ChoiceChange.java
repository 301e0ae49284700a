package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.FlinkPojo;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.util.Comparator;
import java.util.Objects;

/**
 * One side of a {@link VoteChange}: a choice that a vote took, or one that it left; or a region
 * whose turnout it changed.
 *
 * <p>The sides of one change go separate ways, each to the place that counts its key.
 */
@FlinkPojo
public class ChoiceChange {

  private static final Comparator<ChoiceChange> WITHIN_A_MICROSECOND =
      Comparator.<ChoiceChange>comparingLong(change -> change.sequence)
          .thenComparing(change -> change.taken)
          .thenComparingLong(change -> change.voteHash)
          .thenComparing(change -> change.choice.region)
          .thenComparing(change -> change.choice.improvement);

  /**
   * From the oldest to the newest. A vote that leaves one choice and takes another does both in the
   * same change; there, taking is the later. The last two steps only make the order total, so that
   * what is kept never depends on the order of arrival.
   */
  static final Comparator<ChoiceChange> BY_AGE =
      (one, other) ->
          one.changedAtMicros == other.changedAtMicros
              ? WITHIN_A_MICROSECOND.compare(one, other)
              : Long.compare(one.changedAtMicros, other.changedAtMicros);

  private static final long LATEST_MICROS = HistoryKey.LATEST.getEpochSecond() * 1_000_000;

  public Choice choice;

  /** True where the vote took the choice, false where it left it. */
  public boolean taken;

  /** As {@link VoteChange#voteHash}. */
  public long voteHash;

  /** As {@link VoteChange#changedAtMicros}. */
  public long changedAtMicros;

  /** As {@link VoteChange#sequence}. */
  public long sequence;

  /**
   * Whether it stays out of the lists of recent votes, as a turnout does, and all choices but one
   * that a record takes. No list, and so no state, holds such a change: Flink's serializer leaves
   * this field out.
   */
  public transient boolean unlisted;

  /**
   * Whether no time is part of the change's identity, so that none is the same at each delivery.
   * The vote history counts such a change as undated. This field is in no state, either.
   */
  public transient boolean undated;

  /** For Flink's serializer. */
  public ChoiceChange() {}

  /** A side that the change has. */
  static ChoiceChange of(VoteChange change, Side side) {
    ChoiceChange one = new ChoiceChange();
    one.choice = Objects.requireNonNull(change.key(side), "choice");
    one.taken = side.isNew();
    one.voteHash = change.voteHash;
    one.changedAtMicros = change.changedAtMicros;
    one.sequence = change.sequence;
    one.undated = change.identity.atMicros != change.changedAtMicros;
    one.unlisted = side.isTurnout() || (side == Side.NEW && change.unlisted);
    return one;
  }

  /** The vote leaves the change's old choice. */
  static ChoiceChange left(VoteChange change) {
    return of(change, Side.OLD);
  }

  /** The vote takes the change's new choice. */
  static ChoiceChange taken(VoteChange change) {
    return of(change, Side.NEW);
  }

  /**
   * Returns whether it enters the lists of recent votes. A change from {@link HistoryKey#LATEST} on
   * does not, because it would stay the newest of its list.
   */
  boolean isListed() {
    return !unlisted && changedAtMicros < LATEST_MICROS;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChoiceChange && BY_AGE.compare(this, (ChoiceChange) other) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(voteHash, changedAtMicros, taken);
  }

  @Override
  public String toString() {
    return (taken ? "+" : "-") + choice + " at " + changedAtMicros;
  }
}
