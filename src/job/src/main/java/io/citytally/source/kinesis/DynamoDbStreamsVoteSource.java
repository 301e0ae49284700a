package io.citytally.source.kinesis;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.vote.SourceKind;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The {@code votes} table's own DynamoDB stream. It costs less than Kinesis for a small city, and
 * keeps its records for 24 hours.
 */
public final class DynamoDbStreamsVoteSource implements VoteSource {

  private final String streamArn;
  private final ShardConsumer consumer;

  /**
   * @param streamArn the ARN of the stream, with its label: {@code
   *     arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL}
   */
  public DynamoDbStreamsVoteSource(String streamArn, ShardConsumer consumer) {
    this.streamArn = streamArn;
    this.consumer = consumer;
  }

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    return consumer.readDynamoDbStream(env, streamArn);
  }

  @Override
  public SourceKind kind() {
    return SourceKind.DYNAMODB_STREAMS;
  }

  @Override
  public VoteChangeDecoder decoder(long epoch) {
    return VoteChangeDecoder.forDynamoDbStreams(epoch);
  }
}
