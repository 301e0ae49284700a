package io.citytally.cli.ballot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.citytally.table.BallotPresentation;
import io.citytally.table.BallotTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Reads the ballot of a running system. */
final class BallotTables {

  private final DynamoDbClient dynamoDb;
  private final BallotOptions options;

  BallotTables(DynamoDbClient dynamoDb, BallotOptions options) {
    this.dynamoDb = dynamoDb;
    this.options = options;
  }

  /**
   * What an item of the presentation holds.
   *
   * @param hash nothing if there is no such item
   * @param json missing if there is no such item
   */
  record Shown(Optional<String> hash, JsonNode json) {}

  /**
   * Reads what the table says of each choice that is or was on the ballot.
   *
   * @throws IllegalStateException if no system of ours runs there
   */
  Map<Choice, BallotEntry> entries() {
    Map<Choice, BallotEntry> table = new LinkedHashMap<>();
    try {
      dynamoDb
          .scanPaginator(scan -> scan.tableName(options.tables().ballot()).consistentRead(true))
          .items()
          .forEach(item -> table.put(BallotTable.keyOf(item), BallotTable.entryOf(item)));
    } catch (SdkClientException e) {
      throw new IllegalStateException(
          "no DynamoDB answers %s: %s (%s)"
              .formatted(ofDynamoDb(), options.target().advice(), e.getMessage()),
          e);
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(
          "there is no table %s %s: name the ballot's table with --ballot-table"
              .formatted(options.tables().ballot(), ofDynamoDb()),
          e);
    }
    return table;
  }

  /**
   * Reads an item of {@link BallotPresentation}.
   *
   * @throws IllegalStateException if there is no such table
   */
  Shown shown(String id) {
    try {
      Map<String, AttributeValue> item =
          dynamoDb
              .getItem(
                  get ->
                      get.tableName(options.tables().election())
                          .key(BallotPresentation.key(id))
                          .consistentRead(true))
              .item();
      return item.isEmpty()
          ? new Shown(Optional.empty(), MissingNode.getInstance())
          : new Shown(BallotPresentation.hashOf(item), BallotPresentation.jsonOf(item));
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(
          "there is no table %s %s: name the election's table, which holds budgets, descriptions"
                  .formatted(options.tables().election(), ofDynamoDb())
              + " and the map, with --election-table",
          e);
    }
  }

  private String ofDynamoDb() {
    return options.target().ofDynamoDb();
  }
}
