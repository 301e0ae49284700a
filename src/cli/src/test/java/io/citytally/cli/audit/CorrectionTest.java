package io.citytally.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.table.CorrectionsTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

class CorrectionTest {

  private static final Choice PARK = new Choice("Centre", "park");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isMadeIfOnlyItsAnswerIsLost(boolean ofTurnout) {
    Choice key = ofTurnout ? Choice.turnoutOf("Centre") : PARK;
    Map<String, AttributeValue> item =
        new HashMap<>(ofTurnout ? TurnoutTable.keyOf("Centre") : TotalVotesTable.keyOf(PARK));
    String number = ofTurnout ? TurnoutTable.BALLOTS : TotalVotesTable.TOTAL_VOTES;
    item.put(number, AttributeValue.fromN("11"));
    item.put(TotalVotesTable.EPOCH, AttributeValue.fromN("1"));
    item.put(TotalVotesTable.ADDED, AttributeValue.fromN("10"));
    item.put(TotalVotesTable.REMOVED, AttributeValue.fromN("2"));
    Total seen = ofTurnout ? Total.ofTurnout(item) : Total.of(item);
    RetryingClient client = new RetryingClient(item, number);
    Correction correction =
        new Correction(
            client,
            new Tables("votes", "totals", "turnout", "history", "rejected", "corrections"),
            "me",
            Clock.systemUTC());

    correction.correct(List.of(new Finding(key, Finding.Kind.DRIFT, seen, 8, 3, 3)), () -> {});

    assertThat(item).containsEntry(number, AttributeValue.fromN("8"));
    assertThat(correction.done()).containsExactly(key);
    assertThat(client.outcomes).containsExactly(CorrectionsTable.BEGUN, CorrectionsTable.MADE);
  }

  /** Loses the answer to each update. Its retry then finds that the condition no longer holds. */
  private static final class RetryingClient implements DynamoDbClient {

    final List<String> outcomes = new ArrayList<>();
    private final Map<String, AttributeValue> item;
    private final String number;

    RetryingClient(Map<String, AttributeValue> item, String number) {
      this.item = item;
      this.number = number;
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
      long votes = Long.parseLong(request.expressionAttributeValues().get(":votes").n());
      long total = Long.parseLong(item.get(number).n()) + votes;
      item.put(number, AttributeValue.fromN(Long.toString(total)));
      throw ConditionalCheckFailedException.builder().item(item).build();
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
      outcomes.add(request.item().get(CorrectionsTable.OUTCOME).s());
      return PutItemResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }
}
