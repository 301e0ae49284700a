package io.citytally.feed;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.connectors.kinesis.FlinkDynamoDBStreamsConsumer;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.config.AWSConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisherFactory;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.polling.PollingRecordPublisherFactory;
import org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxy;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;

/**
 * How the shards of a stream are read: by polling, with Flink's Kinesis connector. This class and
 * {@link WholeAggregates} are all that knows the connector, so a change to another one begins and
 * ends here.
 *
 * <p>The consumer keeps its position in each shard in Flink's state, finds the shards that a split
 * or a merge makes, and reads a shard's parents to their end.
 */
public final class ShardConsumer {

  /** What emulators take for a key: they ask for one, and don't look at it. */
  private static final String LOCAL_CREDENTIALS = "local";

  private final Properties properties;

  /**
   * @param region the AWS region
   * @param endpoint where the stream's API is, or null for AWS itself
   * @param localCredentials true for an emulator's static dummy keys, false for the default chain
   * @param initialPosition where a job without state begins: {@code TRIM_HORIZON} or {@code LATEST}
   * @param pollInterval how often a shard is asked for records; Kinesis lets all consumers of a
   *     shard together ask five times a second
   * @param shardDiscoveryInterval how often new shards are looked for
   */
  public ShardConsumer(
      String region,
      URI endpoint,
      boolean localCredentials,
      String initialPosition,
      Duration pollInterval,
      Duration shardDiscoveryInterval) {
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
    properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_POSITION, initialPosition);
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

  SingleOutputStreamOperator<RawRecord> readKinesis(
      StreamExecutionEnvironment env, String streamName) {
    return add(env, new KinesisConsumer(streamName, properties));
  }

  SingleOutputStreamOperator<RawRecord> readDynamoDbStream(
      StreamExecutionEnvironment env, String streamArn) {
    @SuppressWarnings("unchecked") // the constructor's schema is a raw type
    FlinkKinesisConsumer<RawRecord> consumer =
        new FlinkDynamoDBStreamsConsumer<>(List.of(streamArn), new RawRecordSchema(), properties);
    return add(env, consumer);
  }

  @SuppressWarnings("deprecation") // of SourceFunction, which this consumer is
  private static SingleOutputStreamOperator<RawRecord> add(
      StreamExecutionEnvironment env, FlinkKinesisConsumer<RawRecord> consumer) {
    return env.addSource(consumer, VoteFeed.UID, RawRecordSchema.TYPE).uid(VoteFeed.UID);
  }

  /** Polls as its parent does, through {@link WholeAggregates}. */
  private static final class KinesisConsumer extends FlinkKinesisConsumer<RawRecord> {

    private static final long serialVersionUID = 1L;

    KinesisConsumer(String streamName, Properties properties) {
      super(streamName, new RawRecordSchema(), properties);
    }

    @Override
    @SuppressWarnings("deprecation") // of SourceFunction, which this consumer is
    protected KinesisDataFetcher<RawRecord> createFetcher(
        List<String> streams,
        SourceContext<RawRecord> context,
        RuntimeContext runtime,
        Properties properties,
        KinesisDeserializationSchema<RawRecord> schema) {
      return new KinesisDataFetcher<>(
          streams,
          context,
          runtime,
          properties,
          schema,
          getShardAssigner(),
          getPeriodicWatermarkAssigner(),
          getWatermarkTracker()) {
        @Override
        protected RecordPublisherFactory createRecordPublisherFactory() {
          return new PollingRecordPublisherFactory(
              each -> new WholeAggregates(KinesisProxy.create(each)));
        }
      };
    }
  }

  private static final class RawRecordSchema implements KinesisDeserializationSchema<RawRecord> {

    private static final long serialVersionUID = 1L;

    static final TypeInformation<RawRecord> TYPE = Types.POJO(RawRecord.class);

    @Override
    public RawRecord deserialize(
        byte[] payload,
        String partitionKey,
        String sequenceNumber,
        long arrivedAtMillis,
        String stream,
        String shard) {
      return new RawRecord(payload, shard, sequenceNumber, arrivedAtMillis);
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
      return TYPE;
    }
  }
}
