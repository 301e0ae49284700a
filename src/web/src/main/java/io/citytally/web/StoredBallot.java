package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.table.BallotPresentation;
import io.citytally.table.BallotTable;
import io.citytally.table.MalformedItemException;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The choices in the table {@code ballot}, and what the pages show of them next to the election.
 */
public final class StoredBallot implements BallotSource {

  private final DynamoDbClient client;
  private final String table;
  private final String electionTable;

  /**
   * @param client should give up within a few seconds: until then, no other read begins
   */
  public StoredBallot(DynamoDbClient client, String table, String electionTable) {
    this.client = client;
    this.table = table;
    this.electionTable = electionTable;
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
    return new Ballot(entries, shown(BallotPresentation.BALLOT));
  }

  @Override
  public JsonNode projectsOf(String region) {
    return shown(BallotPresentation.projectsOf(region));
  }

  @Override
  public JsonNode map() {
    return shown(BallotPresentation.MAP);
  }

  private JsonNode shown(String id) {
    Map<String, AttributeValue> item =
        client.getItem(get -> get.tableName(electionTable).key(BallotPresentation.key(id))).item();
    return item.isEmpty() ? Json.object() : BallotPresentation.jsonOf(item);
  }
}
