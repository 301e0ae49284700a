package io.citytally.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class AuditTest {

  private static final Choice PARK = new Choice("Centre", "park");
  private static final Choice POOL = new Choice("Centre", "pool");

  private final ScannedTables tables = new ScannedTables();

  @Test
  void listsItemsThatLackAPartOfTheirMemoryAndJudgesAllOthers() {
    put("votes", VotesTable.itemOf("one", PARK));
    put("votes", VotesTable.itemOf("other", POOL));
    put("totals", TotalVotesTable.keyOf(PARK), "total_votes", "epoch", "removed");
    put("totals", TotalVotesTable.keyOf(POOL), "total_votes", "epoch", "added", "removed");
    put("turnout", TurnoutTable.keyOf("Centre"), "ballots", "epoch", "added");

    AuditReport report =
        new Audit(
                new PacedScan(tables, OptionalInt.empty(), Clock.systemUTC(), time -> {}),
                new Tables("votes", "totals", "turnout", "history", "rejected", "corrections"),
                Optional.empty(),
                new Pace(Duration.ofSeconds(30), 2, Duration.ZERO),
                (look, ballots) -> {})
            .run();

    assertThat(report.of(Finding.Kind.MALFORMED))
        .extracting(Finding::key)
        .containsExactlyInAnyOrder(PARK, Choice.turnoutOf("Centre"));
    assertThat(report.of(Finding.Kind.DRIFT))
        .extracting(Finding::key, Finding::low)
        .containsExactly(tuple(POOL, 6L));
    assertThat(report.leavesOpen()).isTrue();
    assertThat(report.json(Set.of(), List.of())).contains("\"malformed\"");
  }

  private void put(String table, Map<String, AttributeValue> key, String... ofSeven) {
    Map<String, AttributeValue> item = new HashMap<>(key);
    for (String name : ofSeven) {
      item.put(name, AttributeValue.fromN(name.equals("epoch") ? "1" : "7"));
    }
    tables.put(table, item);
  }
}
