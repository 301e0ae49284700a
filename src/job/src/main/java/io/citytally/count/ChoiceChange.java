package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.FlinkPojo;
import io.citytally.vote.VoteChange;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a {@link VoteChange}: a choice that a vote took, or one that it left.
 *
 * <p>The sides of one change go separate ways, each to the place that counts its key.
 */
@FlinkPojo
public class ChoiceChange {

  /**
   * From the oldest to the newest. A vote that leaves one choice and takes another does both in the
   * same change; there, taking is the later. The last two steps only make the order total, so that
   * what is kept never depends on the order of arrival.
   */
  static final Comparator<ChoiceChange> BY_AGE =
      Comparator.<ChoiceChange>comparingLong(change -> change.changedAtMicros)
          .thenComparingLong(change -> change.sequence)
          .thenComparing(change -> change.taken)
          .thenComparingLong(change -> change.voteHash)
          .thenComparing(change -> change.choice.region)
          .thenComparing(change -> change.choice.improvement);

  public Choice choice;

  /** True where the vote took the choice, false where it left it. */
  public boolean taken;

  /** As {@link VoteChange#voteHash}. */
  public long voteHash;

  /** As {@link VoteChange#changedAtMicros}. */
  public long changedAtMicros;

  /** As {@link VoteChange#sequence}. */
  public long sequence;

  /** For Flink's serializer. */
  public ChoiceChange() {}

  private ChoiceChange(VoteChange change, @Nullable Choice choice, boolean taken) {
    this.choice = Objects.requireNonNull(choice, "choice");
    this.taken = taken;
    this.voteHash = change.voteHash;
    this.changedAtMicros = change.changedAtMicros;
    this.sequence = change.sequence;
  }

  /** The vote leaves the change's old choice. */
  static ChoiceChange left(VoteChange change) {
    return new ChoiceChange(change, change.oldChoice, false);
  }

  /** The vote takes the change's new choice. */
  static ChoiceChange taken(VoteChange change) {
    return new ChoiceChange(change, change.newChoice, true);
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
