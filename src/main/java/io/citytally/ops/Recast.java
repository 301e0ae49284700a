package io.citytally.ops;

import io.citytally.dynamodb.BallotTable;
import io.citytally.dynamodb.RejectedVotesTable;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TallyKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Casts again the choices that were refused: puts the record that each refusal keeps for that on
 * the stream, then takes the refusal out of the table of rejected votes.
 *
 * <h2>Why nothing is lost, and nothing counts twice</h2>
 *
 * <p>The refusal goes only when its record is on the stream. Between the two this may be
 * interrupted, and is then done again: the record carries the identity of the change that was
 * refused, and the job, which counts each side of a change once, remembers it for as long as a
 * refusal may lie in the table, and then some. For the same reason it does no harm to cast again
 * what was counted meanwhile in another way. What has outlived its time is not touched: DynamoDB
 * may take days to remove it, but the job's memory knows nothing of that.
 *
 * <p>Where the job still doesn't admit the choice, the record that was put is refused as any other
 * would be, under its own place in the stream: so taking out the earlier refusal can't hit the new
 * one. Such refusals may come up while the table is still being read: what this has cast itself, it
 * leaves alone.
 */
public final class Recast {

  /** What one PutRecords takes (Amazon Kinesis Data Streams API Reference). */
  public static final int BATCH = 500;

  /** What one BatchWriteItem takes (Amazon DynamoDB API Reference). */
  private static final int DELETES = 25;

  /** The stream that the job reads. */
  @FunctionalInterface
  public interface RecordStream {

    /**
     * Puts the records, at most {@value Recast#BATCH}. When this returns, all are in the stream.
     *
     * @throws RuntimeException if some may not be
     */
    void put(List<String> records);
  }

  private final DynamoDbClient dynamoDb;
  private final String rejectedVotesTable;
  private final Optional<Set<TallyKey>> ballot;
  private final Clock clock;

  private final Set<UUID> known = new HashSet<>();
  private final Map<TallyKey, Long> taken = new HashMap<>();
  private final Map<TallyKey, Long> left = new HashMap<>();

  /**
   * @param rejectedVotesTable the table, of the shape of {@link RejectedVotesTable}
   * @param ballot what the job admits, of any status; none: the job has no ballot, and anything is
   *     cast
   */
  public Recast(
      DynamoDbClient dynamoDb,
      String rejectedVotesTable,
      Optional<Set<TallyKey>> ballot,
      Clock clock) {
    this.dynamoDb = dynamoDb;
    this.rejectedVotesTable = rejectedVotesTable;
    this.ballot = ballot.map(Set::copyOf);
    this.clock = clock;
  }

  /**
   * Returns the choices in a table of the shape of {@link BallotTable}, of any status: the job
   * admits also those that left the ballot or are hidden.
   */
  public static Set<TallyKey> ballotOf(DynamoDbClient dynamoDb, String ballotTable) {
    return dynamoDb
        .scanPaginator(scan -> scan.tableName(ballotTable).consistentRead(true))
        .items()
        .stream()
        .map(BallotTable::keyOf)
        .collect(Collectors.toSet());
  }

  /** Only counts what would be cast again, and what would be left. */
  public void tell() {
    read(refusals -> {}, () -> false);
  }

  /**
   * Casts again what may be cast.
   *
   * @param isStopped asked between batches; if true, this returns early
   * @throws RuntimeException if the table or the stream fails; to do it again does no harm
   */
  public void castAgain(RecordStream stream, BooleanSupplier isStopped) {
    read(
        refusals -> {
          stream.put(refusals.stream().map(vote -> vote.recast).collect(Collectors.toList()));
          delete(refusals);
        },
        isStopped);
  }

  /** How many were cast again, or would be, by choice. */
  public synchronized Map<TallyKey, Long> taken() {
    return Map.copyOf(taken);
  }

  /** How many were left, because their choice is not on the ballot. */
  public synchronized Map<TallyKey, Long> left() {
    return Map.copyOf(left);
  }

  private interface Batches {
    void take(List<RejectedVote> refusals);
  }

  private void read(Batches batches, BooleanSupplier isStopped) {
    List<RejectedVote> batch = new ArrayList<>(BATCH);
    for (Map<String, AttributeValue> item : refusals()) {
      if (isStopped.getAsBoolean()) {
        return;
      }
      RejectedVote refusal = RejectedVotesTable.rejectedVoteOf(item);
      if (!mayBeCast(refusal.choice)) {
        count(left, List.of(refusal));
      } else if (isNew(refusal)) {
        batch.add(refusal);
      }
      if (batch.size() == BATCH) {
        take(batches, batch);
      }
    }
    if (!batch.isEmpty()) {
      take(batches, batch);
    }
  }

  private void take(Batches batches, List<RejectedVote> batch) {
    batches.take(Collections.unmodifiableList(batch));
    count(taken, batch);
    batch.clear();
  }

  private Iterable<Map<String, AttributeValue>> refusals() {
    return dynamoDb
        .scanPaginator(
            scan ->
                scan.tableName(rejectedVotesTable)
                    .consistentRead(true)
                    .filterExpression("attribute_exists(#recast) AND #expires > :now")
                    .expressionAttributeNames(
                        Map.of(
                            "#recast", RejectedVotesTable.RECAST,
                            "#expires", RejectedVotesTable.EXPIRES_AT))
                    .expressionAttributeValues(
                        Map.of(
                            ":now",
                            AttributeValue.fromN(Long.toString(clock.instant().getEpochSecond())))))
        .items();
  }

  private boolean mayBeCast(TallyKey choice) {
    return ballot.isEmpty() || ballot.get().contains(choice);
  }

  /** Not so if it is what a job made of what this has cast. */
  private boolean isNew(RejectedVote refusal) {
    boolean wasCastAgain = refusal.payload.equals(refusal.recast);
    return known.add(fingerprint(refusal)) || !wasCastAgain;
  }

  private static UUID fingerprint(RejectedVote refusal) {
    return UUID.nameUUIDFromBytes(refusal.recast.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void count(Map<TallyKey, Long> counts, List<RejectedVote> refusals) {
    refusals.forEach(refusal -> counts.merge(refusal.choice, 1L, Long::sum));
  }

  private void delete(List<RejectedVote> refusals) {
    for (int from = 0; from < refusals.size(); from += DELETES) {
      List<WriteRequest> requests =
          refusals.subList(from, Math.min(from + DELETES, refusals.size())).stream()
              .map(refusal -> RejectedVotesTable.keyOf(refusal.shard, refusal.position))
              .map(key -> WriteRequest.builder().deleteRequest(delete -> delete.key(key)).build())
              .collect(Collectors.toList());
      dynamoDb
          .batchWriteItem(write -> write.requestItems(Map.of(rejectedVotesTable, requests)))
          .unprocessedItems()
          .getOrDefault(rejectedVotesTable, List.of())
          .forEach(this::deleteWithPatience);
    }
  }

  /** One at a time, for which the SDK waits longer and longer while it is throttled. */
  private void deleteWithPatience(WriteRequest request) {
    dynamoDb.deleteItem(
        delete -> delete.tableName(rejectedVotesTable).key(request.deleteRequest().key()));
  }
}
