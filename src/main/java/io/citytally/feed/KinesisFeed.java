package io.citytally.feed;

import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A stream of Kinesis Data Streams, with the changes of the {@code votes} table (Kinesis Data
 * Streams for DynamoDB), plain votes, or both. Records aggregated by the Kinesis Producer Library
 * are taken apart.
 */
public final class KinesisFeed implements VoteFeed {

  private final String streamName;
  private final String votesTable;
  private final ShardConsumer consumer;

  /**
   * @param streamName the name of the stream, not its ARN
   * @param votesTable the table whose changes count; those of another one are rejected
   */
  public KinesisFeed(String streamName, String votesTable, ShardConsumer consumer) {
    this.streamName = streamName;
    this.votesTable = votesTable;
    this.consumer = consumer;
  }

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    return consumer.readKinesis(env, streamName);
  }

  @Override
  public VoteChangeDecoder decoder() {
    return VoteChangeDecoder.forKinesis(votesTable);
  }
}
