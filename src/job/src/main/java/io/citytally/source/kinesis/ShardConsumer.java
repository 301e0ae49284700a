package io.citytally.source.kinesis;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.config.AWSConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.jspecify.annotations.Nullable;

/**
 * How the shards of a stream are read: by polling, with Flink's Kinesis connector. This class and
 * those that it uses are all that knows the connector, so a change to another one begins and ends
 * here.
 *
 * <p>The consumer keeps its position in each shard in Flink's state, finds the shards that a split
 * or a merge makes, and reads a shard's parents to their end.
 */
public final class ShardConsumer {

  /** What emulators take for a key: they ask for one, and don't look at it. */
  private static final String LOCAL_CREDENTIALS = "local";

  private final Properties properties;
  private final @Nullable Instant initialTimestamp;

  /**
   * @param region the AWS region
   * @param endpoint where the stream's API is, or null for AWS itself
   * @param localCredentials true for an emulator's static dummy keys, false for the default chain
   * @param initialTimestamp where a job without state begins: with the records that arrived from
   *     then on, in whole milliseconds; null for the oldest record. Null for a DynamoDB stream
   * @param pollInterval how often a shard is asked for records; Kinesis lets all consumers of a
   *     shard together ask five times a second
   * @param shardDiscoveryInterval how often new shards are looked for
   */
  public ShardConsumer(
      String region,
      @Nullable URI endpoint,
      boolean localCredentials,
      @Nullable Instant initialTimestamp,
      Duration pollInterval,
      Duration shardDiscoveryInterval) {
    this.initialTimestamp = initialTimestamp;
    properties = new Properties();
    properties.setProperty(AWSConfigConstants.AWS_REGION, region);
    if (endpoint != null) {
      properties.setProperty(AWSConfigConstants.AWS_ENDPOINT, endpoint.toString());
    }
    if (localCredentials) {
      properties.setProperty(AWSConfigConstants.AWS_CREDENTIALS_PROVIDER, "BASIC");
      properties.setProperty(AWSConfigConstants.AWS_ACCESS_KEY_ID, LOCAL_CREDENTIALS);
      properties.setProperty(AWSConfigConstants.AWS_SECRET_ACCESS_KEY, LOCAL_CREDENTIALS);
    } else {
      properties.setProperty(AWSConfigConstants.AWS_CREDENTIALS_PROVIDER, "AUTO");
    }
    InitialPosition.set(properties, InitialPosition.of(initialTimestamp));
    properties.setProperty(
        ConsumerConfigConstants.SHARD_GETRECORDS_INTERVAL_MILLIS,
        Long.toString(pollInterval.toMillis()));
    properties.setProperty(
        ConsumerConfigConstants.SHARD_DISCOVERY_INTERVAL_MILLIS,
        Long.toString(shardDiscoveryInterval.toMillis()));
  }

  /** What the connector is told. */
  Properties properties() {
    return properties;
  }

  /**
   * @param remembered how long the job remembers a change; the stream must keep records for less
   */
  SingleOutputStreamOperator<RawRecord> readKinesis(
      StreamExecutionEnvironment env, String streamName, Duration remembered) {
    return add(env, new KinesisConsumer(streamName, properties, initialTimestamp, remembered));
  }

  SingleOutputStreamOperator<RawRecord> readDynamoDbStream(
      StreamExecutionEnvironment env, String streamArn) {
    return add(env, new DynamoDbStreamConsumer(streamArn, properties));
  }

  @SuppressWarnings("deprecation") // of SourceFunction, which this consumer is
  private static SingleOutputStreamOperator<RawRecord> add(
      StreamExecutionEnvironment env, FlinkKinesisConsumer<RawRecord> consumer) {
    return env.addSource(consumer, VoteSource.UID, RawRecordSchema.TYPE).uid(VoteSource.UID);
  }
}
