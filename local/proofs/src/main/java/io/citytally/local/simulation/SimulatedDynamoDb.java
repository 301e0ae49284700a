package io.citytally.local.simulation;

import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.sink.PutItems;
import io.citytally.sink.UpdateItems;
import io.citytally.table.CounterState;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.UnavailableException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** The tables and the ballot, whose totals are checked with each write. */
final class SimulatedDynamoDb extends InMemoryDynamoDb {

  /**
   * The tables of this thread's run. Flink copies the sinks, and the copies find their tables here.
   */
  private static final ThreadLocal<SimulatedDynamoDb> CURRENT = new ThreadLocal<>();

  private final Truth truth;
  private final Sabotage sabotage;
  private final Supplier<Set<Choice>> ballotReader;
  private boolean tookAnOldList;
  private long writes;

  SimulatedDynamoDb(Truth truth, Sabotage sabotage, Supplier<Set<Choice>> ballotReader) {
    this.truth = truth;
    this.sabotage = sabotage;
    this.ballotReader = ballotReader;
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

  /** A new connection, of a sink's writer. */
  Writer connect() {
    return new Writer();
  }

  /** The ballot, as a job reads it. */
  CompletableFuture<Set<Choice>> readBallot() {
    return new Writer().read("the ballot", ballotReader);
  }

  CompletableFuture<Boolean> readWhetherThereIsATotal(Choice choice) {
    return new Writer()
        .read(
            "whether there is a total of " + choice,
            () -> sabotage.tellsTotals() && hasTotal(choice));
  }

  /** A total as the Lambda before the job left it. */
  void putLegacy(Choice key, long votes) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN(Long.toString(votes)));
    items(TotalVotesTable.DEFAULT_NAME).put(TotalVotesTable.keyOf(key), item);
  }

  void putLegacyIfAny(Choice key, long votes) {
    if (votes != 0) {
      putLegacy(key, votes);
    }
  }

  /** Whether a choice, or a turnout, has an item. */
  boolean hasTotal(Choice choice) {
    return !total(choice).isEmpty();
  }

  /** Where the item of a choice stands. */
  CounterState state(Choice choice) {
    return TotalVotesTable.stateOf(total(choice));
  }

  /** How much of the job's counting each bucket of the course of the vote has taken in. */
  Map<Choice, CounterState> history() {
    Map<Choice, CounterState> history = new HashMap<>();
    items(HistoryTable.DEFAULT_NAME)
        .values()
        .forEach(item -> history.put(HistoryTable.keyOf(item), TotalVotesTable.stateOf(item)));
    return history;
  }

  private Map<String, AttributeValue> total(Choice choice) {
    if (choice.isHistory()) {
      return items(HistoryTable.DEFAULT_NAME).getOrDefault(HistoryTable.keyOf(choice), Map.of());
    }
    return choice.isTurnout()
        ? items(TurnoutTable.DEFAULT_NAME).getOrDefault(TurnoutTable.keyOf(choice.region), Map.of())
        : items(TotalVotesTable.DEFAULT_NAME).getOrDefault(TotalVotesTable.keyOf(choice), Map.of());
  }

  /** A list as it stands; null if there is none. */
  @Nullable RecentVotes recent(String list) {
    Map<String, AttributeValue> item =
        items(RecentVotesTable.DEFAULT_NAME).get(RecentVotesTable.keyOf(list));
    return item == null ? null : RecentVotesTable.recentVotesOf(item);
  }

  /** The totals by choice, the turnouts and the history; a missing total or turnout is 0. */
  @Override
  public Map<Choice, Long> totals() {
    Map<Choice, Long> totals = super.totals();
    items(TurnoutTable.DEFAULT_NAME)
        .values()
        .forEach(
            item ->
                totals.put(
                    Choice.turnoutOf(TurnoutTable.regionOf(item)), TurnoutTable.ballotsOf(item)));
    items(HistoryTable.DEFAULT_NAME)
        .values()
        .forEach(item -> totals.put(HistoryTable.keyOf(item), HistoryTable.countOf(item)));
    Citizens.COUNTED.forEach(key -> totals.putIfAbsent(key, 0L));
    return totals;
  }

  /** Whether a list may have been put over a newer one, by a request that no one waited for. */
  boolean tookAnOldList() {
    return tookAnOldList;
  }

  /** How many totals were written. */
  long writes() {
    return writes;
  }

  /** A connection whose requests may be sabotaged. */
  final class Writer extends Connection implements UpdateItems, PutItems {

    private Writer() {
      super(SimulatedDynamoDb.this);
    }

    @Override
    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      return super.updateItem(sabotage.request(request));
    }

    @Override
    public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
      return super.putItem(sabotage.request(request));
    }

    private <R> CompletableFuture<R> read(String words, Supplier<R> reading) {
      return send(words, reading)
          .handle(
              (answer, failure) -> {
                if (failure != null) {
                  throw new CompletionException(new UnavailableException("away", failure));
                }
                return answer;
              });
    }
  }

  @Override
  protected void takesEffect(Call<?> call) {
    tookAnOldList |=
        call.request() instanceof PutItemRequest
            && (call.isAbandoned() || call.isOfAClosedConnection());
  }

  /**
   * Does what the request asks for and checks the item.
   *
   * @throws SimulationFailure if the item should not stand so
   */
  @Override
  protected void update(UpdateItemRequest request) {
    Choice choice = keyOf(request);
    Map<String, AttributeValue> old = total(choice);
    super.update(request);
    writes++;
    truth.check(choice, old, total(choice));
  }

  private static Choice keyOf(UpdateItemRequest request) {
    if (request.tableName().equals(HistoryTable.DEFAULT_NAME)) {
      return HistoryTable.keyOf(request.key());
    }
    return request.tableName().equals(TurnoutTable.DEFAULT_NAME)
        ? Choice.turnoutOf(TurnoutTable.regionOf(request.key()))
        : TotalVotesTable.keyOf(request.key());
  }

  /** A request in words. */
  static String words(Call<?> call) {
    Object request = call.request();
    return "request "
        + call.number()
        + ": "
        + (request instanceof UpdateItemRequest update
            ? words(update)
            : request instanceof PutItemRequest put ? words(put) : request);
  }

  private static String words(PutItemRequest request) {
    return request.tableName().equals(RecentVotesTable.DEFAULT_NAME)
        ? "recent votes of " + RecentVotesTable.recentVotesOf(request.item())
        : "rejected: " + RejectedVotesTable.rejectedVoteOf(request.item());
  }

  private static String words(UpdateItemRequest request) {
    Map<String, AttributeValue> values = request.expressionAttributeValues();
    return String.format(
        "%s to epoch %s added %s removed %s, votes %s, if %s",
        keyOf(request),
        number(values, ":epoch"),
        number(values, ":added"),
        number(values, ":removed"),
        number(values, ":votes"),
        request.conditionExpression() == null
            ? "anything"
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
