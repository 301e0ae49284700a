package io.citytally.local.cloud;

import io.citytally.local.lifecycle.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Puts many items into a table, {@value #MAX_ITEMS} in one request. */
public final class ItemBatches {

  /** The most items of one {@code BatchWriteItem}, by DynamoDB's documentation. */
  public static final int MAX_ITEMS = 25;

  private static final int MAX_TRIES = 10;

  private final DynamoDbClient client;
  private final String table;
  private final Duration firstPause;

  public ItemBatches(DynamoDbClient client, String table) {
    this(client, table, Duration.ofMillis(20));
  }

  ItemBatches(DynamoDbClient client, String table, Duration firstPause) {
    this.client = client;
    this.table = table;
    this.firstPause = firstPause;
  }

  /**
   * Puts all items in their order, batch by batch. Those that DynamoDB has not processed are sent
   * again, after a pause that doubles.
   *
   * @param items each with a key of its own
   * @throws IllegalStateException if DynamoDB goes on leaving some unprocessed
   */
  public void put(List<Map<String, AttributeValue>> items) {
    for (int from = 0; from < items.size(); from += MAX_ITEMS) {
      putBatch(items.subList(from, Math.min(from + MAX_ITEMS, items.size())));
    }
  }

  private void putBatch(List<Map<String, AttributeValue>> items) {
    Map<String, List<WriteRequest>> unprocessed = Map.of(table, requests(items));
    long pauseMillis = firstPause.toMillis();
    for (int tries = 1; ; tries++) {
      Map<String, List<WriteRequest>> request = unprocessed;
      unprocessed = client.batchWriteItem(batch -> batch.requestItems(request)).unprocessedItems();
      if (unprocessed.isEmpty()) {
        return;
      }
      if (tries == MAX_TRIES) {
        throw new IllegalStateException(
            "DynamoDB left %d items unprocessed, %d times over"
                .formatted(unprocessed.get(table).size(), tries));
      }
      Retry.pause(pauseMillis);
      pauseMillis *= 2;
    }
  }

  private static List<WriteRequest> requests(List<Map<String, AttributeValue>> items) {
    List<WriteRequest> requests = new ArrayList<>(items.size());
    for (Map<String, AttributeValue> item : items) {
      PutRequest put = PutRequest.builder().item(item).build();
      requests.add(WriteRequest.builder().putRequest(put).build());
    }
    return requests;
  }
}
