package io.citytally.local.bench;

import io.citytally.cli.cost.ItemSize;
import io.citytally.local.simulation.SimulatedTable;
import io.citytally.sink.PutItems;
import io.citytally.sink.UpdateItems;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The tables that the job writes, in memory and in virtual time, with an eye on what is written. A
 * request takes effect when it is answered, after {@value #MIN_DELAY_MILLIS} to {@value
 * #MAX_DELAY_MILLIS} ms, as DynamoDB's single-digit milliseconds go.
 */
final class CountedTables {

  static final int MIN_DELAY_MILLIS = 3;
  static final int MAX_DELAY_MILLIS = 9;

  /** The one of this thread's job: by it the copies of sinks that Flink makes find their tables. */
  private static final ThreadLocal<CountedTables> CURRENT = new ThreadLocal<>();

  private final SimulatedTable totals = new SimulatedTable();
  private final SplittableRandom random;
  private final PriorityQueue<Answer> answers = new PriorityQueue<>();
  private final Map<Choice, Queue<Long>> waiting = new HashMap<>();
  private long now;
  private long requests;
  private long tallyWrites;
  private long conflicts;
  private long cityWrites;
  private long cityUnits;
  private long regionWrites;
  private long regionUnits;
  private long votesShown;
  private long longestWait;
  private long waitedTogether;

  private record Answer(long atMillis, long number, Runnable give) implements Comparable<Answer> {

    @Override
    public int compareTo(Answer that) {
      return atMillis != that.atMillis
          ? Long.compare(atMillis, that.atMillis)
          : Long.compare(number, that.number);
    }
  }

  CountedTables(long seed) {
    random = new SplittableRandom(seed);
    CURRENT.set(this);
  }

  /** A new connection of this thread's tables, of a writer of totals. */
  static UpdateItems connectToUpdate() {
    return CURRENT.get()::update;
  }

  /** A new connection of this thread's tables, of a writer of lists or of rejected records. */
  static PutItems connectToPut() {
    return CURRENT.get()::put;
  }

  /** When the next request is answered; nothing if none is on its way. */
  OptionalLong nextAnswer() {
    return answers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(answers.peek().atMillis);
  }

  /** Answers what is to be answered by then. */
  void advanceTo(long millis) {
    now = millis;
    while (!answers.isEmpty() && answers.peek().atMillis <= millis) {
      answers.poll().give.run();
    }
  }

  /** A vote has reached the job, now, which its total is to show. */
  void expect(Choice choice) {
    waiting.computeIfAbsent(choice, none -> new ArrayDeque<>()).add(now);
  }

  private CompletableFuture<UpdateItemResponse> update(UpdateItemRequest request) {
    CompletableFuture<UpdateItemResponse> answer = new CompletableFuture<>();
    answerLater(
        () -> {
          try {
            totals.update(request);
          } catch (ConditionalCheckFailedException e) {
            conflicts++;
            answer.completeExceptionally(new CompletionException(e));
            return;
          }
          tallyWrites++;
          show(
              TotalVotesTable.keyOf(request.key()),
              Long.parseLong(request.expressionAttributeValues().get(":votes").n()));
          answer.complete(UpdateItemResponse.builder().build());
        });
    return answer;
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

  private CompletableFuture<PutItemResponse> put(PutItemRequest request) {
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
    CompletableFuture<PutItemResponse> answer = new CompletableFuture<>();
    answerLater(() -> answer.complete(PutItemResponse.builder().build()));
    return answer;
  }

  private void answerLater(Runnable give) {
    long delay = random.nextLong(MIN_DELAY_MILLIS, MAX_DELAY_MILLIS + 1);
    answers.add(new Answer(now + delay, requests++, give));
  }

  /** The writes of totals that took effect; none takes more than one unit. */
  long tallyWrites() {
    return tallyWrites;
  }

  /** The writes of totals whose condition failed, which cost a unit each as well. */
  long conflicts() {
    return conflicts;
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
