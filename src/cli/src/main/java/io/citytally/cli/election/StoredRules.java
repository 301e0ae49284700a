package io.citytally.cli.election;

import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.table.ElectionTable;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The election in its table. Each write is on the condition that it is still as it was read. */
record StoredRules(DynamoDbClient dynamoDb, String table) {

  /** Returns what DynamoDB answers when the election is read. */
  GetItemResponse get() {
    return dynamoDb.getItem(
        get -> get.tableName(table).key(ElectionTable.key()).consistentRead(true));
  }

  Optional<Election> read() {
    GetItemResponse response = get();
    return response.hasItem()
        ? Optional.of(ElectionTable.electionOf(response.item()))
        : Optional.empty();
  }

  void replace(Optional<Election> before, ElectionRules rules) {
    write(ElectionTable.replace(table, before, rules));
  }

  void openForTests(Election election, Instant until) {
    write(ElectionTable.openForTests(table, election, until));
  }

  void reset(Election election) {
    write(ElectionTable.reset(table, election));
  }

  private void write(UpdateItemRequest request) {
    try {
      dynamoDb.updateItem(request);
    } catch (ConditionalCheckFailedException e) {
      throw new IllegalStateException(
          "the election was changed while you looked at it, perhaps by its first ballot."
              + " Run the same command again.",
          e);
    }
  }
}
