package io.citytally.cli.result;

import io.citytally.table.BallotTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the tables hold at one time: totals, turnout and the ballot. */
final class FinalCounts {

  private final Map<Choice, Long> votes = new HashMap<>();
  private final Map<String, Long> ballots = new HashMap<>();
  private final Map<Choice, BallotEntry> entries = new HashMap<>();

  private FinalCounts() {}

  /**
   * Reads the tables, consistently.
   *
   * @throws software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException if one is
   *     missing
   */
  static FinalCounts read(DynamoDbClient dynamoDb, ResultTables tables) {
    FinalCounts counts = new FinalCounts();
    scan(
        dynamoDb,
        tables.totalVotes(),
        item -> counts.votes.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    scan(
        dynamoDb,
        tables.turnout(),
        item -> counts.ballots.put(TurnoutTable.regionOf(item), TurnoutTable.ballotsOf(item)));
    scan(
        dynamoDb,
        tables.ballot(),
        item -> counts.entries.put(BallotTable.keyOf(item), BallotTable.entryOf(item)));
    return counts;
  }

  private static void scan(
      DynamoDbClient dynamoDb, String table, Consumer<Map<String, AttributeValue>> items) {
    dynamoDb
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .forEach(items);
  }

  /** The votes of each choice that has a total. */
  Map<Choice, Long> votes() {
    return votes;
  }

  /** The ballots of each region that has any. */
  Map<String, Long> ballots() {
    return ballots;
  }

  /** What the ballot says of each choice that is or was on it. */
  Map<Choice, BallotEntry> entries() {
    return entries;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FinalCounts
        && votes.equals(((FinalCounts) other).votes)
        && ballots.equals(((FinalCounts) other).ballots)
        && entries.equals(((FinalCounts) other).entries);
  }

  @Override
  public int hashCode() {
    return Objects.hash(votes, ballots, entries);
  }
}
