package io.citytally.cli.election;

import io.citytally.cli.audit.Sleeper;
import io.citytally.cli.command.CannotStartException;
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
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Withdraws all test ballots.
 *
 * <p>It ends the opening for tests first, and waits until no instance of the web application takes
 * ballots under older rules. Then it deletes every item of the table of votes, which the job counts
 * as withdrawals. At last it removes the pin. After an interruption, the next run does the rest.
 *
 * <p>It stops in time before the election opens. It reads the election again before each request
 * that deletes, and stops if another operator has changed when it opens.
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
  private final ServiceTime serviceTime;
  private long deleted;

  ResetElection(
      PrintStream out, Operator operator, Clock clock, Sleeper sleeper, ServiceTime serviceTime) {
    this.out = out;
    this.operator = operator;
    this.clock = clock;
    this.sleeper = sleeper;
    this.serviceTime = serviceTime;
  }

  /**
   * @throws RefusedElectionException if it is too late, or the clock is wrong; nothing is written
   *     then
   * @throws CannotStartException if it has to stop after it has written
   */
  int execute(
      DynamoDbClient dynamoDb, StoredRules stored, Election election, ElectionOptions options) {
    serviceTime.check(stored.get(), clock, CLOCK_MARGIN);
    checkTime(election);
    String question =
        "Delete all ballots in the table %s %s?"
            .formatted(options.tables().votes(), options.target().ofDynamoDb());
    if (!options.yes() && !operator.agrees(question, "withdraw all ballots")) {
      out.println("Nothing was written.");
      return SetElection.DECLINED;
    }
    checkTime(election);
    Election ended = endTests(stored, election);
    while (deleteAll(dynamoDb, options.tables().votes(), stored, ended)) {
      // Another scan finds what DynamoDB was too busy to delete.
    }
    stored.reset(ended);
    out.println("Withdrew " + withdrawn() + ". The results show it when the job has counted that.");
    return 0;
  }

  private boolean isTooLate(Election election) {
    return election.result().isPresent()
        || !clock.instant().plus(BEFORE_OPENING).isBefore(SetElection.opensAt(election));
  }

  private void checkTime(Election election) {
    if (isTooLate(election)) {
      throw new RefusedElectionException(
          "--reset: the election opens at "
              + SetElection.local(election, SetElection.opensAt(election))
              + ". From a minute before the opening, ballots count as real, so --reset deletes none.");
    }
  }

  /** Stops if a ballot may be a real one, by the time or by rules that came later. */
  private void checkStill(StoredRules stored, Election ended) {
    Optional<Election> current = stored.read();
    boolean isSame =
        current.map(Election::rules).equals(Optional.of(ended.rules()))
            && current.flatMap(Election::testUntil).equals(ended.testUntil());
    if (!isSame) {
      throw stopped(
          "someone has changed the rules or the opening for tests. The other ballots remain."
              + " Look at the election with --show. If it has not opened, run --reset again.");
    }
    if (isTooLate(ended)) {
      throw stopped(
          "the election opens at "
              + SetElection.local(ended, SetElection.opensAt(ended))
              + ". The other ballots remain, and count as real from then on. Before that time, move"
              + " opens_at with `citytally election FILE.json`, and run --reset again.");
    }
  }

  private CannotStartException stopped(String reason) {
    return new CannotStartException(
        "--reset stopped after it had withdrawn " + withdrawn() + ": " + reason);
  }

  private String withdrawn() {
    return DisplayText.number(deleted) + (deleted == 1 ? " ballot" : " ballots");
  }

  /**
   * Ends the opening for tests, so that afterwards no ballot comes. It also writes if the opening
   * has ended: the condition of the write shows that nothing was changed since it was read.
   */
  private Election endTests(StoredRules stored, Election election) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant end = election.testUntil().filter(now::isAfter).orElse(now);
    stored.openForTests(election, end);
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
  private boolean deleteAll(
      DynamoDbClient dynamoDb, String table, StoredRules stored, Election ended) {
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
        checkStill(stored, ended);
        delete(dynamoDb, table, deletes);
        deletes.clear();
      }
    }
    if (!deletes.isEmpty()) {
      checkStill(stored, ended);
      delete(dynamoDb, table, deletes);
    }
    return found;
  }

  private void delete(DynamoDbClient dynamoDb, String table, List<WriteRequest> deletes) {
    BatchWriteItemResponse response =
        dynamoDb.batchWriteItem(write -> write.requestItems(Map.of(table, List.copyOf(deletes))));
    int left = response.unprocessedItems().getOrDefault(table, List.of()).size();
    deleted += deletes.size() - left;
    if (left > 0) {
      sleeper.sleep(RETRY_PAUSE);
    }
  }
}
