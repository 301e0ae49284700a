package io.citytally.table;

import static java.util.stream.Collectors.toList;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The most recent votes, one item for each list: {@code {feed, improvements, minutes, regions}},
 * three lists of equal length with the newest first. A minute is a number of minutes since 1970 in
 * UTC: a finer time could reveal what someone voted for to anyone who saw that person vote. Only
 * the city's list has {@code regions}; that of a region needs none.
 *
 * <p>So a list of twenty votes is less than a kilobyte, which is one write unit, as long as names
 * are shorter than some twenty letters: maps with a name for each value were two.
 */
public final class RecentVotesTable {

  public static final String DEFAULT_NAME = "recent_votes";

  /** The partition key: {@link RecentVotes#CITY}, or {@link RecentVotes#listOf} a region. */
  public static final String FEED = "feed";

  public static final String IMPROVEMENTS = "improvements";
  public static final String MINUTES = "minutes";
  public static final String REGIONS = "regions";

  /** Earlier versions had one list of maps. */
  private static final String EARLIER_VOTES = "votes";

  private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

  /** Far beyond all votes, and not too far for a time of 64 bits. */
  private static final long MAX_MINUTE = Duration.ofDays(365_000).toMinutes();

  private RecentVotesTable() {}

  public static Map<String, AttributeValue> keyOf(String list) {
    return Map.of(FEED, Attributes.text(list));
  }

  public static Map<String, AttributeValue> itemOf(RecentVotes recent) {
    Map<String, AttributeValue> item = new HashMap<>(keyOf(recent.list));
    item.put(IMPROVEMENTS, listOf(recent, vote -> Attributes.text(vote.choice.improvement)));
    item.put(
        MINUTES,
        listOf(recent, vote -> Attributes.number(Math.floorDiv(vote.castAtMillis, MINUTE_MILLIS))));
    if (!RecentVotes.regionOf(recent.list).isPresent()) {
      item.put(REGIONS, listOf(recent, vote -> Attributes.text(vote.choice.region)));
    }
    return item;
  }

  private static AttributeValue listOf(
      RecentVotes recent, Function<RecentVotes.Vote, AttributeValue> value) {
    return AttributeValue.fromL(Arrays.stream(recent.votes).map(value).collect(toList()));
  }

  /**
   * The votes of an item, at the beginnings of their minutes. What an earlier version wrote is an
   * empty list: the next vote for it writes another.
   *
   * @throws MalformedItemException if the item is not of the shape above
   */
  public static RecentVotes recentVotesOf(Map<String, AttributeValue> item) {
    String list = Attributes.text(item, FEED);
    if (item.containsKey(EARLIER_VOTES)) {
      return new RecentVotes(list);
    }
    Optional<String> region = RecentVotes.regionOf(list);
    List<String> improvements = Attributes.listOfTexts(item, IMPROVEMENTS);
    List<Long> minutes = Attributes.listOfNumbers(item, MINUTES);
    List<String> regions =
        region.isPresent()
            ? Collections.nCopies(improvements.size(), region.get())
            : Attributes.listOfTexts(item, REGIONS);
    if (minutes.size() != improvements.size() || regions.size() != improvements.size()) {
      throw Attributes.malformed(item, MINUTES, "as long as the other lists");
    }
    RecentVotes.Vote[] votes = new RecentVotes.Vote[improvements.size()];
    for (int i = 0; i < votes.length; i++) {
      if (Math.abs(minutes.get(i)) > MAX_MINUTE) {
        throw Attributes.malformed(item, MINUTES, "a list of minutes");
      }
      Choice choice = new Choice(regions.get(i), improvements.get(i));
      votes[i] = new RecentVotes.Vote(choice, minutes.get(i) * MINUTE_MILLIS);
    }
    return new RecentVotes(list, votes);
  }
}
