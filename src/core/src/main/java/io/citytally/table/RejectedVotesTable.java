package io.citytally.table;

import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The records that can't be counted, each under its place in the stream, so that a replay
 * overwrites the same item: {@code {shard, position, reason, payload, arrived_at, expires_at}}. All
 * are texts ({@code arrived_at} a time of ISO 8601), but for {@code expires_at}, the table's time
 * to live, in seconds since the epoch.
 *
 * <p>The item of a choice that was refused has three more: the texts {@code region} and {@code
 * improvement}, and {@code recast}, the record that casts it again when it is put on the stream. An
 * item with a {@code region} but without an {@code improvement} is a refused ballot of that
 * region's turnout.
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

  /** The region of a refused choice. */
  public static final String REGION = "region";

  /** The improvement of a refused choice. */
  public static final String IMPROVEMENT = "improvement";

  /** The record by which a refused choice is cast again. */
  public static final String RECAST = "recast";

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
    Map<String, AttributeValue> item = new HashMap<>(keyOf(vote.shard, vote.position));
    item.put(REASON, Attributes.text(vote.reason));
    item.put(PAYLOAD, Attributes.text(vote.payload));
    item.put(ARRIVED_AT, Attributes.time(vote.arrivedAtMillis));
    item.put(EXPIRES_AT, Attributes.number(expires.getEpochSecond()));
    if (vote.choice != null && vote.recast != null) {
      item.put(REGION, Attributes.text(vote.choice.region));
      if (!vote.choice.isTurnout()) {
        item.put(IMPROVEMENT, Attributes.text(vote.choice.improvement));
      }
      item.put(RECAST, Attributes.text(vote.recast));
    }
    return item;
  }

  /**
   * @throws MalformedItemException if the item is not of the shape above
   */
  public static RejectedVote rejectedVoteOf(Map<String, AttributeValue> item) {
    String shard = Attributes.text(item, SHARD);
    String position = Attributes.text(item, POSITION);
    String reason = Attributes.text(item, REASON);
    String payload = Attributes.text(item, PAYLOAD);
    long arrivedAtMillis = Attributes.time(item, ARRIVED_AT);
    return item.containsKey(RECAST)
        ? new RejectedVote(
            shard,
            position,
            reason,
            payload,
            arrivedAtMillis,
            choiceOf(item),
            Attributes.text(item, RECAST))
        : new RejectedVote(shard, position, reason, payload, arrivedAtMillis);
  }

  /**
   * The choice that was refused, or the turnout of a region.
   *
   * @throws MalformedItemException if the region is missing, or one of the two is not a text
   */
  public static Choice choiceOf(Map<String, AttributeValue> item) {
    if (!item.containsKey(IMPROVEMENT)) {
      return Choice.turnoutOf(Attributes.text(item, REGION));
    }
    return new Choice(Attributes.text(item, REGION), Attributes.text(item, IMPROVEMENT));
  }
}
