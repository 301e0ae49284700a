package io.citytally.local.memory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A table that understands as much of {@code UpdateItem} and {@code PutItem} as is used here. */
final class InMemoryTable {

  private static final Pattern NOT_EXISTS = Pattern.compile("attribute_not_exists\\((\\S+)\\)");
  private static final Pattern EQUALS = Pattern.compile("(\\S+) = (\\S+)");
  private static final Pattern UPDATE = Pattern.compile("(?:SET (.+?))? ?(?:ADD (.+))?");

  private static final Map<String, Update> UPDATES = new ConcurrentHashMap<>();
  private static final Map<String, List<Clause>> CONDITIONS = new ConcurrentHashMap<>();

  private final Set<String> keyAttributes;
  private final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items =
      new LinkedHashMap<>();

  InMemoryTable(Set<String> keyAttributes) {
    this.keyAttributes = keyAttributes;
  }

  /** The items by their keys; may be changed. */
  Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items() {
    return items;
  }

  /**
   * Puts an item in the place of the one that has its key, without a condition.
   *
   * @throws IllegalArgumentException if the item lacks an attribute of the key
   */
  void put(PutItemRequest request) {
    Map<String, AttributeValue> key = new HashMap<>(request.item());
    key.keySet().retainAll(keyAttributes);
    items.put(checked(key), request.item());
  }

  private Map<String, AttributeValue> checked(Map<String, AttributeValue> key) {
    if (!key.keySet().equals(keyAttributes)) {
      throw new IllegalArgumentException(key + " is no key of " + keyAttributes);
    }
    return key;
  }

  /**
   * Does what the request asks for.
   *
   * @throws ConditionalCheckFailedException if the item does not fulfil the condition; it holds the
   *     item
   * @throws IllegalArgumentException if the key or an expression is none of this table
   */
  void update(UpdateItemRequest request) {
    Map<String, AttributeValue> old = items.getOrDefault(checked(request.key()), Map.of());
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
