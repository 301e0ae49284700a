package io.citytally.source;

import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteChange;
import java.util.Objects;

/** A side of a change of which it is not known yet whether its choice counts. */
public class UndecidedSide {

  /** The change, with this side only: what counts if the choice does. */
  public VoteChange change;

  /** The refusal of the choice, if it does not count. */
  public RejectedVote refusal;

  /** For Flink's serializer. */
  public UndecidedSide() {}

  UndecidedSide(VoteChange change, RejectedVote refusal) {
    this.change = Objects.requireNonNull(change, "change");
    this.refusal = Objects.requireNonNull(refusal, "refusal");
  }

  Choice choice() {
    return refusal.choice;
  }

  /** About how many bytes of memory it takes: two for each character of its long texts. */
  int size() {
    return 2 * (refusal.payload.length() + refusal.recast.length() + refusal.reason.length());
  }
}
