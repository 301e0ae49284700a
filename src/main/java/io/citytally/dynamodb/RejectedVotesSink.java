package io.citytally.dynamodb;

import io.citytally.vote.RejectedVote;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSinkBuilder;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;

/** Puts each rejected record under its place in the stream, where a replay puts it again. */
public final class RejectedVotesSink {

  private static final Duration MAX_TIME_IN_BUFFER = Duration.ofSeconds(1);

  private RejectedVotesSink() {}

  /**
   * @param tableName the table, of the shape of {@link RejectedVotesTable}
   * @param timeToLive how long an item is kept after the record's arrival, at least
   */
  public static Sink<RejectedVote> create(
      DynamoDbEndpoint endpoint, String tableName, Duration timeToLive) {
    DynamoDbSinkBuilder<RejectedVote> builder = DynamoDbSink.builder();
    builder.setMaxTimeInBufferMS(MAX_TIME_IN_BUFFER.toMillis());
    return builder
        .setDynamoDbProperties(endpoint.clientProperties())
        .setTableName(tableName)
        .setOverwriteByPartitionKeys(List.of(RejectedVotesTable.SHARD, RejectedVotesTable.POSITION))
        .setElementConverter((vote, context) -> put(vote, timeToLive))
        .build();
  }

  private static DynamoDbWriteRequest put(RejectedVote vote, Duration timeToLive) {
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(RejectedVotesTable.itemOf(vote, timeToLive))
        .build();
  }
}
