package io.citytally.cli.audit;

import io.citytally.table.CorrectionsTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Takes drift out of the totals, once.
 *
 * <p>Each write is made on the condition that the item is still what the drift was worked out
 * against, to the last number. If the job, another correction, or this one before its answer got
 * lost, has written it, the condition fails. Then the item's {@link Total#base()} shows who wrote
 * it: the job never changes the base, and this correction changes it by exactly the drift. If the
 * base has changed by the drift, the drift is out. Otherwise the item is left for the next audit.
 *
 * <p>The job's memory, {@code added} and {@code removed}, stays as it is. The job only ever adds
 * what goes beyond that memory, so nothing it does later undoes a correction, nor is undone by one.
 * An item that did not exist comes to be without an epoch, as one that the job has never written:
 * its first write adds to it.
 *
 * <p>An item that was deleted under a running job looks like one that never was, but the job's next
 * write brings its whole count. A correction would come on top of that; the next audit finds it. So
 * nobody but the job may delete or write the memory, here as elsewhere.
 *
 * <p>Each correction stands in the table of {@link CorrectionsTable} before it is made, and again
 * with its outcome. So no total is ever corrected without a record of it.
 *
 * <p>To interrupt this, and to run audit and correction again, does no harm: the drift is worked
 * out again from the tables, and what is corrected has none.
 */
public final class Correction {

  private final DynamoDbClient dynamoDb;
  private final Tables tables;
  private final String correctedBy;
  private final Clock clock;

  private final Set<Choice> done = new HashSet<>();

  /**
   * @param correctedBy who corrects, for the record
   */
  public Correction(DynamoDbClient dynamoDb, Tables tables, String correctedBy, Clock clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.correctedBy = correctedBy;
    this.clock = clock;
  }

  /**
   * @param drifts findings of kind {@link Finding.Kind#DRIFT}
   * @param beforeEach told before each write
   * @throws RuntimeException if DynamoDB, or {@code beforeEach}, fails; {@link #done} tells what
   *     was corrected until then
   */
  public void correct(List<Finding> drifts, Runnable beforeEach) {
    for (Finding drift : drifts) {
      if (drift.kind() != Finding.Kind.DRIFT) {
        throw new IllegalArgumentException("not known to have drifted: " + drift.key());
      }
      beforeEach.run();
      long startMillis = clock.millis();
      record(drift, startMillis, CorrectionsTable.BEGUN);
      boolean isMade = correct(drift);
      if (isMade) {
        done.add(drift.key());
      }
      record(drift, startMillis, isMade ? CorrectionsTable.MADE : CorrectionsTable.NOT_MADE);
    }
  }

  private boolean correct(Finding drift) {
    long votes = -drift.low();
    try {
      dynamoDb.updateItem(update(drift, votes));
      return true;
    } catch (ConditionalCheckFailedException e) {
      Total found = drift.isTurnout() ? Total.ofTurnout(e.item()) : Total.of(e.item());
      return found.base() == drift.seen().base() + votes;
    }
  }

  private UpdateItemRequest update(Finding drift, long votes) {
    Map<String, AttributeValue> seen = drift.seen().numbers();
    return drift.isTurnout()
        ? TurnoutTable.correction(tables.turnout(), drift.key().region, seen, votes)
        : TotalVotesTable.correction(tables.totalVotes(), drift.key(), seen, votes);
  }

  private void record(Finding drift, long startMillis, String outcome) {
    dynamoDb.putItem(
        put ->
            put.tableName(tables.corrections())
                .item(
                    CorrectionsTable.itemOf(
                        drift.key(),
                        startMillis,
                        -drift.low(),
                        drift.total(),
                        correctedBy,
                        outcome)));
  }

  /** The choices and turnouts whose drift is out, as {@link Finding#key} has them. */
  public Set<Choice> done() {
    return Set.copyOf(done);
  }
}
