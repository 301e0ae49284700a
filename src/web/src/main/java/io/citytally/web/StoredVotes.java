package io.citytally.web;

import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The votes in the table {@code votes}, whose stream tells the job what has changed. */
public final class StoredVotes implements VoteStore {

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
  public void cast(String id, Choice choice) {
    client.putItem(put -> put.tableName(table).item(VotesTable.itemOf(id, choice)));
  }

  @Override
  public void withdraw(String id) {
    client.deleteItem(delete -> delete.tableName(table).key(VotesTable.keyOf(id)));
  }
}
