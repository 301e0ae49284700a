package io.citytally.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class HistoryAuditTest {

  private final ScannedTables tables = new ScannedTables();
  private Runnable whileSettling = () -> {};

  @Test
  void findsNothingWhereTheBucketsHaveTakenInWhatTheTotalsHave() {
    put("totals", "total_votes", 7, 9, 2, "region", "North", "improvement", "park");
    put("history", "votes", 7, 9, 2, "place", "region:North", "bucket", "v:2026-11-29T11");
    put("history", "votes", 7, 9, 2, "place", "city", "bucket", "v:undated");

    assertThat(audit()).isEmpty();
  }

  @Test
  void findsAVoteThatABucketLacks() {
    put("totals", "total_votes", 7, 9, 2, "region", "North", "improvement", "park");
    put("history", "votes", 6, 8, 2, "place", "region:North", "bucket", "v:2026-11-29T11");
    put("history", "votes", 7, 9, 2, "place", "city", "bucket", "v:2026-11-29T11");
    put("history", "votes", 7, 9, 2, "place", "city-ten-minutes", "bucket", "v:2026-11-29T11:20");

    assertThat(audit()).containsExactly("region:North -1");
  }

  @Test
  void findsAVoteThatTheTenMinutesOfTheCityLack() {
    put("totals", "total_votes", 7, 9, 2, "region", "North", "improvement", "park");
    put("history", "votes", 7, 9, 2, "place", "region:North", "bucket", "v:2026-11-29T11");
    put("history", "votes", 5, 7, 2, "place", "city", "bucket", "v:2026-11-29T11");
    put("history", "votes", 2, 2, 0, "place", "city", "bucket", "v:undated");
    put("history", "votes", 4, 6, 2, "place", "city-ten-minutes", "bucket", "v:2026-11-29T11:20");

    assertThat(audit()).containsExactly("city-ten-minutes -1");
  }

  @Test
  void takesAVoteOnItsWayForNone() {
    put("totals", "total_votes", 1, 1, 0, "region", "North", "improvement", "park");
    whileSettling =
        () -> {
          put("history", "votes", 1, 1, 0, "place", "region:North", "bucket", "v:2026-11-29T11");
          put("history", "votes", 1, 1, 0, "place", "city", "bucket", "v:2026-11-29T11");
          put(
              "history",
              "votes",
              1,
              1,
              0,
              "place",
              "city-ten-minutes",
              "bucket",
              "v:2026-11-29T11:20");
        };

    assertThat(audit()).isEmpty();
  }

  private List<String> audit() {
    List<String> found = new ArrayList<>();
    new HistoryAudit(
            new PacedScan(
                tables, OptionalInt.empty(), Clock.systemUTC(), time -> whileSettling.run()),
            new Tables("votes", "totals", "turnout", "history", "rejected", "corrections"),
            Duration.ofSeconds(90))
        .run()
        .forEach(each -> found.add(each.place() + " " + each.changes()));
    return found;
  }

  private void put(String table, String unit, int count, int added, int removed, String... keys) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put(unit, AttributeValue.fromN(Integer.toString(count)));
    item.put("epoch", AttributeValue.fromN("1"));
    item.put("added", AttributeValue.fromN(Integer.toString(added)));
    item.put("removed", AttributeValue.fromN(Integer.toString(removed)));
    for (int i = 0; i < keys.length; i += 2) {
      item.put(keys[i], AttributeValue.fromS(keys[i + 1]));
    }
    tables.put(table, item);
  }
}
