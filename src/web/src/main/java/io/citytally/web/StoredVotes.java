package io.citytally.web;

import io.citytally.election.Election;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The votes in the table {@code votes}, whose stream tells the job what has changed.
 *
 * <p>A vote is replaced by one conditional write. If the same vote stands in the older form of the
 * table, a second write has exactly that item as its condition.
 */
public final class StoredVotes implements VoteStore {

  /** The most that one request may name. */
  private static final int MAX_KEYS = 100;

  private final DynamoDbClient client;
  private final String table;

  /**
   * @param client should give up within a few seconds: a person waits
   */
  public StoredVotes(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  @Override
  public List<Vote> read(Collection<String> ids) {
    List<String> left = new ArrayList<>(ids);
    List<Vote> votes = new ArrayList<>();
    while (!left.isEmpty()) {
      List<String> some = left.subList(0, Math.min(MAX_KEYS, left.size()));
      KeysAndAttributes keys =
          KeysAndAttributes.builder()
              .keys(some.stream().map(VotesTable::keyOf).toList())
              .consistentRead(true)
              .build();
      some.clear();
      BatchGetItemResponse response =
          client.batchGetItem(get -> get.requestItems(Map.of(table, keys)));
      response
          .responses()
          .getOrDefault(table, List.of())
          .forEach(item -> voteOf(item).ifPresent(votes::add));
      if (!response.unprocessedKeys().isEmpty()) {
        throw new IllegalStateException("the table of votes is too busy to be read");
      }
    }
    return votes;
  }

  @Override
  public Optional<Vote> replace(String id, Optional<Vote> seen, Optional<Vote> wanted) {
    long start = System.nanoTime();
    VotesCondition condition = VotesCondition.seen(seen);
    while (true) {
      Duration left = Election.WRITE_TIMEOUT.minusNanos(System.nanoTime() - start);
      if (left.isNegative() || left.isZero()) {
        throw new IllegalStateException("no time is left to write a vote");
      }
      try {
        write(id, wanted, condition, left);
        return wanted;
      } catch (ConditionalCheckFailedException e) {
        Optional<Vote> stored = e.hasItem() ? voteOf(e.item()) : Optional.empty();
        if (!e.hasItem() || !stored.equals(seen)) {
          return stored;
        }
        condition = VotesCondition.exactly(e.item());
      }
    }
  }

  private void write(String id, Optional<Vote> wanted, VotesCondition condition, Duration timeout) {
    AwsRequestOverrideConfiguration deadline =
        AwsRequestOverrideConfiguration.builder().apiCallTimeout(timeout).build();
    if (wanted.isPresent()) {
      client.putItem(
          put ->
              put.tableName(table)
                  .item(VotesTable.itemOf(id, wanted.get().region(), wanted.get().improvements()))
                  .conditionExpression(condition.expression())
                  .expressionAttributeNames(condition.names())
                  .expressionAttributeValues(valuesOf(condition))
                  .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                  .overrideConfiguration(deadline));
    } else {
      client.deleteItem(
          delete ->
              delete
                  .tableName(table)
                  .key(VotesTable.keyOf(id))
                  .conditionExpression(condition.expression())
                  .expressionAttributeNames(condition.names())
                  .expressionAttributeValues(valuesOf(condition))
                  .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                  .overrideConfiguration(deadline));
    }
  }

  /** DynamoDB refuses an empty map. */
  private static @Nullable Map<String, AttributeValue> valuesOf(VotesCondition condition) {
    return condition.values().isEmpty() ? null : condition.values();
  }

  private static Optional<Vote> voteOf(Map<String, AttributeValue> item) {
    List<Choice> choices = VotesTable.choicesOf(item);
    return choices.isEmpty()
        ? Optional.empty()
        : Vote.of(
            choices.get(0).region, choices.stream().map(choice -> choice.improvement).toList());
  }
}
