package io.citytally.table;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The most recent votes, one item for each list: {@code {list, votes}}, where {@code votes} is a
 * list of maps {@code {region, improvement, cast_at}}, the newest first, and {@code cast_at} a
 * minute of ISO 8601 ({@code 2026-05-01T12:00Z}). More of the time would tell who was seen to vote
 * what he voted for.
 */
public final class RecentVotesTable {

  public static final String DEFAULT_NAME = "recent_votes";

  /** The partition key: {@link RecentVotes#CITY}, or {@link RecentVotes#listOf} a region. */
  public static final String FEED = "feed";

  public static final String VOTES = "votes";
  public static final String REGION = "region";
  public static final String IMPROVEMENT = "improvement";
  public static final String CAST_AT = "cast_at";

  private RecentVotesTable() {}

  public static Map<String, AttributeValue> keyOf(String list) {
    return Map.of(FEED, Attributes.text(list));
  }

  public static Map<String, AttributeValue> itemOf(RecentVotes recent) {
    List<AttributeValue> votes = new ArrayList<>(recent.votes.length);
    for (RecentVotes.Vote vote : recent.votes) {
      votes.add(
          AttributeValue.fromM(
              Map.of(
                  REGION, Attributes.text(vote.choice.region),
                  IMPROVEMENT, Attributes.text(vote.choice.improvement),
                  CAST_AT, Attributes.minute(vote.castAtMillis))));
    }
    return Map.of(FEED, Attributes.text(recent.list), VOTES, AttributeValue.fromL(votes));
  }

  /**
   * The votes of an item, with the times that stand there.
   *
   * @throws MalformedItemException if the item is not of the shape above
   */
  public static RecentVotes recentVotesOf(Map<String, AttributeValue> item) {
    AttributeValue list = item.get(VOTES);
    if (list == null || !list.hasL()) {
      throw Attributes.malformed(item, VOTES, "a list");
    }
    List<RecentVotes.Vote> votes = new ArrayList<>(list.l().size());
    for (AttributeValue entry : list.l()) {
      if (!entry.hasM()) {
        throw Attributes.malformed(item, VOTES, "a list of maps");
      }
      Map<String, AttributeValue> vote = entry.m();
      votes.add(
          new RecentVotes.Vote(
              new Choice(Attributes.text(vote, REGION), Attributes.text(vote, IMPROVEMENT)),
              Attributes.time(vote, CAST_AT)));
    }
    return new RecentVotes(Attributes.text(item, FEED), votes.toArray(new RecentVotes.Vote[0]));
  }
}
