package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class ItemBatchesTest {

  private static final String TABLE = "fruits";

  /** A table that takes at most so many items of a batch. */
  private static final class FakeTable implements DynamoDbClient {
    final List<Map<String, AttributeValue>> items = new ArrayList<>();
    final List<Integer> batches = new ArrayList<>();
    int taken = ItemBatches.MAX_ITEMS;

    @Override
    public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
      List<WriteRequest> writes = request.requestItems().get(TABLE);
      batches.add(writes.size());
      int done = Math.min(taken, writes.size());
      writes.subList(0, done).forEach(write -> items.add(write.putRequest().item()));
      Map<String, List<WriteRequest>> unprocessed =
          done == writes.size() ? Map.of() : Map.of(TABLE, writes.subList(done, writes.size()));
      return BatchWriteItemResponse.builder().unprocessedItems(unprocessed).build();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }

  private final FakeTable table = new FakeTable();
  private final ItemBatches batches = new ItemBatches(table, TABLE, Duration.ZERO);

  private static List<Map<String, AttributeValue>> items(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Map.of("id", AttributeValue.fromN(Integer.toString(i))))
        .toList();
  }

  @Test
  void putsAllInTheirOrderWithFewRequests() {
    batches.put(items(60));

    assertThat(table.items).isEqualTo(items(60));
    assertThat(table.batches).containsExactly(25, 25, 10);
  }

  @Test
  void sendsAgainWhatWasNotProcessed() {
    table.taken = 10;

    batches.put(items(25));

    assertThat(table.items).isEqualTo(items(25));
    assertThat(table.batches).containsExactly(25, 15, 5);
  }

  @Test
  void asksForNothingWithoutItems() {
    batches.put(List.of());

    assertThat(table.batches).isEmpty();
  }

  @Test
  void doesNotTryForEver() {
    table.taken = 0;

    assertThatIllegalStateException()
        .isThrownBy(() -> batches.put(items(3)))
        .withMessage("DynamoDB left 3 items unprocessed, 10 times over");
  }
}
