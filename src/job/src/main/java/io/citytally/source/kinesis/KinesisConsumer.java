package io.citytally.source.kinesis;

import io.citytally.source.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisherFactory;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.polling.PollingRecordPublisherFactory;
import org.apache.flink.streaming.connectors.kinesis.model.KinesisStreamShardState;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxy;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;
import org.jspecify.annotations.Nullable;

/**
 * Polls a Kinesis stream as its parent does, with three differences: aggregates come through {@link
 * WholeAggregates}, the {@link StreamRetention} is checked at each start, and where the first start
 * began holds for all that follow.
 *
 * <h2>Where the first start began</h2>
 *
 * <p>The connector's checkpoint holds no place for a shard of which no record has come, only that
 * it was to be read from a time. It looks up that time in the configuration of the job that
 * restarts. And a checkpoint that is taken before the shards are listed holds none: the restarted
 * job would read them all from their oldest record. So the first start's position is state of its
 * own, wins over the configuration, and applies to every shard without a place.
 *
 * <p>A shard that a split or merge made later has no place, either, and is read from the same time.
 * That is its oldest record, for the time had passed before the shard was made.
 */
final class KinesisConsumer extends FlinkKinesisConsumer<RawRecord> {

  private static final long serialVersionUID = 1L;

  /** One entry, of the same name. Broadcast state, so that each subtask finds it in a snapshot. */
  private static final MapStateDescriptor<String, String> INITIAL_POSITION =
      new MapStateDescriptor<>("initial-position", Types.STRING, Types.STRING);

  private final Properties configured;
  private final String streamName;
  private final @Nullable Instant configuredTimestamp;
  private final Duration remembered;

  private transient String initialPosition;

  /**
   * @param configured what the connector is told; its position is that of {@code
   *     configuredTimestamp}
   * @param configuredTimestamp where a job without state begins; null for the oldest record
   * @param remembered how long the job remembers a change
   */
  KinesisConsumer(
      String streamName,
      Properties configured,
      @Nullable Instant configuredTimestamp,
      Duration remembered) {
    super(streamName, new RawRecordSchema(), configured);
    this.configured = configured;
    this.streamName = streamName;
    this.configuredTimestamp = configuredTimestamp;
    this.remembered = remembered;
  }

  /**
   * @throws ChangedPositionException if the snapshot began at another position than the time that
   *     is configured
   */
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    JobClassLoader.releaseAfter(getRuntimeContext());
    super.initializeState(context);
    BroadcastState<String, String> state =
        context.getOperatorStateStore().getBroadcastState(INITIAL_POSITION);
    String configuredPosition = InitialPosition.of(configuredTimestamp);
    initialPosition = state.get(INITIAL_POSITION.getName());
    if (initialPosition == null) {
      // A snapshot without it was taken before jobs could begin at a time.
      initialPosition = context.isRestored() ? InitialPosition.OLDEST : configuredPosition;
    }
    if (configuredTimestamp != null && !configuredPosition.equals(initialPosition)) {
      throw new ChangedPositionException(initialPosition, configuredPosition);
    }
    state.put(INITIAL_POSITION.getName(), initialPosition);
  }

  /**
   * @throws IllegalStateException if the stream keeps records for as long as the job remembers, or
   *     longer; or if the job may not ask for how long it does
   */
  @Override
  @SuppressWarnings("deprecation") // of SourceFunction, which this consumer is
  public void run(SourceContext<RawRecord> context) throws Exception {
    if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      new StreamRetention(configured, streamName).check(remembered);
    }
    super.run(context);
  }

  @Override
  @SuppressWarnings("deprecation") // of SourceFunction, which this consumer is
  protected KinesisDataFetcher<RawRecord> createFetcher(
      List<String> streams,
      SourceContext<RawRecord> context,
      RuntimeContext runtime,
      Properties properties,
      KinesisDeserializationSchema<RawRecord> schema) {
    Properties resolved = new Properties();
    resolved.putAll(properties);
    InitialPosition.set(resolved, initialPosition);
    boolean isTimestamp = !initialPosition.equals(InitialPosition.OLDEST);
    return new KinesisDataFetcher<>(
        streams,
        context,
        runtime,
        resolved,
        schema,
        getShardAssigner(),
        getPeriodicWatermarkAssigner(),
        getWatermarkTracker()) {
      @Override
      public int registerNewSubscribedShardState(KinesisStreamShardState shard) {
        if (isTimestamp
            && SentinelSequenceNumber.SENTINEL_EARLIEST_SEQUENCE_NUM
                .get()
                .equals(shard.getLastProcessedSequenceNum())) {
          shard.setLastProcessedSequenceNum(
              SentinelSequenceNumber.SENTINEL_AT_TIMESTAMP_SEQUENCE_NUM.get());
        }
        return super.registerNewSubscribedShardState(shard);
      }

      @Override
      protected RecordPublisherFactory createRecordPublisherFactory() {
        return new PollingRecordPublisherFactory(
            each -> new WholeAggregates(KinesisProxy.create(each)));
      }
    };
  }
}
