package io.citytally.local.cloud;

import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The {@code votes} table, for those who vote. */
public final class DynamoDbVotes implements Votes {

  /** The most items of one {@code BatchWriteItem}, by DynamoDB's documentation. */
  public static final int BATCH = 25;

  private static final int MAX_TRIES = 10;

  private final DynamoDbClient client;
  private final String table;
  private final Duration firstPause;

  public DynamoDbVotes(DynamoDbClient client, String table) {
    this(client, table, Duration.ofMillis(20));
  }

  public DynamoDbVotes(DynamoDbClient client, String table, Duration firstPause) {
    this.client = client;
    this.table = table;
    this.firstPause = firstPause;
  }

  @Override
  public void cast(String id, Choice choice) {
    client.putItem(put -> put.tableName(table).item(VotesTable.itemOf(id, choice)));
  }

  @Override
  public void cast(CastBallot ballot) {
    client.putItem(put -> put.tableName(table).item(ballot.item()));
  }

  @Override
  public void withdraw(String id) {
    client.deleteItem(delete -> delete.tableName(table).key(VotesTable.keyOf(id)));
  }

  /**
   * Casts up to {@value #BATCH} votes at once; those that DynamoDB has not processed are sent
   * again, after a pause that doubles.
   *
   * @param votes each with an id of its own
   * @throws IllegalStateException if DynamoDB goes on leaving some unprocessed
   */
  public void castAll(List<CastVote> votes) throws InterruptedException {
    putAll(votes.stream().map(vote -> VotesTable.itemOf(vote.id(), vote.choice())).toList());
  }

  /**
   * Casts up to {@value #BATCH} ballots at once, as {@link #castAll} does with votes.
   *
   * @param ballots each with an id of its own
   */
  public void castAllBallots(List<CastBallot> ballots) throws InterruptedException {
    putAll(ballots.stream().map(CastBallot::item).toList());
  }

  private void putAll(List<Map<String, AttributeValue>> items) throws InterruptedException {
    Map<String, List<WriteRequest>> unprocessed = Map.of(table, requests(items));
    long pauseNanos = firstPause.toNanos();
    for (int tries = 1; ; tries++) {
      Map<String, List<WriteRequest>> request = unprocessed;
      unprocessed = client.batchWriteItem(batch -> batch.requestItems(request)).unprocessedItems();
      if (unprocessed.isEmpty()) {
        return;
      }
      if (tries == MAX_TRIES) {
        throw new IllegalStateException(
            "DynamoDB left %d items unprocessed, %d times over"
                .formatted(unprocessed.get(table).size(), tries));
      }
      TimeUnit.NANOSECONDS.sleep(pauseNanos);
      pauseNanos *= 2;
    }
  }

  private static List<WriteRequest> requests(List<Map<String, AttributeValue>> items) {
    List<WriteRequest> requests = new ArrayList<>(items.size());
    for (Map<String, AttributeValue> item : items) {
      PutRequest put = PutRequest.builder().item(item).build();
      requests.add(WriteRequest.builder().putRequest(put).build());
    }
    return requests;
  }
}
