package io.citytally.local.legacy;

import io.citytally.sink.UpdateItems;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The algorithm that Citytally replaces: a Lambda function on the stream of the votes, which adds
 * one for each record. The service that calls it hands over a whole batch again if one fails.
 */
public final class LegacyLambda {

  private final UpdateItems dynamoDb;
  private final String tableName;

  public LegacyLambda(UpdateItems dynamoDb, String tableName) {
    this.dynamoDb = dynamoDb;
    this.tableName = tableName;
  }

  /**
   * @throws CompletionException at the first record that can't be written
   */
  public void handle(List<Choice> batch) {
    for (Choice choice : batch) {
      dynamoDb
          .updateItem(
              UpdateItemRequest.builder()
                  .tableName(tableName)
                  .key(TotalVotesTable.keyOf(choice))
                  .updateExpression("ADD total_votes :one")
                  .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))
                  .build())
          .join();
    }
  }
}
