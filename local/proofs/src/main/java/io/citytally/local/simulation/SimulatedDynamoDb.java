package io.citytally.local.simulation;

import io.citytally.sink.PutItems;
import io.citytally.sink.UpdateItems;
import io.citytally.table.CounterState;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.UnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** The tables, and the requests on their way to and from them. */
final class SimulatedDynamoDb {

  /** The one of this thread's run: by it the copies of sinks that Flink makes find their tables. */
  private static final ThreadLocal<SimulatedDynamoDb> CURRENT = new ThreadLocal<>();

  private final SimulatedTable totals = new SimulatedTable();
  private final SortedMap<String, RecentVotes> recent = new TreeMap<>();
  private final SortedMap<String, Map<String, AttributeValue>> rejected = new TreeMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final Truth truth;
  private final Sabotage sabotage;
  private final Supplier<Set<Choice>> ballotReader;
  private int requests;
  private boolean tookAnOldList;
  private long writes;

  SimulatedDynamoDb(Truth truth, Sabotage sabotage, Supplier<Set<Choice>> ballotReader) {
    this.truth = truth;
    this.sabotage = sabotage;
    this.ballotReader = ballotReader;
  }

  /** The ballot, as a job reads it. */
  CompletableFuture<Set<Choice>> readBallot() {
    return read(ballotReader, () -> "the ballot");
  }

