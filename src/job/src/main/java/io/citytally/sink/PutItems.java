package io.citytally.sink;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** The one thing that {@link RecentVotesSink} and {@link RejectedVotesSink} ask of DynamoDB. */
public interface PutItems extends AutoCloseable {

  /** Answers as {@link DynamoDbAsyncClient#putItem(PutItemRequest)} does, in any thread. */
  CompletableFuture<PutItemResponse> putItem(PutItemRequest request);

  @Override
  default void close() {}

  /** The real one. Closes the client. */
  static PutItems of(DynamoDbAsyncClient client) {
    return new PutItems() {
      @Override
      public CompletableFuture<PutItemResponse> putItem(PutItemRequest request) {
        return client.putItem(request);
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }
}
