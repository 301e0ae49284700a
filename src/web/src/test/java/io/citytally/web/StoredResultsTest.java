package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.table.MalformedItemException;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

class StoredResultsTest {

  private static final Choice PARK = new Choice("Centre", "park");

  private final Map<String, List<Map<String, AttributeValue>>> tables = new HashMap<>();
  private final StoredResults results =
      new StoredResults(
          new DynamoDbClient() {
            @Override
            public ScanResponse scan(ScanRequest request) {
              return ScanResponse.builder()
                  .items(tables.getOrDefault(request.tableName(), List.of()))
                  .build();
            }

            @Override
            public String serviceName() {
              return "dynamodb";
            }

            @Override
            public void close() {}
          },
          "total_votes",
          "recent_votes",
          "turnout");

  @Test
  void aMalformedListOfRecentVotesIsEmptyAndAllElseIsThere() {
    tables.put("total_votes", List.of(total("7")));
    RecentVotes ofCity = recent(RecentVotes.CITY, 1_764_417_600_000L);
    tables.put(
        "recent_votes",
        List.of(
            RecentVotesTable.itemOf(recent(RecentVotes.listOf("Centre"), 99_999_999_999_999L)),
            RecentVotesTable.itemOf(ofCity),
            Map.of("feed", AttributeValue.fromN("1"))));

    Results read = results.read();

    assertThat(read.totals()).containsExactly(Map.entry(PARK, 7L));
    assertThat(read.recent(RecentVotes.CITY)).containsExactly(ofCity.votes);
    assertThat(read.recent(RecentVotes.listOf("Centre"))).isEmpty();
  }

  @Test
  void aTotalOfWhichTheJobsCountIsMalformedIsThere() {
    Map<String, AttributeValue> item = total("7");
    item.put("epoch", AttributeValue.fromN("1"));
    tables.put("total_votes", List.of(item));

    assertThat(results.read().totals()).containsExactly(Map.entry(PARK, 7L));
  }

  @Test
  void aMalformedTotalIsNotLeftOut() {
    tables.put("total_votes", List.of(total("7.5")));

    assertThatExceptionOfType(MalformedItemException.class).isThrownBy(results::read);
  }

  private static Map<String, AttributeValue> total(String votes) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(PARK));
    item.put("total_votes", AttributeValue.fromN(votes));
    return item;
  }

  private static RecentVotes recent(String list, long castAtMillis) {
    return new RecentVotes(list, new RecentVotes.Vote(PARK, castAtMillis));
  }
}