  private <R> CompletableFuture<R> read(Supplier<R> reading, Supplier<String> words) {
    AtomicReference<R> found = new AtomicReference<>();
    return send(new Connection(), () -> found.set(reading.get()), found::get, words)
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                throw new CompletionException(new UnavailableException("away", failure));
              }
              return answer;
            });
  }

  static SimulatedDynamoDb current() {
    return CURRENT.get();
  }

  /** Makes this one the one of the thread's run. */
  void makeCurrent() {
    CURRENT.set(this);
  }

  static void noneIsCurrent() {
    CURRENT.remove();
  }

  /** A new connection, of a writer of totals. */
  UpdateItems connectToUpdate() {
    return new ToUpdate();
  }

  /** A new connection, of a writer of lists or of rejected records. */
  PutItems connectToPut() {
    return new ToPut();
  }

  CompletableFuture<Boolean> readWhetherThereIsATotal(Choice choice) {
    return read(
        () -> sabotage.tellsTotals() && hasTotal(choice),
        () -> "whether there is a total of " + choice);
  }

  /** A total as the Lambda before the job left it. */
  void putLegacy(Choice key, long votes) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN(Long.toString(votes)));
    totals.items().put(TotalVotesTable.keyOf(key), item);
  }

  void putLegacyIfAny(Choice key, long votes) {
    if (votes != 0) {
      putLegacy(key, votes);
    }
  }

  /** What the totals are; a missing one is 0. */
  Map<Choice, Long> totals() {
    Map<Choice, Long> found = new HashMap<>();
    Citizens.KEYS.forEach(key -> found.put(key, 0L));
    totals
        .items()
        .values()
        .forEach(
            item -> found.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    return found;
  }

  SortedMap<String, RecentVotes> recent() {
    return recent;
  }

  /** The items of the rejected votes, by shard and position; may be changed. */
  SortedMap<String, Map<String, AttributeValue>> rejected() {
    return rejected;
  }

  /** Whether a choice has an item. */
  boolean hasTotal(Choice choice) {
    return totals.items().containsKey(TotalVotesTable.keyOf(choice));
  }

  /** Where the item of a choice stands. */
  CounterState state(Choice choice) {
    return TotalVotesTable.standingOf(
        totals.items().getOrDefault(TotalVotesTable.keyOf(choice), Map.of()));
  }

  /** The requests that are on their way, or whose answers are. */
  List<Call> calls() {
    return calls;
  }

  /** Whether a list may have been put over a newer one, by a request that no one waited for. */
  boolean tookAnOldList() {
    return tookAnOldList;
  }

  /** How many totals were written. */
  long writes() {
    return writes;
  }

  private void update(UpdateItemRequest request) {
    Map<String, AttributeValue> old = totals.items().getOrDefault(request.key(), Map.of());
    totals.update(request);
    writes++;
    truth.check(old, totals.items().get(request.key()));
  }

  private void put(PutItemRequest request) {
    if (request.tableName().equals(RecentVotesTable.DEFAULT_NAME)) {
      RecentVotes votes = RecentVotesTable.recentVotesOf(request.item());
      recent.put(votes.list, votes);
    } else {
      rejected.put(
          request.item().get(RejectedVotesTable.SHARD).s()
              + " "
              + request.item().get(RejectedVotesTable.POSITION).s(),
          request.item());
    }
  }

  private <R> CompletableFuture<R> send(
      Connection connection, Runnable effect, Supplier<R> response, Supplier<String> words) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    calls.add(
        new Call(
            ++requests, connection, effect, answer, () -> answer.complete(response.get()), words));
    return answer;
  }

  private static class Connection implements AutoCloseable {

    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  private final class ToUpdate extends Connection implements UpdateItems {

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest asked) {
      UpdateItemRequest request = sabotage.request(asked);
      return send(
          this, () -> update(request), UpdateItemResponse.builder()::build, () -> words(request));
    }
  }

  private final class ToPut extends Connection implements PutItems {

    @Override
    public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
      return send(this, () -> put(request), PutItemResponse.builder()::build, () -> words(request));
    }
  }

  private static String words(PutItemRequest request) {
    return request.tableName().equals(RecentVotesTable.DEFAULT_NAME)
        ? "recent votes of " + RecentVotesTable.recentVotesOf(request.item())
        : "rejected: " + RejectedVotesTable.rejectedVoteOf(request.item());
  }

  private static String words(UpdateItemRequest request) {
    Map<String, AttributeValue> values = request.expressionAttributeValues();
    return String.format(
        "%s / %s to epoch %s added %s removed %s, votes %s, if %s",
        request.key().get(TotalVotesTable.REGION).s(),
        request.key().get(TotalVotesTable.IMPROVEMENT).s(),
        number(values, ":epoch"),
        number(values, ":added"),
        number(values, ":removed"),
        number(values, ":votes"),
        request.conditionExpression() == null
            ? "whatever stands there"
            : String.format(
                "epoch %s added %s removed %s",
                number(values, ":expected_epoch"),
                number(values, ":expected_added"),
                number(values, ":expected_removed")));
  }

  private static String number(Map<String, AttributeValue> values, String name) {
    return values.containsKey(name) ? values.get(name).n() : "-";
  }

  /** A request. */
  final class Call {

    private final int number;
    private final Connection connection;
    private final Runnable effect;
    private final CompletableFuture<?> answer;
    private final Runnable succeed;
    private final Supplier<String> words;
    private boolean tookEffect;
    private RuntimeException refusal;

    private Call(
        int number,
        Connection connection,
        Runnable effect,
        CompletableFuture<?> answer,
        Runnable succeed,
        Supplier<String> words) {
      this.number = number;
      this.connection = connection;
      this.effect = effect;
      this.answer = answer;
      this.succeed = succeed;
      this.words = words;
    }

    /** Whether no one waits for the answer any more, though it was not given. */
    boolean isAbandoned() {
      return answer.isDone();
    }

    boolean isOfAClosedWriter() {
      return connection.closed;
    }

    boolean tookEffect() {
      return tookEffect;
    }

    /**
     * Does what the request asks for, or refuses it.
     *
     * @throws SimulationFailure if the item should not stand so
     */
    void takeEffect() {
      if (tookEffect) {
        return;
      }
      tookEffect = true;
      tookAnOldList |= connection instanceof ToPut && (isAbandoned() || isOfAClosedWriter());
      try {
        effect.run();
      } catch (SdkException e) {
        refusal = e;
      }
    }

    /** Takes effect, and says so. */
    void answer() {
      takeEffect();
      if (refusal == null) {
        succeed.run();
      } else {
        answer.completeExceptionally(new CompletionException(refusal));
      }
      calls.remove(this);
    }

    /** Tells the writer of a failure, and is gone, whether it took effect or not. */
    void fail(RuntimeException error) {
      answer.completeExceptionally(new CompletionException(error));
      calls.remove(this);
    }

    /** Tells the writer of a failure, but is on its way further on. */
    void abandon(RuntimeException error) {
      answer.completeExceptionally(new CompletionException(error));
    }

    @Override
    public String toString() {
      return "request " + number + ": " + words.get();
    }
  }
}
