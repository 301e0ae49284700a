package io.citytally.source;

import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.plain;
import static io.citytally.source.ChangeRecords.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.metric.Metric;
import io.citytally.metric.RecordedMetrics;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
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

  private final RecordedMetrics metrics = new RecordedMetrics();
  private OneInputStreamOperatorTestHarness<RawRecord, VoteChange> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new DecodeVoteChanges(
                    VoteChangeDecoder.forKinesis("votes", 1),
                    Admission.ofAtMost(10, TotalsReader.NONE))),
            new MockEnvironmentBuilder().setMetricGroup(metrics.task()).build());
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
    assertThat(metrics.counter(Metric.VOTES_REJECTED)).isZero();
    assertThat(metrics.counter(Metric.VOTES_UNCHANGED)).isZero();
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
    assertThat(metrics.counter(Metric.VOTES_REJECTED)).isEqualTo(1);
  }

  @Test
  void aVoteThatBecomesUncountableGoesOnAndIsRejected() throws Exception {
    decode(raw(modify("v1", TREES, NOWHERE, MICROS)));

    assertThat(harness.extractOutputValues())
        .extracting(change -> change.oldChoice)
        .containsExactly(TREES);
    assertThat(rejected()).extracting(vote -> vote.reason).containsExactly("region is empty");
    assertThat(metrics.counter(Metric.VOTES_REJECTED)).isEqualTo(1);
  }

  @Test
  void anUnchangedVoteIsOnlyCounted() throws Exception {
    decode(raw(modify("v1", TREES, TREES, MICROS)));

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(rejected()).isEmpty();
    assertThat(metrics.counter(Metric.VOTES_UNCHANGED)).isEqualTo(1);
    assertThat(metrics.counter(Metric.VOTES_REJECTED)).isZero();
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

  @Test
  void theLagIsTheAgeOfTheLastRecordThatWasRead() throws Exception {
    assertThat(metrics.gauge(Metric.LAG)).isZero();
    RawRecord late = raw(insert("v1", TREES, MICROS));
    late.arrivedAtMillis = System.currentTimeMillis() - 3_600_000;
    decode(late);

    assertThat(metrics.gauge(Metric.LAG)).isBetween(3_600_000.0, 3_660_000.0);

    RawRecord inTime = raw(insert("v2", TREES, MICROS));
    inTime.arrivedAtMillis = System.currentTimeMillis();
    decode(inTime);
    assertThat(metrics.gauge(Metric.LAG)).isLessThan(60_000);
  }

  private long replayAge() {
    return (long) metrics.gauge(Metric.REPLAY_AGE);
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
}
