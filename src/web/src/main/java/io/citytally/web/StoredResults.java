package io.citytally.web;

import io.citytally.table.MalformedItemException;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The results in the tables {@code total_votes}, {@code recent_votes} and {@code turnout}: one scan
 * of each. All are small for any number of votes.
 */
public final class StoredResults implements ResultsSource {

  private static final Logger LOG = LoggerFactory.getLogger(StoredResults.class);

  private final DynamoDbClient client;
  private final String totalVotesTable;
  private final String recentVotesTable;
  private final String turnoutTable;
  private final AtomicBoolean warnedOfMalformedList = new AtomicBoolean();

  /**
   * @param client should give up within a few seconds: until then, no other read begins
   */
  public StoredResults(
      DynamoDbClient client, String totalVotesTable, String recentVotesTable, String turnoutTable) {
    this.client = client;
    this.totalVotesTable = totalVotesTable;
    this.recentVotesTable = recentVotesTable;
    this.turnoutTable = turnoutTable;
  }

  /**
   * @throws MalformedItemException if {@code total_votes} or {@code turnout} holds what neither the
   *     job nor its predecessor writes
   */
  @Override
  public Results read() {
    Map<Choice, Long> totals = new HashMap<>();
    Map<String, Counted> countedVotes = new HashMap<>();
    for (Map<String, AttributeValue> item : scan(totalVotesTable)) {
      Choice key = TotalVotesTable.keyOf(item);
      long votes = TotalVotesTable.totalVotesOf(item);
      totals.put(key, votes);
      countedVotes.merge(key.region, Counted.of(votes, item), Counted::plus);
    }
    Map<String, List<RecentVotes.Vote>> recent = new HashMap<>();
    for (Map<String, AttributeValue> item : scan(recentVotesTable)) {
      addRecent(item, recent);
    }
    Map<String, Long> ballots = new HashMap<>();
    Map<String, Counted> countedBallots = new HashMap<>();
    for (Map<String, AttributeValue> item : scan(turnoutTable)) {
      String region = TurnoutTable.regionOf(item);
      ballots.put(region, TurnoutTable.ballotsOf(item));
      countedBallots.put(region, Counted.of(TurnoutTable.ballotsOf(item), item));
    }
    return new Results(totals, recent, ballots, countedVotes, countedBallots);
  }

  /** A list that can't be read is left out: it is a view, and the totals are shown without it. */
  private void addRecent(
      Map<String, AttributeValue> item, Map<String, List<RecentVotes.Vote>> recent) {
    try {
      RecentVotes votes = RecentVotesTable.recentVotesOf(item);
      recent.put(votes.list, List.of(votes.votes));
    } catch (MalformedItemException e) {
      if (warnedOfMalformedList.compareAndSet(false, true)) {
        LOG.warn(
            "A list in the table {} is malformed and shown empty, until the job's next write of it",
            recentVotesTable,
            e);
      }
    }
  }

  private Iterable<Map<String, AttributeValue>> scan(String table) {
    return client.scanPaginator(scan -> scan.tableName(table)).items();
  }
}
