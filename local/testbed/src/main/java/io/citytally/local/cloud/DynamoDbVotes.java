package io.citytally.local.cloud;

import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The {@code votes} table, for those who vote. */
public final class DynamoDbVotes implements Votes {

  private final DynamoDbClient client;
  private final String table;
  private final ItemBatches batches;

  public DynamoDbVotes(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
    batches = new ItemBatches(client, table);
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
   * Casts many votes, several in one request.
   *
   * @param votes each with an id of its own
   */
  public void castAll(List<CastVote> votes) {
    batches.put(votes.stream().map(vote -> VotesTable.itemOf(vote.id(), vote.choice())).toList());
  }

  /**
   * Casts many ballots, several in one request.
   *
   * @param ballots each with an id of its own
   */
  public void castAllBallots(List<CastBallot> ballots) {
    batches.put(ballots.stream().map(CastBallot::item).toList());
  }
}
