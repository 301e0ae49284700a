package io.citytally.local.simulation;

import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.UpdateItems;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TallyKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** The tables, and the requests on their way to and from them. */
final class SimulatedDynamoDb {

  /** The one of this thread's run: by it the copies of sinks that Flink makes find their tables. */
  private static final ThreadLocal<SimulatedDynamoDb> CURRENT = new ThreadLocal<>();

  private final SimulatedTable totals = new SimulatedTable();
  private final SortedMap<String, RecentVotes> recent = new TreeMap<>();
  private final SortedMap<String, String> rejected = new TreeMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final Truth truth;
  private final Sabotage sabotage;
  private int requests;
  private long writes;

  SimulatedDynamoDb(Truth truth, Sabotage sabotage) {
    this.truth = truth;
    this.sabotage = sabotage;
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

  void putRecent(RecentVotes votes) {
    recent.put(votes.feed, votes);
  }

  void putRejected(RejectedVote vote) {
    rejected.put(vote.shard + " " + vote.position.replaceAll("-.*", ""), vote.reason);
  }

  /** A new connection, of one writer. */
  UpdateItems connect() {
    return new Connection();
  }

  /** A total as the Lambda before the job left it. */
  void putLegacy(TallyKey key, long votes) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN(Long.toString(votes)));
    totals.items().put(TotalVotesTable.keyOf(key), item);
  }

  /** What the totals are; a missing one is 0. */
  Map<TallyKey, Long> totals() {
    Map<TallyKey, Long> found = new HashMap<>();
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

  /** The reasons of the rejected records, by shard and sequence number. */
  SortedMap<String, String> rejected() {
    return rejected;
  }

  /** The requests that are on their way, or whose answers are. */
  List<Call> calls() {
    return calls;
  }

  /** How many items were written. */
  long writes() {
    return writes;
  }

  private final class Connection implements UpdateItems {

    private boolean closed;

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      Call call = new Call(++requests, sabotage.request(request), this);
      calls.add(call);
      return call.answer;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** A request. */
  final class Call {

    private final int number;
    private final UpdateItemRequest request;
    private final Connection connection;
    private final CompletableFuture<UpdateItemResponse> answer = new CompletableFuture<>();
    private boolean tookEffect;
    private RuntimeException refusal;

    private Call(int number, UpdateItemRequest request, Connection connection) {
      this.number = number;
      this.request = request;
      this.connection = connection;
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
      Map<String, AttributeValue> old = totals.items().getOrDefault(request.key(), Map.of());
      try {
        totals.update(request);
        writes++;
      } catch (RuntimeException e) {
        refusal = e;
        return;
      }
      truth.check(old, totals.items().get(request.key()));
    }

    /** Takes effect, and says so. */
    void answer() {
      takeEffect();
      if (refusal == null) {
        answer.complete(UpdateItemResponse.builder().build());
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
      Map<String, AttributeValue> values = request.expressionAttributeValues();
      return String.format(
          "request %d: %s / %s to epoch %s added %s removed %s, votes %s, if %s",
          number,
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
  }
}
