package io.citytally.dynamodb;

import io.citytally.table.BallotTable;
import io.citytally.vote.BallotReader;
import io.citytally.vote.Choice;
import io.citytally.vote.UnavailableException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Reads a table of the shape of {@link BallotTable}, whole, as it is at that moment. */
public final class BallotTableReader implements BallotReader {

  private static final long serialVersionUID = 1L;

  private final DynamoDbEndpoint endpoint;
  private final String tableName;

  private transient @Nullable DynamoDbAsyncClient client;

  /**
   * @param tableName the table, of the shape of {@link BallotTable}
   */
  public BallotTableReader(DynamoDbEndpoint endpoint, String tableName) {
    this.endpoint = endpoint;
    this.tableName = tableName;
  }

  /**
   * @return the choices. Fails with {@link MissingBallotException} if there is no such table, with
   *     {@link UnavailableException} for what may pass, such as throttling and a broken connection,
   *     and with {@link IllegalStateException} for everything else, such as a right that the job's
   *     role lacks
   */
  @Override
  public CompletableFuture<Set<Choice>> read() {
    if (client == null) {
      client = endpoint.createClient(1);
    }
    Set<Choice> choices = new HashSet<>();
    // Consistent: else a vote could be refused that came after its choice was put there.
    return client
        .scanPaginator(scan -> scan.tableName(tableName).consistentRead(true))
        // By pages: the SDK's publisher of items recurses with each one, until the stack is full.
        .subscribe(page -> page.items().forEach(item -> choices.add(BallotTable.keyOf(item))))
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw explained(Failures.causeOf(failure));
              }
              return choices;
            });
  }

  private RuntimeException explained(Throwable cause) {
    if (cause instanceof ResourceNotFoundException) {
      return new MissingBallotException(tableName);
    }
    String message =
        String.format("The ballot in table '%s' can't be read: %s", tableName, cause.getMessage());
    return Failures.mayPass(cause)
        ? new UnavailableException(message, cause)
        : new IllegalStateException(
            message
                + ". Trying again can't help. Check that the table has the keys region and"
                + " improvement, and that the job's role may Scan it.",
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
