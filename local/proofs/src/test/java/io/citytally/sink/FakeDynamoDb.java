package io.citytally.sink;

import io.citytally.local.simulation.SimulatedTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** One table in memory, which answers when the test says so, or at once. */
public final class FakeDynamoDb extends FakeConnection<UpdateItemRequest, UpdateItemResponse>
    implements UpdateItems {

  private static final int MAX_REQUESTS = 200_000;

  private final SimulatedTable table = new SimulatedTable();
  final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = table.items();
  boolean answersAtOnce;
  int requests;

  /** One that answers at once. */
  public static FakeDynamoDb answeringAtOnce() {
    FakeDynamoDb table = new FakeDynamoDb();
    table.answersAtOnce = true;
    return table;
  }

  /** The table, as one of the shape of {@link TotalVotesTable}. */
  public Map<Choice, Long> totals() {
    Map<Choice, Long> totals = new HashMap<>();
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
    Call call = send(request);
    if (answersAtOnce) {
      calls.remove(call);
      call.answer();
    }
    return call.future;
  }

  @Override
  UpdateItemResponse apply(UpdateItemRequest request) {
    table.update(request);
    return UpdateItemResponse.builder().build();
  }
}
