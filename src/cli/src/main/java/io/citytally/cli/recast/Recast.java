package io.citytally.cli.recast;

import io.citytally.table.BallotTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.Choice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * what was counted since in another way. What has outlived its time is not touched: DynamoDB may
 * take days to remove it, but the job's memory knows nothing of that.
 *
 * <p>The memory ends with the job's epoch. So the record tells the epoch in which it was refused,
 * and a job of another epoch rejects it. If the change was not counted, an {@link Audit} finds
 * that.
 *
 * <p>Where the job still doesn't admit the choice, the record that was put is refused as any other
 * would be, under its own place in the stream: so taking out the earlier refusal can't hit the new
 * one. All refusals are read before the first is cast, so this doesn't meet what it has cast.
 *
 * <h2>A vote is taken back only together with its cast</h2>
 *
 * <p>A vote that took a choice and left it again has two sides, and both may be refused. The new
 * side is the earlier one, and expires first. If the old side were then cast alone, it would take
 * away a vote that was never counted. So an old side is cast only if the new side before it, of the
 * same vote and choice, is in the table as well. Both then go into the same batch, and the old
 * side's item is deleted first: so wherever this is interrupted, an old side that is still there
 * has its new side there, too.
 *
 * <p>For the same reason both must be of one epoch: the job of a raised epoch rejects the new side.
 *
 * <p>Any other old side is <em>left alone</em>: if its new side was counted, the total is too great
 * by one, and if it has expired, the total is right. The table doesn't tell which it is; an {@link
 * Audit} does, by the votes.
 *
 * <h2>Ballots of several choices</h2>
 *
 * <p>Each refused choice of a ballot is a refusal of its own, and so is the ballot in the turnout
 * of a region: it is cast again as soon as any choice of the region is on the ballot.
 *
 * <h2>On a table's own stream</h2>
 *
 * <p>Nobody can put a record on a table's own stream. A job that reads it reads no Kinesis stream,
 * so a refusal of a change that came from there is not cast again. It can only be <em>given
 * up</em>: it is deleted uncounted, an {@link Audit} then judges its choice, and the correction
 * counts the votes that stand. While the stream still holds the change, a job that starts from an
 * old snapshot may read it again. Its choice is on the ballot by then, so the job would count the
 * vote a second time. So a refusal is given up only when the stream has forgotten its change. What
 * came from Kinesis is never given up: it can be cast again.
 *
 * <p>What is kept in memory is bounded by the number of refusals that may be cast.
 */
public final class Recast {

  /** What one PutRecords takes (Amazon Kinesis Data Streams API Reference). */
  public static final int BATCH = 500;

  /**
   * The 24 hours for which a table's own stream holds a change (Amazon DynamoDB Developer Guide),
   * and one more.
   */
  static final Duration MIN_GIVEN_UP_AGE = Duration.ofHours(25);

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
  private final Optional<Set<Choice>> ballot;
  private final Clock clock;

  private final Map<Choice, Long> taken = new HashMap<>();
  private final Map<Choice, Long> left = new HashMap<>();
  private final Map<Choice, Long> leftAlone = new HashMap<>();
  private final Map<Choice, Long> tooYoung = new HashMap<>();
  private final Map<Choice, Long> castable = new HashMap<>();
  private final Map<Choice, Long> ofTablesOwnStream = new HashMap<>();

  /**
   * @param rejectedVotesTable the table, of the shape of {@link RejectedVotesTable}
   * @param ballot what the job admits, of any status; none: the job has no ballot, and anything is
   *     cast
   */
  public Recast(
      DynamoDbClient dynamoDb,
      String rejectedVotesTable,
      Optional<Set<Choice>> ballot,
      Clock clock) {
    this.dynamoDb = dynamoDb;
    this.rejectedVotesTable = rejectedVotesTable;
    this.ballot = ballot.map(Recast::admittedWith);
    this.clock = clock;
  }

