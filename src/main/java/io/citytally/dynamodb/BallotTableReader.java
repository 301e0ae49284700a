package io.citytally.dynamodb;

import io.citytally.vote.BallotReader;
import io.citytally.vote.TallyKey;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
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
   * @throws RuntimeException if DynamoDB can't be reached
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
          .items()
          .subscribe(item -> choices.add(BallotTable.keyOf(item)))
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ResourceNotFoundException) {
        throw new MissingBallotException(tableName);
      }
      throw e;
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
