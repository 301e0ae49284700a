package io.citytally.source.kinesis;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.vote.SourceKind;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A stream of Kinesis Data Streams, with the changes of the {@code votes} table (Kinesis Data
 * Streams for DynamoDB), plain votes, or both. Records aggregated by the Kinesis Producer Library
 * are taken apart.
 */
public final class KinesisVoteSource implements VoteSource {

  private final String streamName;
  private final String votesTable;
  private final ShardConsumer consumer;
  private final Duration remembered;

  /**
   * @param streamName the name of the stream, not its ARN
   * @param votesTable the table whose changes count; those of another one are rejected
   * @param remembered how long the job remembers a change; one whose stream keeps records for as
   *     long fails at its start
   */
  public KinesisVoteSource(
      String streamName, String votesTable, ShardConsumer consumer, Duration remembered) {
    this.streamName = streamName;
    this.votesTable = votesTable;
    this.consumer = consumer;
    this.remembered = remembered;
  }

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    return consumer.readKinesis(env, streamName, remembered);
  }

  @Override
  public SourceKind kind() {
    return SourceKind.KINESIS;
  }

  @Override
  public VoteChangeDecoder decoder(long epoch) {
    return VoteChangeDecoder.forKinesis(votesTable, epoch);
  }
}