  /**
   * Returns what a job admits that has this ballot: its choices, and the turnouts of their regions.
   */
  public static Set<Choice> admittedWith(Set<Choice> ballot) {
    return ballot.stream()
        .flatMap(choice -> Stream.of(choice, Choice.turnoutOf(choice.region)))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Returns the choices in a table of the shape of {@link BallotTable}, of any status: the job
   * admits also those that left the ballot or are hidden.
   */
  public static Set<Choice> ballotOf(DynamoDbClient dynamoDb, String ballotTable) {
    return dynamoDb
        .scanPaginator(scan -> scan.tableName(ballotTable).consistentRead(true))
        .items()
        .stream()
        .map(BallotTable::keyOf)
        .collect(Collectors.toSet());
  }

  /** Only counts what would be cast again, and what would be left. */
  public void tell() {
    toCastAgain(read(() -> false)).forEach(this::countTaken);
  }

  /**
   * Casts again what may be cast.
   *
   * @param isStopped asked between items and batches; if true, this returns early
   * @throws RuntimeException if the table or the stream fails; to do it again does no harm
   */
  public void castAgain(RecordStream stream, BooleanSupplier isStopped) {
    List<Refusal> batch = new ArrayList<>(BATCH);
    for (List<Refusal> each : toCastAgain(read(isStopped))) {
      if (batch.size() + each.size() > BATCH) {
        castAgain(batch, stream);
        batch.clear();
      }
      if (isStopped.getAsBoolean()) {
        return;
      }
      batch.addAll(each);
    }
    castAgain(batch, stream);
  }

  /** Only counts what would be given up, and what would be left. */
  public void tellOfGivingUp() {
    countTaken(toGiveUp(read(() -> false)));
  }

  /**
   * Deletes the refusals of admitted choices that came from a table's own stream and are older than
   * {@link #MIN_GIVEN_UP_AGE}.
   *
   * @param isStopped asked between items and batches; if true, this returns early
   * @throws RuntimeException if the table fails; to do it again does no harm
   */
  public void giveUp(BooleanSupplier isStopped) {
    List<Refusal> refusals = toGiveUp(read(isStopped));
    for (int from = 0; from < refusals.size() && !isStopped.getAsBoolean(); from += BATCH) {
      List<Refusal> batch = refusals.subList(from, Math.min(from + BATCH, refusals.size()));
      delete(batch);
      countTaken(batch);
    }
  }

  private List<Refusal> toGiveUp(List<Refusal> refusals) {
    Instant arrivedBefore = clock.instant().minus(MIN_GIVEN_UP_AGE);
    List<Refusal> old = new ArrayList<>();
    for (Refusal each : refusals) {
      if (!each.isOfTablesOwnStream()) {
        count(castable, each);
      } else if (each.arrivedAt.isBefore(arrivedBefore)) {
        old.add(each);
      } else {
        count(tooYoung, each);
      }
    }
    return old;
  }

  /** How many were cast again or given up, or would be, by choice. */
  public synchronized Map<Choice, Long> taken() {
    return Map.copyOf(taken);
  }

  /** How many were left, because their choice is not on the ballot. */
  public synchronized Map<Choice, Long> left() {
    return Map.copyOf(left);
  }

  /** How many old sides were left, because the new side that they take back doesn't lie there. */
  public synchronized Map<Choice, Long> leftAlone() {
    return Map.copyOf(leftAlone);
  }

  /** How many were not given up, because the stream may still hold their change. */
  public synchronized Map<Choice, Long> tooYoung() {
    return Map.copyOf(tooYoung);
  }

  /** How many were not given up, because they came from Kinesis and can be cast again. */
  public synchronized Map<Choice, Long> castable() {
    return Map.copyOf(castable);
  }

  /**
   * How many were not cast again, because they, or a side that has to be cast with them, came from
   * a table's own stream and can only be given up.
   */
  public synchronized Map<Choice, Long> ofTablesOwnStream() {
    return Map.copyOf(ofTablesOwnStream);
  }

  private List<Refusal> read(BooleanSupplier isStopped) {
    List<Refusal> refusals = new ArrayList<>();
    for (Map<String, AttributeValue> item : refusals()) {
      if (isStopped.getAsBoolean()) {
        return List.of();
      }
      Refusal refusal = new Refusal(RejectedVotesTable.rejectedVoteOf(item));
      if (mayBeCast(refusal.choice)) {
        refusals.add(refusal);
      } else {
        count(left, refusal);
      }
    }
    return refusals;
  }

  private List<List<Refusal>> toCastAgain(List<Refusal> refusals) {
    List<List<Refusal>> all = new ArrayList<>();
    for (List<Refusal> each : together(refusals)) {
      if (each.stream().anyMatch(Refusal::isOfTablesOwnStream)) {
        each.forEach(refusal -> count(ofTablesOwnStream, refusal));
      } else {
        all.add(each);
      }
    }
    return all;
  }

  /** What may be cast, as it has to be cast together. */
  private List<List<Refusal>> together(List<Refusal> refusals) {
    List<List<Refusal>> all = new ArrayList<>();
    refusals.stream()
        .collect(
            Collectors.groupingBy(refusal -> List.of(refusal.vote, refusal.choice, refusal.epoch)))
        .values()
        .forEach(ofOneVoteAndChoice -> all.addAll(paired(ofOneVoteAndChoice)));
    return all;
  }

  private List<List<Refusal>> paired(List<Refusal> refusals) {
    List<List<Refusal>> pairs = new ArrayList<>();
    List<Refusal> alone = new ArrayList<>();
    List<Refusal> current = alone;
    Refusal before = null;
    refusals.sort(Refusal.BY_AGE);
    for (Refusal each : refusals) {
      boolean isDeliveredAgain = before != null && before.change.equals(each.change);
      if (!isDeliveredAgain && !each.isOld) {
        current = new ArrayList<>();
        pairs.add(current);
      } else if (!isDeliveredAgain && (before == null || before.isOld)) {
        current = alone;
      }
      current.add(each);
      before = each;
    }
    alone.forEach(each -> count(leftAlone, each));
    return pairs;
  }

  private void castAgain(List<Refusal> refusals, RecordStream stream) {
    for (int from = 0; from < refusals.size(); from += BATCH) {
      stream.put(
          refusals.subList(from, Math.min(from + BATCH, refusals.size())).stream()
              .map(refusal -> refusal.record)
              .collect(Collectors.toList()));
    }
    delete(refusals);
    countTaken(refusals);
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

  private boolean mayBeCast(Choice choice) {
    if (ballot.isEmpty()) {
      return true;
    }
    return choice.isTurnout()
        ? ballot.get().stream().anyMatch(each -> each.region.equals(choice.region))
        : ballot.get().contains(choice);
  }

  private void countTaken(List<Refusal> refusals) {
    refusals.forEach(refusal -> count(taken, refusal));
  }

  private synchronized void count(Map<Choice, Long> counts, Refusal refusal) {
    counts.merge(refusal.choice, 1L, Long::sum);
  }

  /** Old sides first: while one lies there, so does its new side. */
  private void delete(List<Refusal> refusals) {
    deleteAll(refusals.stream().filter(refusal -> refusal.isOld).toList());
    deleteAll(refusals.stream().filter(refusal -> !refusal.isOld).toList());
  }

  private void deleteAll(List<Refusal> refusals) {
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
