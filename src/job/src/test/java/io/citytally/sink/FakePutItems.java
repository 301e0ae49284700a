package io.citytally.sink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** One table in memory, into which items are put when the test says so. */
final class FakePutItems extends FakeConnection<PutItemRequest, PutItemResponse>
    implements PutItems {

  final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = new HashMap<>();

  private final List<String> keyAttributes;

  FakePutItems(String... keyAttributes) {
    this.keyAttributes = List.of(keyAttributes);
  }

  @Override
  public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
    return send(request).future;
  }

  @Override
  PutItemResponse apply(PutItemRequest request) {
    Map<String, AttributeValue> key = new HashMap<>(request.item());
    key.keySet().retainAll(keyAttributes);
    items.put(key, request.item());
    return PutItemResponse.builder().build();
  }
}
