package io.citytally.table;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The write of an {@link IdempotentAdd}, to an item of any table that keeps a number so. */
final class TallyUpdate {

  /**
   * The write sets the memory and does not add to it. The condition already fixes what the amount
   * was worked out from, and an item that the job never wrote may carry numbers that aren't the
   * job's.
   */
  private static final String UPDATE =
      "SET #epoch = :epoch, #added = :added, #removed = :removed ADD #";

  private static final String NEVER_WRITTEN = "attribute_not_exists(#epoch)";
  private static final String OF_EPOCH = "#epoch = :expected_epoch";
  private static final String STANDS_AT =
      OF_EPOCH + " AND #added = :expected_added AND #removed = :expected_removed";

  private TallyUpdate() {}

  /**
   * @param number the attribute that is added to
   * @throws IllegalArgumentException if there is nothing to write
   */
  static UpdateItemRequest of(
      String tableName, Map<String, AttributeValue> key, String number, Decision decision) {
    if (decision.kind() != Decision.Kind.WRITE) {
      throw new IllegalArgumentException("nothing to write: " + decision);
    }
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":epoch", Attributes.number(decision.next().epoch()));
    values.put(":added", Attributes.number(decision.next().added()));
    values.put(":removed", Attributes.number(decision.next().removed()));
    values.put(":votes", Attributes.number(decision.votes()));
    return UpdateItemRequest.builder()
        .tableName(tableName)
        .key(key)
        .updateExpression(UPDATE + number + " :votes")
        .conditionExpression(condition(decision, values))
        .expressionAttributeNames(
            Map.of(
                "#epoch",
                TotalVotesTable.EPOCH,
                "#added",
                TotalVotesTable.ADDED,
                "#removed",
                TotalVotesTable.REMOVED,
                "#" + number,
                number))
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  private static String condition(Decision decision, Map<String, AttributeValue> values) {
    CounterState expected = decision.expected();
    if (expected.epoch() == 0) {
      return NEVER_WRITTEN;
    }
    values.put(":expected_epoch", Attributes.number(expected.epoch()));
    if (decision.takesOver()) {
      return OF_EPOCH;
    }
    values.put(":expected_added", Attributes.number(expected.added()));
    values.put(":expected_removed", Attributes.number(expected.removed()));
    return STANDS_AT;
  }
}
