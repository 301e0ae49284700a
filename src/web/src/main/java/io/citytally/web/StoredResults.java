package io.citytally.web;

import io.citytally.table.MalformedItemException;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The results in the tables {@code total_votes} and {@code recent_votes}: one scan of each, as both
 * are small whatever the number of votes, and all of it is shown.
 */
public final class StoredResults implements ResultsSource {

  private final DynamoDbClient client;
  private final String totalVotesTable;
  private final String recentVotesTable;

  /**
   * @param client should give up within a few seconds: until then, no other read begins
   */
  public StoredResults(DynamoDbClient client, String totalVotesTable, String recentVotesTable) {
    this.client = client;
    this.totalVotesTable = totalVotesTable;
    this.recentVotesTable = recentVotesTable;
  }

  /**
   * @throws MalformedItemException if a table holds what neither the job nor its predecessor writes
   */
  @Override
  public Results read() {
    Map<Choice, Long> totals = new HashMap<>();
    for (Map<String, AttributeValue> item : scan(totalVotesTable)) {
      totals.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item));
    }
    Map<String, List<RecentVotes.Vote>> recent = new HashMap<>();
    for (Map<String, AttributeValue> item : scan(recentVotesTable)) {
      RecentVotes votes = RecentVotesTable.recentVotesOf(item);
      recent.put(votes.list, List.of(votes.votes));
    }
    return new Results(totals, recent);
  }

  private Iterable<Map<String, AttributeValue>> scan(String table) {
    return client.scanPaginator(scan -> scan.tableName(table)).items();
  }
}
