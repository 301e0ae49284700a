package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.ArrayList;
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

  /** A table that takes at most so many items of a batch. */
  private static final class FakeTable implements DynamoDbClient {
    final Map<String, Map<String, AttributeValue>> items = new HashMap<>();
    int taken = 25;
    int batches;

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
      batches++;
      List<WriteRequest> writes = request.requestItems().get("votes");
      int done = Math.min(taken, writes.size());
      for (WriteRequest write : writes.subList(0, done)) {
        items.put(write.putRequest().item().get("id").s(), write.putRequest().item());
      }
      Map<String, List<WriteRequest>> unprocessed =
          done == writes.size() ? Map.of() : Map.of("votes", writes.subList(done, writes.size()));
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
  private final DynamoDbVotes votes = new DynamoDbVotes(table, "votes", Duration.ZERO);

  private static List<CastVote> castVotes(int count) {
    List<CastVote> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new CastVote("vote-" + i, BENCHES));
    }
    return all;
  }

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
  void castsABatchAndSendsAgainWhatWasNotProcessed() throws Exception {
    table.taken = 10;

    votes.castAll(castVotes(25));

    assertThat(table.items).hasSize(25);
    assertThat(table.batches).isEqualTo(3);
  }

  @Test
  void castsBallotsOfSeveralVotes() throws Exception {
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

  @Test
  void doesNotTryForEver() {
    table.taken = 0;

    assertThatIllegalStateException()
        .isThrownBy(() -> votes.castAll(castVotes(3)))
        .withMessage("DynamoDB left 3 items unprocessed, 10 times over");
  }
}
