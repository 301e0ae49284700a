package io.citytally.local.bench;

import io.citytally.cli.cost.ItemSize;
import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.sink.PutItems;
import io.citytally.sink.UpdateItems;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The tables that the job writes, in virtual time, with an eye on what is written. A request takes
 * effect when it is answered, after {@value #MIN_DELAY_MILLIS} to {@value #MAX_DELAY_MILLIS} ms, as
 * DynamoDB's single-digit milliseconds go.
 */
final class CountedTables extends InMemoryDynamoDb {

  static final int MIN_DELAY_MILLIS = 3;
  static final int MAX_DELAY_MILLIS = 9;

  /**
   * The tables of this thread's job. Flink copies the sinks, and the copies find their tables here.
   */
  private static final ThreadLocal<CountedTables> CURRENT = new ThreadLocal<>();

  private final SplittableRandom random;
  private final int maxTallyWritesPerSecond;
  private final PriorityQueue<Answer> answers =
      new PriorityQueue<>(
          Comparator.comparingLong(Answer::atMillis).thenComparingInt(each -> each.call.number()));
  private final Map<Choice, Queue<Long>> waiting = new HashMap<>();
  private long now;
  private long tallyWrites;
  private long conflicts;
  private long refusedWrites;
  private long second;
  private int writesInSecond;
  private long cityWrites;
  private long cityUnits;
  private long regionWrites;
  private long regionUnits;
  private long votesShown;
  private long longestWait;
  private long waitedTogether;

  private record Answer(long atMillis, Call<?> call) {}

  /** Tables that take any number of writes. */
  CountedTables(long seed) {
    this(seed, Integer.MAX_VALUE);
  }

  /**
   * @param maxTallyWritesPerSecond how many writes of totals the table takes in each second, as a
   *     partition does; it refuses the others
   */
  CountedTables(long seed, int maxTallyWritesPerSecond) {
    random = new SplittableRandom(seed);
    this.maxTallyWritesPerSecond = maxTallyWritesPerSecond;
    CURRENT.set(this);
  }

  /** A new connection of this thread's tables, of a writer of totals. */
  static UpdateItems connectToUpdate() {
    return new Connection(CURRENT.get())::updateItem;
  }

  /** A new connection of this thread's tables, of a writer of lists or of rejected records. */
  static PutItems connectToPut() {
    return new Connection(CURRENT.get())::putItem;
  }

  /** When the next request is answered; nothing if none is on its way. */
  OptionalLong nextAnswer() {
    return answers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(answers.peek().atMillis);
  }

  /** Answers what is to be answered by then. */
  void advanceTo(long millis) {
    now = millis;
    while (!answers.isEmpty() && answers.peek().atMillis <= millis) {
      answers.poll().call.answer();
    }
  }

  /** A vote has reached the job, now, which its total is to show. */
  void expect(Choice choice) {
    waiting.computeIfAbsent(choice, none -> new ArrayDeque<>()).add(now);
  }

  @Override
  protected void received(Call<?> call) {
    answers.add(new Answer(now + random.nextLong(MIN_DELAY_MILLIS, MAX_DELAY_MILLIS + 1), call));
  }

  @Override
  protected void update(UpdateItemRequest request) {
    if (now / 1_000 != second) {
      second = now / 1_000;
      writesInSecond = 0;
    }
    if (writesInSecond == maxTallyWritesPerSecond) {
      refusedWrites++;
      throw ProvisionedThroughputExceededException.builder()
          .statusCode(400)
          .awsErrorDetails(
              AwsErrorDetails.builder().errorCode("ProvisionedThroughputExceededException").build())
          .build();
    }
    writesInSecond++;
    try {
      super.update(request);
    } catch (ConditionalCheckFailedException e) {
      conflicts++;
      throw e;
    }
    tallyWrites++;
    show(
        TotalVotesTable.keyOf(request.key()),
        Long.parseLong(request.expressionAttributeValues().get(":votes").n()));
  }

  /** The votes are all cast ones, so a total shows them in the order in which they came. */
  private void show(Choice choice, long votes) {
    Queue<Long> since = waiting.get(choice);
    for (long i = 0; i < votes; i++) {
      long waited = now - since.remove();
      longestWait = Math.max(longestWait, waited);
      waitedTogether += waited;
      votesShown++;
    }
  }

  @Override
  protected void put(PutItemRequest request) {
    if (!request.tableName().equals(RecentVotesTable.DEFAULT_NAME)) {
      throw new IllegalStateException("all of these votes count, but rejected is " + request);
    }
    long units = ItemSize.writeUnits(ItemSize.bytes(request.item()));
    if (request.item().get(RecentVotesTable.FEED).s().equals(RecentVotes.CITY)) {
      cityWrites++;
      cityUnits += units;
    } else {
      regionWrites++;
      regionUnits += units;
    }
  }

  /** The writes of totals that took effect; none takes more than one unit. */
  long tallyWrites() {
    return tallyWrites;
  }

  /** The writes of totals whose condition failed, which cost a unit each as well. */
  long conflicts() {
    return conflicts;
  }

  /** The writes of totals that were beyond what the table takes in a second. */
  long refusedWrites() {
    return refusedWrites;
  }

  long cityWrites() {
    return cityWrites;
  }

  long cityUnits() {
    return cityUnits;
  }

  long regionWrites() {
    return regionWrites;
  }

  long regionUnits() {
    return regionUnits;
  }

  /** The votes that the totals have come to show. */
  long votesShown() {
    return votesShown;
  }

  /** The longest that a vote waited in the job until its total showed it. */
  long longestWaitMillis() {
    return longestWait;
  }

  double meanWaitMillis() {
    return (double) waitedTogether / votesShown;
  }
}
