package io.citytally.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.local.legacy.OldLambda;
import io.citytally.sink.UpdateItems;
import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
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

  private static final List<Standing> STANDINGS =
      List.of(
          Standing.NEVER_WRITTEN,
          Standing.at(1, 5, 2),
          Standing.at(1, 6, 2),
          Standing.at(1, 5, 3),
          Standing.at(2, 5, 2),
          Standing.at(2, 6, 2),
          Standing.at(2, 5, 3),
          Standing.at(3, 5, 2));

  @BeforeAll
  static void createTable() {
    DYNAMO_DB.createTable(TABLE, TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
  }

  @Test
  void aWriteIsDoneExactlyWhereTheDecisionAllowsIt() {
    int cases = 0;
    for (Standing belief : STANDINGS) {
      for (Standing item : STANDINGS) {
        TallyKey key = new TallyKey("Region", "Improvement " + cases++);
        Decision decision = IdempotentAdd.decide(belief, new Tally(key, 2, 9, 4));
        if (decision.kind() == Decision.Kind.WRITE) {
          put(key, 100, item);

          boolean written = write(key, decision, item);

          assertThat(written).as("%s on %s", decision, item).isEqualTo(decision.allows(item));
          assertThat(total(key)).isEqualTo(written ? 100 + decision.votes() : 100);
          assertThat(standing(key)).isEqualTo(written ? decision.next() : item);
        }
      }
    }
  }

  @Test
  void writesAnItemThatIsNotThere() {
    TallyKey key = new TallyKey("Region", "Not there");
    Decision decision = IdempotentAdd.decide(Standing.NEVER_WRITTEN, new Tally(key, 1, 3, 1));

    assertThat(write(key, decision, Standing.NEVER_WRITTEN)).isTrue();

    assertThat(total(key)).isEqualTo(2);
    assertThat(standing(key)).isEqualTo(Standing.at(1, 3, 1));
  }

  @Test
  void returnsNothingOfAnItemThatIsNotThere() {
    TallyKey key = new TallyKey("Region", "Deleted");
    Decision decision = IdempotentAdd.decide(Standing.at(1, 2, 0), new Tally(key, 1, 3, 1));

    assertThat(write(key, decision, Standing.NEVER_WRITTEN)).isFalse();
    assertThat(DYNAMO_DB.get(TABLE, TotalVotesTable.keyOf(key))).isEmpty();
  }

  @Test
  void keepsTheTotalOfTheOldLambda() {
    TallyKey key = new TallyKey("Region", "Of the Lambda");
    new OldLambda(UpdateItems.of(DYNAMO_DB.client()), TABLE).handle(List.of(key, key, key));
    Decision decision = IdempotentAdd.decide(Standing.NEVER_WRITTEN, new Tally(key, 1, 10, 1));

    assertThat(write(key, decision, Standing.NEVER_WRITTEN)).isTrue();

    assertThat(total(key)).isEqualTo(12);
  }

  @Test
  void twoWritersAtOnceAddEachVoteOnce() {
    TallyKey key = new TallyKey("Region", "Contended");

    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> countTo(100, key)),
            CompletableFuture.runAsync(() -> countTo(80, key)))
        .join();

    assertThat(total(key)).isEqualTo(100 - 33);
    assertThat(standing(key)).isEqualTo(Standing.at(1, 100, 33));
  }

  @Test
  void refusesToAddToATotalThatIsNoNumber() {
    TallyKey key = new TallyKey("Region", "Broken");
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromS("many"));
    DYNAMO_DB.put(TABLE, item);
    Decision decision = IdempotentAdd.decide(Standing.NEVER_WRITTEN, new Tally(key, 1, 1, 0));

    assertThatThrownBy(() -> write(key, decision, Standing.NEVER_WRITTEN))
        .hasMessageContaining("operand");
  }

  private static void countTo(int votes, TallyKey key) {
    Standing belief = Standing.NEVER_WRITTEN;
    for (int i : IntStream.rangeClosed(1, votes).toArray()) {
      Tally tally = new Tally(key, 1, i, i / 3);
      Decision decision = IdempotentAdd.decide(belief, tally);
      while (decision.kind() == Decision.Kind.WRITE) {
        belief = writeOrSee(key, decision);
        decision = IdempotentAdd.decide(belief, tally);
      }
    }
  }

  private static Standing writeOrSee(TallyKey key, Decision decision) {
    try {
      DYNAMO_DB.client().updateItem(TotalVotesTable.update(TABLE, key, decision)).join();
      return decision.next();
    } catch (CompletionException e) {
      return TotalVotesTable.standingOf(((ConditionalCheckFailedException) e.getCause()).item());
    }
  }

  /** Whether it was written; if not, DynamoDB must return the item as it stands. */
  private static boolean write(TallyKey key, Decision decision, Standing item) {
    try {
      DYNAMO_DB.client().updateItem(TotalVotesTable.update(TABLE, key, decision)).join();
      return true;
    } catch (CompletionException e) {
      if (e.getCause() instanceof ConditionalCheckFailedException failure) {
        assertThat(TotalVotesTable.standingOf(failure.item())).isEqualTo(item);
        return false;
      }
      throw e;
    }
  }

  private static void put(TallyKey key, long total, Standing standing) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put("total_votes", AttributeValue.fromN(Long.toString(total)));
    if (!standing.equals(Standing.NEVER_WRITTEN)) {
      item.put("epoch", AttributeValue.fromN(Long.toString(standing.epoch())));
      item.put("added", AttributeValue.fromN(Long.toString(standing.added())));
      item.put("removed", AttributeValue.fromN(Long.toString(standing.removed())));
    }
    DYNAMO_DB.put(TABLE, item);
  }

  private static long total(TallyKey key) {
    return TotalVotesTable.totalVotesOf(DYNAMO_DB.get(TABLE, TotalVotesTable.keyOf(key)));
  }

  private static Standing standing(TallyKey key) {
    return TotalVotesTable.standingOf(DYNAMO_DB.get(TABLE, TotalVotesTable.keyOf(key)));
  }
}
