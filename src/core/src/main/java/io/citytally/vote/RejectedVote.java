package io.citytally.vote;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record of the stream that can't be counted, or a choice of it that was refused, kept with its
 * reason for a person to look at. A refused choice can be cast again.
 */
@FlinkPojo
public class RejectedVote {

  /** The longest payload that is kept, in bytes of UTF-8. */
  public static final int MAX_PAYLOAD_BYTES = 8 * 1024;

  /**
   * The first characters of {@link #recast} if the vote took the refused choice. No other record
   * begins with them.
   */
  public static final String NEW_CHOICE_RECORD = "{\"recast\":{\"side\":\"new\",";

  /** The shard that it was read from. */
  public String shard;

  /**
   * Its place in the shard: the same whenever it is read again, different for every other record of
   * the shard that is not its exact copy, and for each of its choices and each epoch of the job.
   */
  public String position;

  /** Why it can't be counted, for a person. */
  public String reason;

  /** What the record says, without ids, as text, cut at {@link #MAX_PAYLOAD_BYTES}. */
  public String payload;

  /** When the stream took it in, in milliseconds since the epoch. */
  public long arrivedAtMillis;

  /** The choice that was refused, null where it is the record that can't be counted. */
  public @Nullable Choice choice;

  /** The record by which the refused choice can be cast again; null where none was refused. */
  public @Nullable String recast;

  /** For Flink's serializer. */
  public RejectedVote() {}

  /** A record that can't be counted. */
  public RejectedVote(
      String shard, String position, String reason, String payload, long arrivedAtMillis) {
    this.shard = Objects.requireNonNull(shard, "shard");
    this.position = Objects.requireNonNull(position, "position");
    this.reason = Objects.requireNonNull(reason, "reason");
    this.payload = Objects.requireNonNull(payload, "payload");
    this.arrivedAtMillis = arrivedAtMillis;
  }

  /** A choice that was refused. */
  public RejectedVote(
      String shard,
      String position,
      String reason,
      String payload,
      long arrivedAtMillis,
      Choice choice,
      String recast) {
    this(shard, position, reason, payload, arrivedAtMillis);
    this.choice = Objects.requireNonNull(choice, "choice");
    this.recast = Objects.requireNonNull(recast, "recast");
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof RejectedVote)) {
      return false;
    }
    RejectedVote that = (RejectedVote) other;
    return shard.equals(that.shard)
        && position.equals(that.position)
        && reason.equals(that.reason)
        && payload.equals(that.payload)
        && arrivedAtMillis == that.arrivedAtMillis
        && Objects.equals(choice, that.choice)
        && Objects.equals(recast, that.recast);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shard, position);
  }

  @Override
  public String toString() {
    return reason + ", at " + shard + "/" + position;
  }
}
