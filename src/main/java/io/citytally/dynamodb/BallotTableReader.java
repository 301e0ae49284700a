package io.citytally.dynamodb;

import io.citytally.vote.BallotReader;
import io.citytally.vote.TallyKey;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Reads a table of the shape of {@link BallotTable}, whole, as it is at that moment. */
public final class BallotTableReader implements BallotReader {

  private static final long serialVersionUID = 1L;

  private final DynamoDbEndpoint endpoint;
  private final String tableName;

  private transient DynamoDbAsyncClient client;

  /**
   * @param tableName the table, of the shape of {@link BallotTable}
   */
  public BallotTableReader(DynamoDbEndpoint endpoint, String tableName) {
    this.endpoint = endpoint;
    this.tableName = tableName;
  }

  /**
   * @throws MissingBallotException if there is no such table
   * @throws MalformedItemException if it holds something else
   * @throws IllegalStateException if DynamoDB can't be reached, or the thread is interrupted, as it
   *     is when the job is cancelled
   */
  @Override
  public Set<TallyKey> read() {
    if (client == null) {
      client = endpoint.createClient(1);
    }
    Set<TallyKey> choices = new HashSet<>();
    try {
      // Consistent: else a vote could be refused that came after its choice was put there.
      client
          .scanPaginator(scan -> scan.tableName(tableName).consistentRead(true))
          // By pages: the SDK's publisher of items recurses with each one, until the stack is full.
          .subscribe(page -> page.items().forEach(item -> choices.add(BallotTable.keyOf(item))))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the ballot was being read", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ResourceNotFoundException) {
        throw new MissingBallotException(tableName);
      }
      throw new IllegalStateException(
          String.format("The ballot in table '%s' can't be read: %s", tableName, e.getCause()),
          e.getCause());
    }
    return choices;
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
