package io.citytally.table;

import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The course of the vote: one item for each {@link HistoryKey}, {@code {place, bucket, votes}} or
 * {@code {place, bucket, ballots}}, and the numbers {@code {epoch, added, removed}} by which the
 * job adds exactly once, as in {@link TotalVotesTable}.
 *
 * <p>Votes and ballots are items of their own: a page that may only show the turnout reads no vote.
 * All of a region is one partition, in the order of time. A bucket is kept for good. It counts what
 * came less what went in that time, so it is below zero where more votes were withdrawn than cast.
 */
public final class HistoryTable {

  public static final String DEFAULT_NAME = "vote_history";

  /** The partition key, as {@link HistoryKey#placeOf(Choice)}. */
  public static final String PLACE = "place";

  /** The sort key, as {@link HistoryKey#bucketOf}. */
  public static final String BUCKET = "bucket";

  public static final String VOTES = "votes";
  public static final String BALLOTS = "ballots";

  private HistoryTable() {}

  /**
   * @param key a {@link HistoryKey}
   */
  public static Map<String, AttributeValue> keyOf(Choice key) {
    return Map.of(
        PLACE, Attributes.text(HistoryKey.placeOf(key)),
        BUCKET, Attributes.text(HistoryKey.bucketOf(key)));
  }

  /**
   * @throws MalformedItemException if place or bucket is missing or not a text
   */
  public static Choice keyOf(Map<String, AttributeValue> item) {
    return HistoryKey.of(Attributes.text(item, PLACE), Attributes.text(item, BUCKET));
  }

  /**
   * The votes or the ballots, whichever the item counts.
   *
   * @throws MalformedItemException if there is no such number, or it is not a whole number of 64
   *     bits
   */
  public static long countOf(Map<String, AttributeValue> item) {
    return Attributes.number(item, unitOf(keyOf(item)));
  }

  private static String unitOf(Choice key) {
    return HistoryKey.isOfBallots(key) ? BALLOTS : VOTES;
  }

  /**
   * The write that is decided on. If its condition fails, DynamoDB's answer holds the item, whose
   * state {@link TotalVotesTable#stateOf} reads.
   *
   * @throws IllegalArgumentException if there is nothing to write
   */
  public static UpdateItemRequest update(String tableName, Choice key, Decision decision) {
    return TallyUpdate.of(tableName, keyOf(key), unitOf(key), decision);
  }
}
