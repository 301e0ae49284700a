package io.citytally.local.simulation;

import io.citytally.local.cloud.ChangeRecord;
import io.citytally.vote.Choice;
import java.util.List;

/**
 * A record that is to reach the stream, and what it should come to.
 *
 * @param number the same for all copies of it, and for no other record
 * @param hash by which the stream chooses the shard, from 0 to {@link SimulatedStream#HASHES}
 * @param record from which a copy is made; null where a copy is the same byte for byte
 * @param vote the vote, or null if none can be read
 * @param left what it leaves, and the turnout that it lowers
 * @param taken what it takes, and the turnout that it raises
 * @param changedAtMicros when the table was changed; 0 for what is no change of the table
 * @param rejected whether a person must look at it
 */
record Change(
    int number,
    int hash,
    byte[] payload,
    ChangeRecord record,
    String vote,
    List<Side> left,
    List<Side> taken,
    long changedAtMicros,
    boolean rejected) {

  /**
   * One side of it.
   *
   * @param key the choice, or the turnout
   * @param vote by what the recent votes know it; null where it enters no list
   */
  record Side(Choice key, String vote) {}

  /** Whether this leaves the choice, or lowers the turnout. */
  boolean leaves(Choice key) {
    return left.stream().anyMatch(side -> side.key().equals(key));
  }

  /** How the event ids of repetitions begin. */
  static final String REPEATED_EVENT = "event-again-";

  /** The same change, delivered once more. No source says that it would have the same event id. */
  Change again(String eventId) {
    return record == null
        ? this
        : new Change(
            number,
            hash,
            record.withEventId(eventId).toJson(),
            record,
            vote,
            left,
            taken,
            changedAtMicros,
            rejected);
  }

  @Override
  public String toString() {
    return "change "
        + number
        + (vote == null ? "" : " of " + vote)
        + " ("
        + left.stream().map(Side::key).toList()
        + " -> "
        + taken.stream().map(Side::key).toList()
        + ")";
  }
}
