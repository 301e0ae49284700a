package io.citytally.source;

import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.plain;
import static io.citytally.source.ChangeRecords.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodeVoteChangesTest {

  private static final Choice TREES = new Choice("Nord", "trees");
  private static final Choice NOWHERE = new Choice("", "trees");
  private static final long MICROS = 1_700_000_000_123_456L;

  private final MetricListener metrics = new MetricListener();
  private OneInputStreamOperatorTestHarness<RawRecord, VoteChange> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new DecodeVoteChanges(
                    VoteChangeDecoder.forKinesis("votes"),
                    Admission.ofAtMost(10, TotalsReader.NONE))),
            new MockEnvironmentBuilder().setMetricGroup(new TaskMetrics()).build());
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void aVoteGoesOn() throws Exception {
    decode(raw(insert("v1", TREES, MICROS)));

    assertThat(harness.extractOutputValues())
        .extracting(change -> change.newChoice)
        .containsExactly(TREES);
    assertThat(rejected()).isEmpty();
    assertThat(counter("votesRejected")).isZero();
    assertThat(counter("votesUnchanged")).isZero();
  }

  @Test
  void whatCannotBeCountedIsRejectedWithEverythingToFindIt() throws Exception {
    byte[] payload = "vote for Süd".getBytes(StandardCharsets.UTF_8);

    decode(new RawRecord(payload, "shardId-7", "4711", 1_700_000_000_123L));

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(rejected())
        .containsExactly(
            new RejectedVote(
                "shardId-7",
                "4711-090ea9a3036b054e",
                "not JSON: malformed near character 0",
                "vote *** ***",
                1_700_000_000_123L));
    assertThat(counter("votesRejected")).isEqualTo(1);
  }

  @Test
  void aVoteThatBecomesUncountableGoesOnAndIsRejected() throws Exception {
    decode(raw(modify("v1", TREES, NOWHERE, MICROS)));

    assertThat(harness.extractOutputValues())
        .extracting(change -> change.oldChoice)
        .containsExactly(TREES);
    assertThat(rejected()).extracting(vote -> vote.reason).containsExactly("region is empty");
    assertThat(counter("votesRejected")).isEqualTo(1);
  }

  @Test
  void anUnchangedVoteIsOnlyCounted() throws Exception {
    decode(raw(modify("v1", TREES, TREES, MICROS)));

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(rejected()).isEmpty();
    assertThat(counter("votesUnchanged")).isEqualTo(1);
    assertThat(counter("votesRejected")).isZero();
  }

  @Test
  void aRestartReadsAgainWhatCameAfterTheNewestCompleteCheckpoint() throws Exception {
    assertThat(replayAge()).isZero();
    decode(raw(insert("v1", TREES, MICROS)));
    harness.snapshot(1, 1);
    assertThat(replayAge()).isPositive();

    harness.notifyOfCompletedCheckpoint(1);
    assertThat(replayAge()).isZero();
    decode(raw(insert("v2", TREES, MICROS)));
    harness.snapshot(2, 2);
    harness.snapshot(3, 3);

    assertThat(replayAge()).isPositive();
    harness.notifyOfCompletedCheckpoint(3);
    assertThat(replayAge()).isZero();
  }

  private long replayAge() {
    return metrics.<Long>getGauge("kinesisanalytics", "replayAgeMillis").orElseThrow().getValue();
  }

  @Test
  void rejectedRecordsOfOneAggregateHavePositionsOfTheirOwn() throws Exception {
    decode(raw(plain("v1", NOWHERE)), raw(plain("v2", NOWHERE)), raw(plain("v1", NOWHERE)));

    List<String> positions = rejected().stream().map(vote -> vote.position).toList();

    assertThat(positions.get(0)).isNotEqualTo(positions.get(1)).isEqualTo(positions.get(2));
  }

  @Test
  void aLongPayloadIsCut() throws Exception {
    decode(raw("x".repeat(1_000_000)));

    assertThat(rejected())
        .extracting(vote -> vote.payload)
        .containsExactly("*".repeat(RejectedVote.MAX_PAYLOAD_BYTES));
  }

  @Test
  void nothingThatTravelsNeedsKryo() {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(RawRecord.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(VoteChange.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(RejectedVote.class);
  }

  private void decode(RawRecord... records) throws Exception {
    for (RawRecord record : records) {
      harness.processElement(record, 0);
    }
  }

  private List<RejectedVote> rejected() {
    return Stream.ofNullable(harness.getSideOutput(DecodeVoteChanges.REJECTED))
        .flatMap(votes -> votes.stream())
        .map(vote -> vote.getValue())
        .toList();
  }

  private long counter(String name) {
    return metrics.getCounter("kinesisanalytics", name).map(Counter::getCount).orElseThrow();
  }

  /** Hands out the listener's groups: the harness itself registers no metric. */
  private final class TaskMetrics extends InterceptingTaskMetricGroup {

    /** Overrides the method of Flink 1.20. */
    @SuppressWarnings("MissingOverride") // there is nothing to override in Flink 2
    public InternalOperatorMetricGroup getOrAddOperator(OperatorID id, String name) {
      return operator();
    }

    /** Overrides the method of Flink 2. */
    @SuppressWarnings("MissingOverride") // there is nothing to override in Flink 1.20
    public InternalOperatorMetricGroup getOrAddOperator(
        OperatorID id, String name, Map<String, String> variables) {
      return operator();
    }

    private InternalOperatorMetricGroup operator() {
      return new InterceptingOperatorMetricGroup() {
        @Override
        public MetricGroup addGroup(String name) {
          return metrics.getMetricGroup().addGroup(name);
        }
      };
    }
  }
}
