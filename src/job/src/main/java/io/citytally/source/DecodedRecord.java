package io.citytally.source;

import io.citytally.vote.VoteChange;
import org.jspecify.annotations.Nullable;

/**
 * What a record comes to: a change, a reason to reject the record, or both, where a countable vote
 * was changed to an uncountable one (the old choice goes, and a person has to look at the new one).
 * Neither means that the vote's item was written, but its choice is the same as before.
 */
public final class DecodedRecord {

  static final DecodedRecord UNCHANGED = new DecodedRecord(null, null);

  private final @Nullable VoteChange change;
  private final @Nullable String rejection;

  DecodedRecord(@Nullable VoteChange change, @Nullable String rejection) {
    this.change = change;
    this.rejection = rejection;
  }

  /** The change to count, or null. */
  public @Nullable VoteChange change() {
    return change;
  }

  /** Why the record has to be looked at by a person, or null. It names no vote's id. */
  public @Nullable String rejection() {
    return rejection;
  }

  /** Whether the record is in order, and there is nothing to count. */
  public boolean isUnchanged() {
    return change == null && rejection == null;
  }
}
