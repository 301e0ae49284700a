package io.citytally.source;

import io.citytally.vote.VoteChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record comes to: changes, a reason to reject the record, or both, where a countable vote
 * was changed to an uncountable one (the old choice goes, and a person has to look at the new one).
 * If there is neither, the vote's item was written with the same choices as before.
 */
public final class DecodedRecord {

  static final DecodedRecord UNCHANGED = new DecodedRecord(null, List.of(), null);

  private final @Nullable VoteChange change;
  private final List<VoteChange> changesOfBallot;
  private final @Nullable String rejection;

  private DecodedRecord(
      @Nullable VoteChange change, List<VoteChange> changesOfBallot, @Nullable String rejection) {
    this.change = change;
    this.changesOfBallot = changesOfBallot;
    this.rejection = rejection;
  }

  static DecodedRecord of(@Nullable VoteChange change, @Nullable String rejection) {
    return new DecodedRecord(change, List.of(), rejection);
  }

  static DecodedRecord ofBallot(List<VoteChange> changes, @Nullable String rejection) {
    return new DecodedRecord(null, changes, rejection);
  }

  /** The change to count of a vote that has one choice at most; null if there is none. */
  public @Nullable VoteChange change() {
    return change;
  }

  /** The changes to count of a ballot that may have several choices, of one side each. */
  public List<VoteChange> changesOfBallot() {
    return changesOfBallot;
  }

  /** All changes to count. */
  public List<VoteChange> changes() {
    return change == null ? changesOfBallot : List.of(change);
  }

  /** Why the record has to be looked at by a person, or null. It names no vote's id. */
  public @Nullable String rejection() {
    return rejection;
  }

  /** Whether the record is in order, and there is nothing to count. */
  public boolean isUnchanged() {
    return change == null && changesOfBallot.isEmpty() && rejection == null;
  }
}
