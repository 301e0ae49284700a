package io.citytally.local.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A table in memory that understands as much of {@code UpdateItem} as is used here. */
public final class SimulatedTable {

  private static final Pattern NOT_EXISTS = Pattern.compile("attribute_not_exists\\((\\S+)\\)");
  private static final Pattern EQUALS = Pattern.compile("(\\S+) = (\\S+)");
  private static final Pattern UPDATE = Pattern.compile("(?:SET (.+?))? ?(?:ADD (.+))?");

  private static final Map<String, Update> UPDATES = new ConcurrentHashMap<>();
  private static final Map<String, List<Clause>> CONDITIONS = new ConcurrentHashMap<>();

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
    Update update = UPDATES.computeIfAbsent(request.updateExpression(), Update::parse);
    for (String[] assignment : update.set()) {
      item.put(
          name(request, assignment[0]), request.expressionAttributeValues().get(assignment[1]));
    }
    for (String[] addition : update.add()) {
      item.merge(
          name(request, addition[0]),
          request.expressionAttributeValues().get(addition[1]),
          (a, b) ->
              AttributeValue.fromN(Long.toString(Long.parseLong(a.n()) + Long.parseLong(b.n()))));
    }
    items.put(request.key(), item);
  }

  private static boolean holds(UpdateItemRequest request, Map<String, AttributeValue> item) {
    for (Clause clause :
        CONDITIONS.computeIfAbsent(request.conditionExpression(), Clause::parseAll)) {
      AttributeValue found = item.get(name(request, clause.attribute()));
      if (clause.value() == null
          ? found != null
          : !request.expressionAttributeValues().get(clause.value()).equals(found)) {
        return false;
      }
    }
    return true;
  }

  private static String name(UpdateItemRequest request, String placeholder) {
    return request.expressionAttributeNames().getOrDefault(placeholder, placeholder);
  }

  /** What is assigned and what is added, each as an attribute's placeholder and a value's. */
  private record Update(List<String[]> set, List<String[]> add) {

    static Update parse(String expression) {
      Matcher update = UPDATE.matcher(expression);
      if (!update.matches()) {
        throw new IllegalArgumentException(expression);
      }
      return new Update(pairs(update.group(1), " = "), pairs(update.group(2), " "));
    }

    private static List<String[]> pairs(String list, String separator) {
      return list == null
          ? List.of()
          : Stream.of(list.split(", ")).map(each -> each.split(separator)).toList();
    }
  }

  /**
   * One thing that must be so.
   *
   * @param value the placeholder of what the attribute must be; null if there must be none
   */
  private record Clause(String attribute, String value) {

    static List<Clause> parseAll(String condition) {
      return Stream.of(condition.split(" AND ")).map(Clause::parse).toList();
    }

    private static Clause parse(String clause) {
      Matcher notExists = NOT_EXISTS.matcher(clause);
      if (notExists.matches()) {
        return new Clause(notExists.group(1), null);
      }
      Matcher equals = EQUALS.matcher(clause);
      if (equals.matches()) {
        return new Clause(equals.group(1), equals.group(2));
      }
      throw new IllegalArgumentException(clause);
    }
  }
}
