package io.citytally.local.simulation;

import io.citytally.local.cloud.ChangeRecord;
import io.citytally.vote.Choice;

/**
 * A record that is to reach the stream, and what it should come to.
 *
 * @param number the same for all copies of it, and for no other record
 * @param hash by which the stream chooses the shard, from 0 to {@link SimulatedStream#HASHES}
 * @param record from which a copy is made; null where a copy is the same byte for byte
 * @param vote the vote, or null if none can be read
 * @param from the countable choice before, or null
 * @param to the countable choice after, or null
 * @param rejected whether a person must look at it
 */
record Change(
    int number,
    int hash,
    byte[] payload,
    ChangeRecord record,
    String vote,
    Choice from,
    Choice to,
    long changedAtMicros,
    boolean rejected) {

  /** How the event ids of repetitions begin. */
  static final String REPEATED_EVENT = "event-again-";

  /** When the stream takes it in, as far as anyone looks. */
  long arrivedAtMillis() {
    return changedAtMicros / 1_000;
  }

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
            from,
            to,
            changedAtMicros,
            rejected);
  }

  @Override
  public String toString() {
    return "change "
        + number
        + (vote == null ? "" : " of " + vote)
        + " ("
        + from
        + " -> "
        + to
        + ")";
  }
}
