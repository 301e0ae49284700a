package io.citytally.web;

import io.citytally.election.Election;
import io.citytally.election.Pin;
import io.citytally.table.ElectionTable;
import io.citytally.table.MalformedItemException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** The election in the table {@code election}. */
public final class StoredElection implements ElectionStore {

  private final DynamoDbClient client;
  private final String table;
  private final Election otherwise;

  /**
   * @param client should give up within a few seconds: until then, no other read begins
   * @param otherwise holds while the table has no election
   */
  public StoredElection(DynamoDbClient client, String table, Election otherwise) {
    this.client = client;
    this.table = table;
    this.otherwise = otherwise;
  }

  /**
   * @throws MalformedItemException if the table holds something else
   */
  @Override
  public Election read() {
    GetItemResponse response =
        client.getItem(get -> get.tableName(table).key(ElectionTable.key()).consistentRead(true));
    return response.hasItem() ? ElectionTable.electionOf(response.item()) : otherwise;
  }

  @Override
  public boolean pin(Election election, Pin pin) {
    try {
      client.updateItem(ElectionTable.pin(table, election.rules(), pin));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }
}
