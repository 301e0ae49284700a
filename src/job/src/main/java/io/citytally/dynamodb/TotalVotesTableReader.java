package io.citytally.dynamodb;

import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.UnavailableException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Looks for items of a table of the shape of {@link TotalVotesTable}, and of one of the shape of
 * {@link TurnoutTable} for the turnout of a region: one consistent read each.
 */
public final class TotalVotesTableReader implements TotalsReader {

  private static final long serialVersionUID = 1L;

  private final DynamoDbEndpoint endpoint;
  private final String tableName;
  private final String turnoutTable;

  private transient @Nullable DynamoDbAsyncClient client;

  /**
   * @param tableName the table, of the shape of {@link TotalVotesTable}
   * @param turnoutTable the table, of the shape of {@link TurnoutTable}
   */
  public TotalVotesTableReader(DynamoDbEndpoint endpoint, String tableName, String turnoutTable) {
    this.endpoint = endpoint;
    this.tableName = tableName;
    this.turnoutTable = turnoutTable;
  }

  /**
   * @return whether there is an item, no matter who wrote it. Fails with {@link
   *     UnavailableException} for what may pass, and with {@link IllegalStateException} for
   *     everything else, such as a missing table
   */
  @Override
  public CompletableFuture<Boolean> hasTotal(Choice choice) {
    if (client == null) {
      client = endpoint.createClient(MAX_CONCURRENCY);
    }
    return client
        .getItem(
            get ->
                get.tableName(choice.isTurnout() ? turnoutTable : tableName)
                    .key(
                        choice.isTurnout()
                            ? TurnoutTable.keyOf(choice.region)
                            : TotalVotesTable.keyOf(choice))
                    .consistentRead(true))
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                throw explained(choice, Failures.causeOf(failure));
              }
              return answer.hasItem();
            });
  }

  private RuntimeException explained(Choice choice, Throwable cause) {
    String message =
        String.format(
            "The item (region '%s', improvement '%s') of table '%s' can't be read: %s",
            choice.region,
            choice.improvement,
            choice.isTurnout() ? turnoutTable : tableName,
            cause.getMessage());
    return Failures.mayPass(cause)
        ? new UnavailableException(message, cause)
        : new IllegalStateException(
            message
                + ". Trying again can't help. Check that the table is there with the right keys,"
                + " and that the job's role may GetItem from it.",
            cause);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
