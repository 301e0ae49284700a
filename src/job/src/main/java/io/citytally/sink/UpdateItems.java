package io.citytally.sink;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** The one thing that {@link TallySink} asks of DynamoDB. */
public interface UpdateItems extends AutoCloseable {

  /** Answers as {@link DynamoDbAsyncClient#updateItem(UpdateItemRequest)} does, in any thread. */
  CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request);

  @Override
  default void close() {}

  /** The real one. Closes the client. */
  static UpdateItems of(DynamoDbAsyncClient client) {
    return new UpdateItems() {
      @Override
      public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
        return client.updateItem(request);
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }
}
