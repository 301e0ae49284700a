package io.citytally.dynamodb;

import io.citytally.local.simulation.SimulatedTable;
import io.citytally.vote.TallyKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** One table in memory, which answers when the test says so, or at once. */
public final class FakeDynamoDb implements UpdateItems {

  private static final int MAX_REQUESTS = 200_000;

  private final SimulatedTable table = new SimulatedTable();
  final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = table.items();
  final Deque<Call> calls = new ArrayDeque<>();
  boolean answersAtOnce;
  boolean closed;
  int requests;

  /** One that answers at once. */
  public static FakeDynamoDb answeringAtOnce() {
    FakeDynamoDb table = new FakeDynamoDb();
    table.answersAtOnce = true;
    return table;
  }

  /** The table, as one of the shape of {@link TotalVotesTable}. */
  public Map<TallyKey, Long> totals() {
    Map<TallyKey, Long> totals = new HashMap<>();
    items
        .values()
        .forEach(
            item -> totals.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    return totals;
  }

  @Override
  public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
    if (++requests > MAX_REQUESTS) {
      throw new AssertionError("goes round and round: " + request);
    }
    Call call = new Call(request);
    if (answersAtOnce) {
      call.answer();
    } else {
      calls.add(call);
    }
    return call.future;
  }

  /** Applies the request, and fails as the real one does. */
  void apply(UpdateItemRequest request) {
    table.update(request);
  }

  /** The call that came first and is not answered yet. */
  Call next() {
    return calls.remove();
  }

  /** All calls that are not answered yet, in the order in which they came. */
  List<Call> all() {
    List<Call> all = new ArrayList<>(calls);
    calls.clear();
    return all;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A request on its way. */
  final class Call {

    final UpdateItemRequest request;
    private final CompletableFuture<UpdateItemResponse> future = new CompletableFuture<>();

    private Call(UpdateItemRequest request) {
      this.request = request;
    }

    void answer() {
      try {
        apply(request);
        future.complete(UpdateItemResponse.builder().build());
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    /** The request takes effect, its answer gets lost. */
    void loseAnswer(RuntimeException error) {
      apply(request);
      fail(error);
    }

    void fail(RuntimeException error) {
      future.completeExceptionally(new CompletionException(error));
    }
  }
}
