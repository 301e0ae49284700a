package io.citytally.dynamodb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** One table in memory, into which items are put when the test says so. */
final class FakePutItems implements PutItems {

  final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = new HashMap<>();
  final Deque<Call> calls = new ArrayDeque<>();
  boolean closed;

  private final List<String> keyAttributes;

  FakePutItems(String... keyAttributes) {
    this.keyAttributes = List.of(keyAttributes);
  }

  @Override
  public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
    Call call = new Call(request);
    calls.add(call);
    return call.future;
  }

  private void apply(PutItemRequest request) {
    Map<String, AttributeValue> key = new HashMap<>(request.item());
    key.keySet().retainAll(keyAttributes);
    items.put(key, request.item());
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

    final PutItemRequest request;
    private final CompletableFuture<PutItemResponse> future = new CompletableFuture<>();

    private Call(PutItemRequest request) {
      this.request = request;
    }

    void answer() {
      apply(request);
      future.complete(PutItemResponse.builder().build());
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
