package io.citytally.cli.election;

import io.citytally.cli.audit.Sleeper;
import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.Operator;
import io.citytally.election.Election;
import io.citytally.table.VotesTable;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Withdraws all test ballots.
 *
 * <p>It ends the opening for tests first, and waits until no instance of the web application takes
 * ballots under older rules. Then it deletes every item of the table of votes, which the job counts
 * as withdrawals. At last it removes the pin. It stops in time before the election opens. After an
 * interruption, the next run does the rest.
 */
final class ResetElection {

  /** As much as clocks may differ. */
  private static final Duration CLOCK_MARGIN = Duration.ofSeconds(2);

  /** No ballot is deleted in the last minute before the election opens. */
  private static final Duration BEFORE_OPENING = Duration.ofMinutes(1);

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  /** The most that one request may delete. */
  private static final int MAX_DELETES = 25;

  private final PrintStream out;
  private final Operator operator;
  private final Clock clock;
  private final Sleeper sleeper;
  private long deleted;

  ResetElection(PrintStream out, Operator operator, Clock clock, Sleeper sleeper) {
    this.out = out;
    this.operator = operator;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  int execute(
      DynamoDbClient dynamoDb, StoredRules stored, Election election, ElectionOptions options) {
    checkTime(election);
    if (!options.yes() && !operator.agrees("Withdraw all ballots?", "withdraw all ballots")) {
      out.println("Nothing was written.");
      return SetElection.DECLINED;
    }
    Election ended = endTests(stored, election);
    while (deleteAll(dynamoDb, options.tables().votes(), election)) {
      // Another scan finds what DynamoDB was too busy to delete.
    }
    stored.reset(ended);
    out.println(
        "Withdrew "
            + DisplayText.number(deleted)
            + (deleted == 1 ? " ballot" : " ballots")
            + ". The results show it when the job has counted that.");
    return 0;
  }

  private void checkTime(Election election) {
    Instant opens = SetElection.opensAt(election);
    if (election.result().isPresent() || !clock.instant().plus(BEFORE_OPENING).isBefore(opens)) {
      throw new RefusedElectionException(
          "--reset: the election opens at "
              + SetElection.local(election, opens)
              + ". From a minute before the opening, ballots count as real, so --reset deletes none.");
    }
  }

  /** Afterwards, no ballot comes. */
  private Election endTests(StoredRules stored, Election election) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant end = election.testUntil().filter(now::isAfter).orElse(now);
    if (election.testUntil().filter(end::equals).isEmpty()) {
      stored.openForTests(election, end);
    }
    Duration wait =
        Duration.between(
            now, end.plus(Election.MAX_AGE).plus(Election.WRITE_TIMEOUT).plus(CLOCK_MARGIN));
    if (!wait.isNegative()) {
      out.println("Waits " + wait.toSeconds() + " seconds for the last ballots on their way.");
      sleeper.sleep(wait);
    }
    return Election.stored(election.rules(), election.pinned().orElse(null), end, null);
  }

  /** Deletes what one scan finds. Returns whether that was anything. */
  private boolean deleteAll(DynamoDbClient dynamoDb, String table, Election election) {
    List<WriteRequest> deletes = new ArrayList<>();
    boolean found = false;
    for (Map<String, AttributeValue> key :
        dynamoDb
            .scanPaginator(
                scan ->
                    scan.tableName(table)
                        .consistentRead(true)
                        .projectionExpression("#id")
                        .expressionAttributeNames(Map.of("#id", VotesTable.ID)))
            .items()) {
      found = true;
      deletes.add(WriteRequest.builder().deleteRequest(delete -> delete.key(key)).build());
      if (deletes.size() == MAX_DELETES) {
        delete(dynamoDb, table, deletes, election);
        deletes.clear();
      }
    }
    if (!deletes.isEmpty()) {
      delete(dynamoDb, table, deletes, election);
    }
    return found;
  }

  private void delete(
      DynamoDbClient dynamoDb, String table, List<WriteRequest> deletes, Election election) {
    checkTime(election);
    BatchWriteItemResponse response =
        dynamoDb.batchWriteItem(write -> write.requestItems(Map.of(table, List.copyOf(deletes))));
    int left = response.unprocessedItems().getOrDefault(table, List.of()).size();
    deleted += deletes.size() - left;
    if (left > 0) {
      sleeper.sleep(RETRY_PAUSE);
    }
  }
}
