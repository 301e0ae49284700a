package io.citytally.table;

import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The result: one item for each region and improvement, {@code {region, improvement, total_votes}},
 * and next to it what the job needs to add exactly once, the numbers {@code {epoch, added,
 * removed}} (see {@link IdempotentAdd}). An item that only ever knew {@code total_votes} is as good
 * as any.
 */
public final class TotalVotesTable {

  public static final String DEFAULT_NAME = "total_votes";

  /** The partition key. */
  public static final String REGION = "region";

  /** The sort key. */
  public static final String IMPROVEMENT = "improvement";

  public static final String TOTAL_VOTES = "total_votes";
  public static final String EPOCH = "epoch";
  public static final String ADDED = "added";
  public static final String REMOVED = "removed";

  private static final Map<String, String> NAMES =
      Map.of("#epoch", EPOCH, "#added", ADDED, "#removed", REMOVED, "#total_votes", TOTAL_VOTES);

  private TotalVotesTable() {}

  public static Map<String, AttributeValue> keyOf(Choice key) {
    return Map.of(
        REGION, Attributes.text(key.region), IMPROVEMENT, Attributes.text(key.improvement));
  }

  /**
   * @throws MalformedItemException if region or improvement is missing or not a text
   */
  public static Choice keyOf(Map<String, AttributeValue> item) {
    return new Choice(Attributes.text(item, REGION), Attributes.text(item, IMPROVEMENT));
  }

  /**
   * @throws MalformedItemException if there is no total, or it is not a whole number of 64 bits
   */
  public static long totalVotesOf(Map<String, AttributeValue> item) {
    return Attributes.number(item, TOTAL_VOTES);
  }

  /**
   * How much of the job's counting the item has taken in.
   *
   * @param item the item; empty if there is none
   * @throws MalformedItemException if it has an epoch, but not one from 1 with numbers {@code
   *     added} and {@code removed} from 0
   */
  public static CounterState stateOf(Map<String, AttributeValue> item) {
    if (!item.containsKey(EPOCH)) {
      return CounterState.NEVER_WRITTEN;
    }
    long epoch = Attributes.number(item, EPOCH);
    long added = taken(item, ADDED);
    long removed = taken(item, REMOVED);
    try {
      return CounterState.at(epoch, added, removed);
    } catch (IllegalArgumentException e) {
      throw new MalformedItemException(e.getMessage() + ", in the item " + item);
    }
  }

  private static long taken(Map<String, AttributeValue> item, String name) {
    if (!item.containsKey(name)) {
      throw new MalformedItemException(
          String.format(
              "attribute '%s' should be a number in the item %s, which has an epoch. Put it back,"
                  + " or remove 'epoch', too. Without an epoch, the job adds its whole count: then"
                  + " audit and fix.",
              name, item));
    }
    return Attributes.number(item, name);
  }

  /** {@link CounterState#epoch()} of {@link #stateOf}, for a reader that knows only the tables. */
  public static long epochOf(Map<String, AttributeValue> item) {
    return stateOf(item).epoch();
  }

  /** {@link CounterState#added()} of {@link #stateOf}. */
  public static long addedOf(Map<String, AttributeValue> item) {
    return stateOf(item).added();
  }

  /** {@link CounterState#removed()} of {@link #stateOf}. */
  public static long removedOf(Map<String, AttributeValue> item) {
    return stateOf(item).removed();
  }

  /**
   * The write that is decided on. If its condition fails, DynamoDB's answer holds the item.
   *
   * @throws IllegalArgumentException if there is nothing to write
   */
  public static UpdateItemRequest update(String tableName, Choice key, Decision decision) {
    return TallyUpdate.of(tableName, keyOf(key), TOTAL_VOTES, decision);
  }

  /**
   * Adds to the total alone, and only if the item still has the total and the memory that it was
   * seen with: what the job, or another correction, wrote since then fails the condition. The
   * memory stays, so the job goes on adding what it would have added. If the condition fails,
   * DynamoDB's answer holds the item.
   *
   * @param seen the item; empty if there was none
   * @param votes to be added; may be below 0
   */
  public static UpdateItemRequest correction(
      String tableName, Choice key, Map<String, AttributeValue> seen, long votes) {
    return correction(tableName, keyOf(key), NAMES, seen, votes);
  }

  /**
   * @param names what each placeholder stands for
   */
  static UpdateItemRequest correction(
      String tableName,
      Map<String, AttributeValue> key,
      Map<String, String> names,
      Map<String, AttributeValue> seen,
      long votes) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":votes", Attributes.number(votes));
    List<String> conditions = new ArrayList<>();
    names.forEach(
        (placeholder, name) -> {
          AttributeValue value = seen.get(name);
          if (value == null) {
            conditions.add("attribute_not_exists(" + placeholder + ")");
          } else {
            conditions.add(placeholder + " = :" + name);
            values.put(":" + name, value);
          }
        });
    return UpdateItemRequest.builder()
        .tableName(tableName)
        .key(key)
        .updateExpression("ADD #total_votes :votes")
        .conditionExpression(String.join(" AND ", conditions))
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }
}
