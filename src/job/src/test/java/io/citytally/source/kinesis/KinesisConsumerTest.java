package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.source.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Shard;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.streaming.api.functions.source.SourceFunction;
import org.apache.flink.streaming.api.operators.StreamSource;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.model.KinesisStreamShardState;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What a consumer keeps from one start to the next; InitialPositionITCase lets it read. */
@SuppressWarnings("deprecation") // of SourceFunction, which the consumer is
class KinesisConsumerTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final SequenceNumber OLDEST =
      SentinelSequenceNumber.SENTINEL_EARLIEST_SEQUENCE_NUM.get();
  private static final SequenceNumber AT_TIMESTAMP =
      SentinelSequenceNumber.SENTINEL_AT_TIMESTAMP_SEQUENCE_NUM.get();

  @Test
  void beginsAShardWithoutAPlaceAtTheTimeOfTheFirstStart() throws Exception {
    OperatorSubtaskState beforeTheShardsAreListed = snapshot(NOON);

    assertThat(placeOfANewShard(NOON, null)).isEqualTo(AT_TIMESTAMP);
    assertThat(placeOfANewShard(null, beforeTheShardsAreListed)).isEqualTo(AT_TIMESTAMP);
    assertThat(placeOfANewShard(NOON, beforeTheShardsAreListed)).isEqualTo(AT_TIMESTAMP);
  }

  @Test
  void beginsAShardWithoutAPlaceAtItsOldestRecordWhereTheFirstStartDid() throws Exception {
    assertThat(placeOfANewShard(null, null)).isEqualTo(OLDEST);
    assertThat(placeOfANewShard(null, snapshot(null))).isEqualTo(OLDEST);
  }

  @Test
  void leavesAShardItsPlace() throws Exception {
    SequenceNumber place = new SequenceNumber("17");

    assertThat(placeOf(place, NOON, null)).isEqualTo(place);
  }

  @Test
  void failsForGoodWhereTheSnapshotBeganAtAnotherTime() throws Exception {
    OperatorSubtaskState snapshot = snapshot(NOON);

    assertThatThrownBy(() -> open(NOON.plusMillis(1), snapshot))
        .isInstanceOf(ChangedPositionException.class)
        .hasMessageContaining("snapshot began the stream at 2026-01-02T12:00:00.000Z")
        .hasMessageContaining("configured to begin at 2026-01-02T12:00:00.001Z")
        .hasMessageContaining("group citytally.source, key initial.position")
        .hasMessageContaining("set 2026-01-02T12:00:00.000Z or TRIM_HORIZON")
        .hasMessageContaining("without state in a raised epoch")
        .satisfies(
            e ->
                assertThat(
                        ThrowableClassifier.findThrowableOfThrowableType(
                            new RuntimeException(e), ThrowableType.NonRecoverableError))
                    .isPresent());
  }

  @Test
  void failsForGoodWhereTheSnapshotBeganAtTheOldestRecordAndTheJobIsToBeginAtATime()
      throws Exception {
    OperatorSubtaskState snapshot = snapshot(null);

    assertThatThrownBy(() -> open(NOON, snapshot))
        .isInstanceOf(ChangedPositionException.class)
        .hasMessageContaining("snapshot began the stream at TRIM_HORIZON");
  }

  /** Taken before snapshots held the position. */
  @Test
  void takesASnapshotWithoutAPositionForOneThatBeganAtTheOldestRecord() throws Exception {
    OperatorSubtaskState old = snapshot(NOON);
    old.getManagedOperatorState()
        .forEach(handle -> handle.getStateNameToPartitionOffsets().remove("initial-position"));

    assertThat(placeOfANewShard(null, old)).isEqualTo(OLDEST);
    assertThatThrownBy(() -> open(NOON, old)).isInstanceOf(ChangedPositionException.class);
  }

  @Test
  void everySubtaskOfAGreaterParallelismKnowsThePosition() throws Exception {
    OperatorSubtaskState snapshot = snapshot(NOON);

    for (int subtask = 0; subtask < 3; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(snapshot, 128, 1, 3, subtask);
      try (Harness harness = new Harness(consumer(NOON.plusMillis(1)), 3, subtask)) {
        assertThatThrownBy(() -> harness.initializeState(share))
            .isInstanceOf(ChangedPositionException.class);
      }
      try (Harness harness = new Harness(consumer(null), 3, subtask)) {
        assertThatCode(() -> harness.initializeState(share)).doesNotThrowAnyException();
      }
    }
  }

  private static OperatorSubtaskState snapshot(Instant timestamp) throws Exception {
    try (Harness harness = new Harness(consumer(timestamp), 1, 0)) {
      harness.initializeEmptyState();
      return harness.snapshot(1, 1);
    }
  }

  private static void open(Instant timestamp, OperatorSubtaskState snapshot) throws Exception {
    try (Harness harness = new Harness(consumer(timestamp), 1, 0)) {
      harness.initializeState(snapshot);
    }
  }

  private static SequenceNumber placeOfANewShard(Instant timestamp, OperatorSubtaskState snapshot)
      throws Exception {
    return placeOf(OLDEST, timestamp, snapshot);
  }

  /** Where a shard is read from that the connector would read from {@code place}. */
  private static SequenceNumber placeOf(
      SequenceNumber place, Instant timestamp, OperatorSubtaskState snapshot) throws Exception {
    KinesisConsumer consumer = consumer(timestamp);
    try (Harness harness = new Harness(consumer, 1, 0)) {
      harness.initializeState(snapshot);
      KinesisDataFetcher<RawRecord> fetcher =
          consumer.createFetcher(
              List.of("votes"),
              new NoRecords(),
              consumer.getRuntimeContext(),
              properties(timestamp),
              new RawRecordSchema());
      StreamShardHandle shard =
          new StreamShardHandle("votes", new Shard().withShardId("shardId-000000000000"));
      fetcher.registerNewSubscribedShardState(
          new KinesisStreamShardState(
              KinesisDataFetcher.convertToStreamShardMetadata(shard), shard, place));
      return fetcher.getSubscribedShardsState().get(0).getLastProcessedSequenceNum();
    }
  }

  private static KinesisConsumer consumer(Instant timestamp) {
    return new KinesisConsumer("votes", properties(timestamp), timestamp, Duration.ofHours(25));
  }

  private static Properties properties(Instant timestamp) {
    return new ShardConsumer(
            "eu-west-1", null, true, timestamp, Duration.ofSeconds(1), Duration.ofSeconds(1))
        .properties();
  }

  private static final class Harness extends AbstractStreamOperatorTestHarness<RawRecord> {

    Harness(KinesisConsumer consumer, int parallelism, int subtask) throws Exception {
      super(new StreamSource<>(consumer), 128, parallelism, subtask);
      setup();
    }
  }

  private static final class NoRecords implements SourceFunction.SourceContext<RawRecord> {

    @Override
    public void collect(RawRecord element) {}

    @Override
    public void collectWithTimestamp(RawRecord element, long timestamp) {}

    @Override
    public void emitWatermark(Watermark mark) {}

    @Override
    public void markAsTemporarilyIdle() {}

    @Override
    public Object getCheckpointLock() {
      return this;
    }

    @Override
    public void close() {}
  }
}
