package io.citytally.dynamodb;

import io.citytally.vote.TallyKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * One table in memory that understands as much of {@code UpdateItem} as is used here. It answers
 * when the test says so, or at once.
 */
public final class FakeDynamoDb implements UpdateItems {

  private static final Pattern NOT_EXISTS = Pattern.compile("attribute_not_exists\\((\\S+)\\)");
  private static final Pattern EQUALS = Pattern.compile("(\\S+) = (\\S+)");
  private static final Pattern UPDATE = Pattern.compile("(?:SET (.+?))? ?(?:ADD (.+))?");

  private static final int MAX_REQUESTS = 200_000;

  final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = new HashMap<>();
  final Deque<Call> calls = new ArrayDeque<>();
  boolean answersAtOnce;
  boolean closed;
  int requests;

  /** One that answers at once. */
  public static FakeDynamoDb answeringAtOnce() {
    FakeDynamoDb table = new FakeDynamoDb();
    table.answersAtOnce = true;
    return table;
  }

  /** The table, as one of the shape of {@link TotalVotesTable}. */
  public Map<TallyKey, Long> totals() {
    Map<TallyKey, Long> totals = new HashMap<>();
    items
        .values()
        .forEach(
            item -> totals.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    return totals;
  }

  @Override
  public CompletableFuture<UpdateItemResponse> updateItem(UpdateItemRequest request) {
    if (++requests > MAX_REQUESTS) {
      throw new AssertionError("goes round and round: " + request);
    }
    Call call = new Call(request);
    if (answersAtOnce) {
      call.answer();
    } else {
      calls.add(call);
    }
    return call.future;
  }

  /** Applies the request, and fails as the real one does. */
  void apply(UpdateItemRequest request) {
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

  /** The call that came first and is not answered yet. */
  Call next() {
    return calls.remove();
  }

  /** All calls that are not answered yet, in the order in which they came. */
  List<Call> all() {
    List<Call> all = new ArrayList<>(calls);
    calls.clear();
    return all;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A request on its way. */
  final class Call {

    final UpdateItemRequest request;
    private final CompletableFuture<UpdateItemResponse> future = new CompletableFuture<>();

    private Call(UpdateItemRequest request) {
      this.request = request;
    }

    void answer() {
      try {
        apply(request);
        future.complete(UpdateItemResponse.builder().build());
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    /** The request takes effect, its answer gets lost. */
    void loseAnswer(RuntimeException error) {
      apply(request);
      fail(error);
    }

    void fail(RuntimeException error) {
      future.completeExceptionally(new CompletionException(error));
    }
  }
}
