package io.citytally.dynamodb;

import io.citytally.vote.RejectedVote;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The records that can't be counted, each under its place in the stream, so that a replay puts it
 * over itself: {@code {shard, position, reason, payload, arrived_at, expires_at}}. All are texts
 * ({@code arrived_at} a time of ISO 8601), but for {@code expires_at}, the table's time to live, in
 * seconds since the epoch.
 */
public final class RejectedVotesTable {

  public static final String DEFAULT_NAME = "rejected_votes";

  /** The partition key. */
  public static final String SHARD = "shard";

  /** The sort key. */
  public static final String POSITION = "position";

  public static final String REASON = "reason";
  public static final String PAYLOAD = "payload";
  public static final String ARRIVED_AT = "arrived_at";

  /** The attribute of the time to live. */
  public static final String EXPIRES_AT = "expires_at";

  private RejectedVotesTable() {}

  public static Map<String, AttributeValue> keyOf(String shard, String position) {
    return Map.of(SHARD, Attributes.text(shard), POSITION, Attributes.text(position));
  }

  /**
   * @param timeToLive how long the item is kept after the record's arrival, at least
   */
  public static Map<String, AttributeValue> itemOf(RejectedVote vote, Duration timeToLive) {
    Instant expires = Instant.ofEpochMilli(vote.arrivedAtMillis).plus(timeToLive);
    return Map.of(
        SHARD, Attributes.text(vote.shard),
        POSITION, Attributes.text(vote.position),
        REASON, Attributes.text(vote.reason),
        PAYLOAD, Attributes.text(vote.payload),
        ARRIVED_AT, Attributes.time(vote.arrivedAtMillis),
        EXPIRES_AT, Attributes.number(expires.getEpochSecond()));
  }

  /**
   * @throws MalformedItemException if the item is not of the shape above
   */
  public static RejectedVote rejectedVoteOf(Map<String, AttributeValue> item) {
    return new RejectedVote(
        Attributes.text(item, SHARD),
        Attributes.text(item, POSITION),
        Attributes.text(item, REASON),
        Attributes.text(item, PAYLOAD),
        Attributes.time(item, ARRIVED_AT));
  }
}
