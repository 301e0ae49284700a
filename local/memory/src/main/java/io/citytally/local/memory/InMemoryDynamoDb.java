package io.citytally.local.memory;

import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The tables that the job writes, in memory, and the requests on their way to them. A request takes
 * effect and is answered when its {@link Call} is told to, in any order. For one thread.
 */
public class InMemoryDynamoDb {

  /** More requests than any test sends that is answered at once. */
  private static final int MAX_REQUESTS_AT_ONCE = 200_000;

  private final Map<String, InMemoryTable> tables =
      Map.of(
          TotalVotesTable.DEFAULT_NAME,
          new InMemoryTable(Set.of(TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT)),
          TurnoutTable.DEFAULT_NAME,
          new InMemoryTable(Set.of(TurnoutTable.REGION)),
          HistoryTable.DEFAULT_NAME,
          new InMemoryTable(Set.of(HistoryTable.PLACE, HistoryTable.BUCKET)),
          RecentVotesTable.DEFAULT_NAME,
          new InMemoryTable(Set.of(RecentVotesTable.FEED)),
          RejectedVotesTable.DEFAULT_NAME,
          new InMemoryTable(Set.of(RejectedVotesTable.SHARD, RejectedVotesTable.POSITION)));

  private final List<Call<?>> calls = new ArrayList<>();
  private int requests;
  private boolean answersAtOnce;

  /** The items of a table by their keys, in the order in which they came; may be changed. */
  public final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items(String table) {
    return table(table).items();
  }

  /** The totals by choice. */
  public Map<Choice, Long> totals() {
    Map<Choice, Long> totals = new HashMap<>();
    items(TotalVotesTable.DEFAULT_NAME)
        .values()
        .forEach(
            item -> totals.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    return totals;
  }

  private InMemoryTable table(String name) {
    InMemoryTable table = tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("There is no table " + name);
    }
    return table;
  }

  /** The requests whose answers were not given yet, oldest first; may be changed. */
  public final List<Call<?>> calls() {
    return calls;
  }

  /** The oldest request whose answer was not given yet. */
  public final Call<?> next() {
    return calls.get(0);
  }

  /** How many requests have come. */
  public final int requests() {
    return requests;
  }

  /** Whether requests that come from now on are answered when they come. */
  public final void answerAtOnce(boolean atOnce) {
    answersAtOnce = atOnce;
  }

  /** Told each request when it comes. */
  protected void received(Call<?> call) {}

  /** Told each request before it takes effect. */
  protected void takesEffect(Call<?> call) {}

  /**
   * Does what the request asks for.
   *
   * @throws ConditionalCheckFailedException if the condition fails; it holds the item
   */
  protected void update(UpdateItemRequest request) {
    table(request.tableName()).update(request);
  }

  /** Does what the request asks for. */
  protected void put(PutItemRequest request) {
    table(request.tableName()).put(request);
  }

  /** A writer's way to the tables. What is on its way when it is closed still takes effect. */
  public static class Connection implements AutoCloseable {

    private final InMemoryDynamoDb dynamoDb;
    private boolean closed;

    public Connection(InMemoryDynamoDb dynamoDb) {
      this.dynamoDb = dynamoDb;
    }

    public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
      return send(
          request,
          () -> {
            dynamoDb.update(request);
            return UpdateItemResponse.builder().build();
          });
    }

    public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
      return send(
          request,
          () -> {
            dynamoDb.put(request);
            return PutItemResponse.builder().build();
          });
    }

    /**
     * Sends any request.
     *
     * @param effect carries it out and returns its response
     */
    protected final <R> CompletableFuture<R> send(Object request, Supplier<R> effect) {
      Call<R> call = dynamoDb.new Call<>(this, request, effect);
      dynamoDb.calls.add(call);
      dynamoDb.received(call);
      if (dynamoDb.answersAtOnce) {
        if (call.number > MAX_REQUESTS_AT_ONCE) {
          throw new AssertionError("The sender goes round and round: " + request);
        }
        call.answer();
      }
      return call.answer;
    }

    public final boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /**
   * A request on its way.
   *
   * @param <R> its response
   */
  public final class Call<R> {

    private final int number = ++requests;
    private final Connection connection;
    private final Object request;
    private final Supplier<R> effect;
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private boolean tookEffect;
    @Nullable private R response;
    @Nullable private SdkException refusal;

    private Call(Connection connection, Object request, Supplier<R> effect) {
      this.connection = connection;
      this.request = request;
      this.effect = effect;
    }

    /** 1 for the first request of all. */
    public int number() {
      return number;
    }

    public Object request() {
      return request;
    }

    /** Whether the sender was told of a failure while the request is still on its way. */
    public boolean isAbandoned() {
      return answer.isDone();
    }

    public boolean isOfAClosedConnection() {
      return connection.closed;
    }

    public boolean tookEffect() {
      return tookEffect;
    }

    /** Whether it took effect by being refused, as by a condition that failed. */
    public boolean isRefused() {
      return refusal != null;
    }

    /** Does what the request asks for, or refuses it, if that is not done yet. */
    public void takeEffect() {
      if (tookEffect) {
        return;
      }
      tookEffect = true;
      takesEffect(this);
      try {
        response = effect.get();
      } catch (SdkException e) {
        refusal = e;
      }
    }

    /** Takes effect and says so. */
    public void answer() {
      takeEffect();
      calls.remove(this);
      if (refusal == null) {
        answer.complete(response);
      } else {
        abandon(refusal);
      }
    }

    /** Takes effect, but tells the sender of a failure. */
    public void loseAnswer(RuntimeException error) {
      takeEffect();
      fail(error);
    }

    /** Tells the sender of a failure and is gone, whether it took effect or not. */
    public void fail(RuntimeException error) {
      calls.remove(this);
      abandon(error);
    }

    /** Tells the sender of a failure, but stays on its way. */
    public void abandon(RuntimeException error) {
      answer.completeExceptionally(new CompletionException(error));
    }
  }
}
