package io.citytally.source;

import io.citytally.vote.Choice;
import io.citytally.vote.FlinkPojo;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteChange;
import java.util.Objects;

/** A side of a change of which it is not known yet whether its choice counts. */
@FlinkPojo
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
    return Objects.requireNonNull(refusal.choice);
  }

  /** About how many bytes of memory it takes: two for each character of its long texts. */
  int size() {
    String recast = Objects.requireNonNull(refusal.recast);
    return 2 * (refusal.payload.length() + recast.length() + refusal.reason.length());
  }
}
