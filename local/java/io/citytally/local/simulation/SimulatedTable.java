package io.citytally.local.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A table in memory that understands as much of {@code UpdateItem} as is used here. */
public final class SimulatedTable {

  private static final Pattern NOT_EXISTS = Pattern.compile("attribute_not_exists\\((\\S+)\\)");
  private static final Pattern EQUALS = Pattern.compile("(\\S+) = (\\S+)");
  private static final Pattern UPDATE = Pattern.compile("(?:SET (.+?))? ?(?:ADD (.+))?");

  private final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items =
      new HashMap<>();

  /** The items by their keys; may be changed. */
  public Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items() {
    return items;
  }

  /**
   * Does what the request asks for.
   *
   * @throws ConditionalCheckFailedException if the item does not fulfil the condition; it holds the
   *     item
   * @throws IllegalArgumentException if an expression is beyond this table
   */
  public void update(UpdateItemRequest request) {
    Map<String, AttributeValue> old = items.getOrDefault(request.key(), Map.of());
    if (request.conditionExpression() != null && !holds(request, old)) {
      throw ConditionalCheckFailedException.builder()
          .message("The conditional request failed")
          .item(old.isEmpty() ? null : old)
          .build();
    }
    Map<String, AttributeValue> item = new HashMap<>(old);
    item.putAll(request.key());
    Matcher update = UPDATE.matcher(request.updateExpression());
    if (!update.matches()) {
      throw new IllegalArgumentException(request.updateExpression());
    }
    if (update.group(1) != null) {
      for (String assignment : update.group(1).split(", ")) {
        String[] sides = assignment.split(" = ");
        item.put(name(request, sides[0]), request.expressionAttributeValues().get(sides[1]));
      }
    }
    if (update.group(2) != null) {
      for (String addition : update.group(2).split(", ")) {
        String[] sides = addition.split(" ");
        AttributeValue amount = request.expressionAttributeValues().get(sides[1]);
        item.merge(
            name(request, sides[0]),
            amount,
            (a, b) ->
                AttributeValue.fromN(Long.toString(Long.parseLong(a.n()) + Long.parseLong(b.n()))));
      }
    }
    items.put(request.key(), item);
  }

  private static boolean holds(UpdateItemRequest request, Map<String, AttributeValue> item) {
    for (String clause : request.conditionExpression().split(" AND ")) {
      Matcher notExists = NOT_EXISTS.matcher(clause);
      Matcher equals = EQUALS.matcher(clause);
      boolean clauseHolds;
      if (notExists.matches()) {
        clauseHolds = !item.containsKey(name(request, notExists.group(1)));
      } else if (equals.matches()) {
        clauseHolds =
            request
                .expressionAttributeValues()
                .get(equals.group(2))
                .equals(item.get(name(request, equals.group(1))));
      } else {
        throw new IllegalArgumentException(clause);
      }
      if (!clauseHolds) {
        return false;
      }
    }
    return true;
  }

  private static String name(UpdateItemRequest request, String placeholder) {
    return request.expressionAttributeNames().getOrDefault(placeholder, placeholder);
  }
}
