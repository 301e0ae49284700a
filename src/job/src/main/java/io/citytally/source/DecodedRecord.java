package io.citytally.source;

import io.citytally.vote.VoteChange;

/**
 * What a record comes to: a change, a reason to reject the record, or both, where a countable vote
 * was changed to an uncountable one (the old choice goes, and a person has to look at the new one).
 * Neither means that the vote's item was written, but its choice is the same as before.
 */
public final class DecodedRecord {

  static final DecodedRecord UNCHANGED = new DecodedRecord(null, null);

  private final VoteChange change;
  private final String rejection;

  DecodedRecord(VoteChange change, String rejection) {
    this.change = change;
    this.rejection = rejection;
  }

  /** The change to count, or null. */
  public VoteChange change() {
    return change;
  }

  /** Why the record has to be looked at by a person, or null. It names no vote's id. */
  public String rejection() {
    return rejection;
  }

  /** Whether the record is in order, and there is nothing to count. */
  public boolean isUnchanged() {
    return change == null && rejection == null;
  }
}
