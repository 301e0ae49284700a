package io.citytally.web;

import io.citytally.table.BallotTable;
import io.citytally.table.MalformedItemException;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The ballot in the table {@code ballot}. */
public final class StoredBallot implements BallotSource {

  private final DynamoDbClient client;
  private final String table;

  /**
   * @param client should give up within a few seconds: until then, no other read begins
   */
  public StoredBallot(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /**
   * @throws MalformedItemException if the table holds something else
   */
  @Override
  public Ballot read() {
    Map<Choice, BallotEntry> entries = new HashMap<>();
    for (Map<String, AttributeValue> item :
        client.scanPaginator(scan -> scan.tableName(table)).items()) {
      entries.put(BallotTable.keyOf(item), BallotTable.entryOf(item));
    }
    return new Ballot(entries);
  }
}
