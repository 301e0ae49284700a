package io.citytally.dynamodb;

import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSinkBuilder;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;

/**
 * Puts the recent votes of each feed over those before.
 *
 * <p>One request at a time, and within a request only the last of a feed: so an older list never
 * comes to stand over a newer one of the same subtask, not even after a retry.
 */
public final class RecentVotesSink {

  private static final int MAX_IN_FLIGHT_REQUESTS = 1;

  /** Long enough to gather the feeds that one vote changes, too short to be seen. */
  private static final Duration MAX_TIME_IN_BUFFER = Duration.ofMillis(100);

  private RecentVotesSink() {}

  /**
   * @param tableName the table, of the shape of {@link RecentVotesTable}
   */
  public static Sink<RecentVotes> create(DynamoDbEndpoint endpoint, String tableName) {
    DynamoDbSinkBuilder<RecentVotes> builder = DynamoDbSink.builder();
    builder.setMaxInFlightRequests(MAX_IN_FLIGHT_REQUESTS);
    builder.setMaxTimeInBufferMS(MAX_TIME_IN_BUFFER.toMillis());
    return builder
        .setDynamoDbProperties(endpoint.clientProperties())
        .setTableName(tableName)
        .setOverwriteByPartitionKeys(List.of(RecentVotesTable.FEED))
        .setElementConverter((recent, context) -> put(recent))
        .build();
  }

  private static DynamoDbWriteRequest put(RecentVotes recent) {
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(RecentVotesTable.itemOf(recent))
        .build();
  }
}
