package io.citytally.local;

import io.citytally.dynamodb.BallotTable;
import io.citytally.local.cloud.LocalAws;
import io.citytally.local.command.Work;
import io.citytally.local.election.BallotFile;
import io.citytally.local.election.BallotFileException;
import io.citytally.local.screen.DisplayText;
import io.citytally.vote.TallyKey;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Replaces the ballot of a running system by that in a file. */
final class ReplaceBallot implements Work<BallotOptions> {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final PrintStream out;

  ReplaceBallot(PrintStream out) {
    this.out = out;
  }

  /**
   * @throws BallotFileException if the file is not a ballot
   * @throws IllegalStateException if no system of ours runs there
   */
  @Override
  public int execute(BallotOptions options) throws Exception {
    Map<TallyKey, String> titles = BallotFile.read(options.file());
    URI endpoint = URI.create("http://127.0.0.1:" + options.dynamoDbPort());
    try (DynamoDbClient dynamoDb = LocalAws.dynamoDb(endpoint, PATIENCE)) {
      replace(dynamoDb, titles);
    } catch (SdkClientException e) {
      throw new IllegalStateException(
          "no DynamoDB answers at %s: start `citytally run`, or give the port that it shows with --dynamodb-port"
              .formatted(endpoint),
          e);
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(
          "the DynamoDB at %s has no table %s: is it that of `citytally run`?"
              .formatted(endpoint, BallotTable.DEFAULT_NAME),
          e);
    }
    long regions = titles.keySet().stream().map(key -> key.region).distinct().count();
    out.println(
        titles.isEmpty()
            ? "The ballot is empty: anything may be voted for."
            : "The ballot has %s improvements in %s %s."
                .formatted(
                    DisplayText.number(titles.size()),
                    DisplayText.number(regions),
                    regions == 1 ? "region" : "regions"));
    return 0;
  }

  /**
   * The new ones first, so that the ballot is never empty on the way, which would admit anything.
   */
  private static void replace(DynamoDbClient dynamoDb, Map<TallyKey, String> titles) {
    Set<TallyKey> outdated = new HashSet<>();
    dynamoDb
        .scanPaginator(scan -> scan.tableName(BallotTable.DEFAULT_NAME))
        .items()
        .forEach(item -> outdated.add(BallotTable.keyOf(item)));
    outdated.removeAll(titles.keySet());
    titles.forEach(
        (key, title) ->
            dynamoDb.putItem(
                put ->
                    put.tableName(BallotTable.DEFAULT_NAME).item(BallotTable.itemOf(key, title))));
    outdated.forEach(
        key ->
            dynamoDb.deleteItem(
                delete -> delete.tableName(BallotTable.DEFAULT_NAME).key(BallotTable.keyOf(key))));
  }
}
