package io.citytally.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.local.legacy.LegacyLambda;
import io.citytally.sink.UpdateItems;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The expressions mean to a real DynamoDB API what the decision means. */
class TotalVotesTableITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMO_DB = new LocalDynamoDbExtension();

  private static final String TABLE = TotalVotesTable.DEFAULT_NAME;

  private static final List<CounterState> STATES =
      List.of(
          CounterState.NEVER_WRITTEN,
          CounterState.at(1, 5, 2),
          CounterState.at(1, 6, 2),
          CounterState.at(1, 5, 3),
          CounterState.at(2, 5, 2),
          CounterState.at(2, 6, 2),
          CounterState.at(2, 5, 3),
          CounterState.at(3, 5, 2));

  @BeforeAll
  static void createTable() {
    DYNAMO_DB.createTable(TABLE, TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
  }

  @Test
  void aWriteIsDoneExactlyWhereTheDecisionAllowsIt() {
    int cases = 0;
    for (CounterState cached : STATES) {
      for (CounterState item : STATES) {
        Choice key = new Choice("Region", "Improvement " + cases++);
        Decision decision = IdempotentAdd.decide(cached, new Tally(key, 2, 9, 4));
        if (decision.kind() == Decision.Kind.WRITE) {
          put(key, 100, item);

          boolean written = write(key, decision, item);

          assertThat(written).as("%s on %s", decision, item).isEqualTo(decision.allows(item));
          assertThat(total(key)).isEqualTo(written ? 100 + decision.votes() : 100);
          assertThat(state(key)).isEqualTo(written ? decision.next() : item);
        }
      }
    }
  }

  @Test
  void writesAnItemThatIsNotThere() {
    Choice key = new Choice("Region", "Not there");
    Decision decision = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, new Tally(key, 1, 3, 1));

    assertThat(write(key, decision, CounterState.NEVER_WRITTEN)).isTrue();

    assertThat(total(key)).isEqualTo(2);
    assertThat(state(key)).isEqualTo(CounterState.at(1, 3, 1));
  }

  @Test
  void returnsNothingOfAnItemThatIsNotThere() {
    Choice key = new Choice("Region", "Deleted");
    Decision decision = IdempotentAdd.decide(CounterState.at(1, 2, 0), new Tally(key, 1, 3, 1));

    assertThat(write(key, decision, CounterState.NEVER_WRITTEN)).isFalse();
    assertThat(DYNAMO_DB.get(TABLE, TotalVotesTable.keyOf(key))).isEmpty();
  }

  @Test
  void keepsTheTotalOfTheOldLambda() {
    Choice key = new Choice("Region", "Of the Lambda");
    new LegacyLambda(UpdateItems.of(DYNAMO_DB.client()), TABLE).handle(List.of(key, key, key));
    Decision decision = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, new Tally(key, 1, 10, 1));

    assertThat(write(key, decision, CounterState.NEVER_WRITTEN)).isTrue();

    assertThat(total(key)).isEqualTo(12);
  }

  @Test
  void twoWritersAtOnceAddEachVoteOnce() {
    Choice key = new Choice("Region", "Contended");

    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> countTo(100, key)),
            CompletableFuture.runAsync(() -> countTo(80, key)))
        .join();

    assertThat(total(key)).isEqualTo(100 - 33);
    assertThat(state(key)).isEqualTo(CounterState.at(1, 100, 33));
  }

  @Test
  void refusesToAddToATotalThatIsNoNumber() {
    Choice key = new Choice("Region", "Broken");
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromS("many"));
    DYNAMO_DB.put(TABLE, item);
    Decision decision = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, new Tally(key, 1, 1, 0));

    assertThatThrownBy(() -> write(key, decision, CounterState.NEVER_WRITTEN))
        .hasMessageContaining("operand");
  }

  private static void countTo(int votes, Choice key) {
    CounterState cached = CounterState.NEVER_WRITTEN;
    for (int i : IntStream.rangeClosed(1, votes).toArray()) {
      Tally tally = new Tally(key, 1, i, i / 3);
      Decision decision = IdempotentAdd.decide(cached, tally);
      while (decision.kind() == Decision.Kind.WRITE) {
        cached = writeOrSee(key, decision);
        decision = IdempotentAdd.decide(cached, tally);
      }
    }
  }

  private static CounterState writeOrSee(Choice key, Decision decision) {
    try {
      DYNAMO_DB.client().updateItem(TotalVotesTable.update(TABLE, key, decision)).join();
      return decision.next();
    } catch (CompletionException e) {
      return TotalVotesTable.stateOf(((ConditionalCheckFailedException) e.getCause()).item());
    }
  }

  /** Whether it was written; if not, DynamoDB must return the item as it stands. */
  private static boolean write(Choice key, Decision decision, CounterState item) {
    try {
      DYNAMO_DB.client().updateItem(TotalVotesTable.update(TABLE, key, decision)).join();
      return true;
    } catch (CompletionException e) {
      if (e.getCause() instanceof ConditionalCheckFailedException failure) {
        assertThat(TotalVotesTable.stateOf(failure.item())).isEqualTo(item);
        return false;
      }
      throw e;
    }
  }

  private static void put(Choice key, long total, CounterState state) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put("total_votes", AttributeValue.fromN(Long.toString(total)));
    if (!state.equals(CounterState.NEVER_WRITTEN)) {
      item.put("epoch", AttributeValue.fromN(Long.toString(state.epoch())));
      item.put("added", AttributeValue.fromN(Long.toString(state.added())));
      item.put("removed", AttributeValue.fromN(Long.toString(state.removed())));
    }
    DYNAMO_DB.put(TABLE, item);
  }

  private static long total(Choice key) {
    return TotalVotesTable.totalVotesOf(DYNAMO_DB.get(TABLE, TotalVotesTable.keyOf(key)));
  }

  private static CounterState state(Choice key) {
    return TotalVotesTable.stateOf(DYNAMO_DB.get(TABLE, TotalVotesTable.keyOf(key)));
  }
}
