package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class DynamoDbVotesTest {

  private static final Choice BENCHES = new Choice("Old Town", "benches");

  /** A table in memory. */
  private static final class FakeTable implements DynamoDbClient {
    final Map<String, Map<String, AttributeValue>> items = new HashMap<>();

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
      assertThat(request.tableName()).isEqualTo("votes");
      items.put(request.item().get("id").s(), request.item());
      return PutItemResponse.builder().build();
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
      assertThat(request.tableName()).isEqualTo("votes");
      items.remove(request.key().get("id").s());
      return DeleteItemResponse.builder().build();
    }

    @Override
    public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
      for (WriteRequest write : request.requestItems().get("votes")) {
        items.put(write.putRequest().item().get("id").s(), write.putRequest().item());
      }
      return BatchWriteItemResponse.builder().unprocessedItems(Map.of()).build();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }

  private final FakeTable table = new FakeTable();
  private final DynamoDbVotes votes = new DynamoDbVotes(table, "votes");

  @Test
  void castsAndWithdrawsAVote() {
    votes.cast("a", BENCHES);

    assertThat(table.items.get("a"))
        .isEqualTo(
            Map.of(
                "id", AttributeValue.fromS("a"),
                "region", AttributeValue.fromS("Old Town"),
                "improvement", AttributeValue.fromS("benches")));

    votes.withdraw("a");

    assertThat(table.items).isEmpty();
  }

  @Test
  void castsManyVotes() {
    votes.castAll(List.of(new CastVote("a", BENCHES), new CastVote("b", BENCHES)));

    assertThat(table.items).containsOnlyKeys("a", "b");
  }

  @Test
  void castsBallotsOfSeveralVotes() {
    votes.cast(new CastBallot("a", "Old Town", List.of("swifts", "benches")));
    votes.castAllBallots(List.of(new CastBallot("b", "Old Town", List.of("benches"))));

    assertThat(table.items.get("a"))
        .isEqualTo(
            Map.of(
                "id", AttributeValue.fromS("a"),
                "region", AttributeValue.fromS("Old Town"),
                "improvements", AttributeValue.fromSs(List.of("benches", "swifts"))));
    assertThat(table.items.get("b").get("improvements").ss()).containsExactly("benches");
  }
}
