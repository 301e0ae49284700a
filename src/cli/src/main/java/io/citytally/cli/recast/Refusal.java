package io.citytally.cli.recast;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.time.Instant;
import java.util.Comparator;
import java.util.regex.Pattern;

/** One side of a change whose choice was refused, without what only a person reads of it. */
final class Refusal {

  /**
   * From the oldest to the newest. Of two changes at the same time, the one that leaves the choice
   * comes first: then it is not taken for the one that takes the other back.
   */
  static final Comparator<Refusal> BY_AGE =
      Comparator.<Refusal>comparingLong(refusal -> refusal.changedAtMicros)
          .thenComparingLong(refusal -> refusal.sequence)
          .thenComparing(refusal -> !refusal.isOld)
          .thenComparing(refusal -> refusal.change);

  /** A shard of a table's own stream has a time and a random part; one of Kinesis has a number. */
  private static final Pattern SHARD_OF_A_TABLE = Pattern.compile("shardId-\\d+-[0-9a-f]+");

  private static final JsonMapper JSON = new JsonMapper();

  final String shard;
  final String position;
  final Choice choice;

  /** The record that casts it again. */
  final String record;

  /** Whether the vote left the choice; else it took it. */
  final boolean isOld;

  /** Stands for the vote's id. */
  final String vote;

  /** The same for each delivery of the change. */
  final String change;

  /** The epoch of the job that refused it. */
  final long epoch;

  /** When the stream took the change. */
  final Instant arrivedAt;

  private final long changedAtMicros;
  private final long sequence;

  /**
   * @throws IllegalStateException if its record is not one that a job wrote
   */
  Refusal(RejectedVote rejected) {
    if (rejected.choice == null || rejected.recast == null) {
      throw malformed(rejected);
    }
    shard = rejected.shard;
    position = rejected.position;
    choice = rejected.choice;
    arrivedAt = Instant.ofEpochMilli(rejected.arrivedAtMillis);
    record = rejected.recast;
    JsonNode side = read(rejected, record).path("recast");
    isOld = "old".equals(side.path("side").textValue());
    vote = side.path("vote").asText();
    change = side.path("change").asText();
    epoch = side.path("epoch").asLong();
    changedAtMicros = side.path("changedAtMicros").asLong();
    sequence = side.path("sequence").asLong();
    if (!isOld && !record.startsWith(RejectedVote.NEW_CHOICE_RECORD)) {
      throw malformed(rejected);
    }
  }

  /** Whether the change came from a table's own stream, on which nobody can put a record. */
  boolean isOfTablesOwnStream() {
    return SHARD_OF_A_TABLE.matcher(shard).matches();
  }

  private static JsonNode read(RejectedVote rejected, String record) {
    try {
      return JSON.readTree(record);
    } catch (JsonProcessingException e) {
      throw malformed(rejected);
    }
  }

  private static IllegalStateException malformed(RejectedVote rejected) {
    return new IllegalStateException(
        String.format(
            "The rejected vote at %s/%s holds no record of this version's job. Delete the item, or"
                + " use the version that wrote it: %s",
            rejected.shard, rejected.position, rejected.recast));
  }
}
