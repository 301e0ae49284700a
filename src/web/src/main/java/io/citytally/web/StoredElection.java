package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import io.citytally.election.Pin;
import io.citytally.table.ElectionTable;
import io.citytally.table.MalformedItemException;
import io.citytally.vote.Choice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
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

  /**
   * @throws MalformedItemException if the table does not hold the result
   */
  @Override
  public Results resultsOf(FinalResult result) {
    byte[] packed =
        ElectionTable.packedResultOf(
            client
                .getItem(get -> get.tableName(table).key(ElectionTable.resultKey(result.sha256())))
                .item());
    Map<Choice, Long> votes = new HashMap<>();
    Map<String, Long> ballots = new HashMap<>();
    try (InputStream json = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      for (JsonNode region : Json.read(json.readAllBytes()).path("regions")) {
        String name = region.path("region").textValue();
        ballots.put(name, region.path("ballots").longValue());
        for (JsonNode improvement : region.path("improvements")) {
          votes.put(
              new Choice(name, improvement.path("improvement").textValue()),
              improvement.path("votes").longValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the final result can't be read", e);
    }
    return new Results(votes, Map.of(), ballots);
  }
}
