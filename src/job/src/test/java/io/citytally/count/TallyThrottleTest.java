package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TallyThrottleTest {

  private static final Duration WINDOW = Duration.ofMillis(1_000);
  private static final long EPOCH = 7;
  private static final Origin ORIGIN = new Origin(EPOCH, "kinesis");
  private static final int MAX_PARALLELISM = 128;

  @Test
  void countsTheFirstVoteForAQuietKeyAtOnce() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);

      assertThat(harness.extractOutputValues()).containsExactly(new Tally(PARK, EPOCH, 1, 0));
    }
  }

  @Test
  void gathersFurtherVotesForAWindow() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.setProcessingTime(10);
      harness.processElement(taken(2, PARK, 2), 0);
      harness.setProcessingTime(1_000);
      harness.processElement(taken(3, PARK, 3), 0);
      harness.processElement(left(1, PARK, 4), 0);
      harness.setProcessingTime(1_009);

      assertThat(harness.extractOutputValues()).hasSize(1);

      harness.setProcessingTime(1_010);

      assertThat(harness.extractOutputValues())
          .containsExactly(new Tally(PARK, EPOCH, 1, 0), new Tally(PARK, EPOCH, 3, 1));
    }
  }

  @Test
  void gathersAgainAfterWhatWasGathered() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.processElement(taken(2, PARK, 2), 0);
      harness.setProcessingTime(1_000);
      harness.processElement(taken(3, PARK, 3), 0);

      assertThat(harness.extractOutputValues()).hasSize(2);

      harness.setProcessingTime(2_000);

      assertThat(harness.extractOutputValues()).hasSize(3).endsWith(new Tally(PARK, EPOCH, 3, 0));
    }
  }

  @Test
  void countsAtOnceAgainAWindowAfterTheLastTime() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.setProcessingTime(500);
      harness.processElement(taken(2, PARK, 2), 0);
      harness.setProcessingTime(1_500);
      harness.setProcessingTime(2_499);
      harness.processElement(taken(3, PARK, 3), 0);

      assertThat(harness.extractOutputValues()).hasSize(2);

      harness.setProcessingTime(3_499);
      harness.setProcessingTime(4_499);
      harness.processElement(taken(4, PARK, 4), 0);

      assertThat(harness.extractOutputValues()).hasSize(4).endsWith(new Tally(PARK, EPOCH, 4, 0));
    }
  }

  @Test
  void keepsNoTimerAndNothingButTheTotalsOfAQuietKey() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.processElement(taken(2, PARK, 1), 0);
      harness.setProcessingTime(1_000);
      harness.setProcessingTime(2_000);

      assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isZero();
      assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void countsEachKeyInItsOwnWindow() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.setProcessingTime(600);
      harness.processElement(taken(2, POOL, 2), 0);
      harness.processElement(taken(3, POOL, 3), 0);
      harness.setProcessingTime(1_599);

      assertThat(harness.extractOutputValues())
          .containsExactly(new Tally(PARK, EPOCH, 1, 0), new Tally(POOL, EPOCH, 1, 0));

      harness.setProcessingTime(1_600);

      assertThat(harness.extractOutputValues()).endsWith(new Tally(POOL, EPOCH, 2, 0));
    }
  }

  @Test
  void countsWhatWasGatheredBeforeARestartWithAnotherWindow() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.processElement(taken(2, PARK, 2), 0);
      snapshot = harness.snapshot(1, 1);
    }

    try (Harness harness = new Harness(Duration.ofMillis(50), ORIGIN, 1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.setProcessingTime(1_000);

      assertThat(harness.extractOutputValues()).containsExactly(new Tally(PARK, EPOCH, 2, 0));

      harness.processElement(taken(3, PARK, 3), 0);
      harness.setProcessingTime(1_050);

      assertThat(harness.extractOutputValues()).endsWith(new Tally(PARK, EPOCH, 3, 0));
    }
  }

  @Test
  void countsAtOnceAgainOnceNothingWasWrittenForAWindow() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.setProcessingTime(1_000);
      harness.processElement(taken(2, PARK, 2), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(new Tally(PARK, EPOCH, 1, 0), new Tally(PARK, EPOCH, 2, 0));
    }
  }

  @Test
  void countsForEachKeyWhatWasGatheredBeforeARestart() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.processElement(taken(2, PARK, 2), 0);
      harness.processElement(taken(3, POOL, 3), 0);
      harness.processElement(left(3, POOL, 4), 0);
      harness.processElement(taken(4, Changes.TREES, 5), 0);
      snapshot = harness.snapshot(1, 1);
    }

    try (Harness harness = new Harness(WINDOW, ORIGIN, 1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.setProcessingTime(1);

      assertThat(harness.extractOutputValues())
          .containsExactlyInAnyOrder(new Tally(PARK, EPOCH, 2, 0), new Tally(POOL, EPOCH, 1, 1));
    }
  }

  @Test
  void saysNothingAfterASecondRestartOfWhatWasWrittenAfterTheFirst() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.processElement(taken(2, PARK, 2), 0);
      snapshot = harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(WINDOW, ORIGIN, 1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.setProcessingTime(1);
      snapshot = harness.snapshot(2, 2);
    }

    try (Harness harness = new Harness(WINDOW, ORIGIN, 1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.setProcessingTime(5_000);

      assertThat(harness.extractOutputValues()).isEmpty();

      harness.processElement(taken(3, PARK, 3), 0);

      assertThat(harness.extractOutputValues()).containsExactly(new Tally(PARK, EPOCH, 3, 0));
    }
  }

  @Test
  void handsOnTheEndOfTheInput() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processWatermark(Watermark.MAX_WATERMARK);

      assertThat(harness.getOutput()).containsExactly(Watermark.MAX_WATERMARK);
    }
  }

  @Test
  void takesTheShortestWindow() {
    assertThat(new TallyThrottle(Duration.ofMillis(1), ORIGIN)).isNotNull();
  }

  @Test
  void countsWhatIsGatheredWhenTheInputEnds() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      harness.processElement(taken(2, PARK, 2), 0);
      harness.processWatermark(Watermark.MAX_WATERMARK);

      assertThat(harness.extractOutputValues()).endsWith(new Tally(PARK, EPOCH, 2, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {EPOCH - 1, EPOCH + 1})
  void failsForGoodBeforeTheFirstVoteWhereTheSnapshotCountedInAnotherEpoch(long epoch)
      throws Exception {
    OperatorSubtaskState snapshot = snapshotOfOneVote();

    try (Harness harness = new Harness(WINDOW, new Origin(epoch, "kinesis"), 1, 0)) {
      assertThatThrownBy(() -> harness.initializeState(snapshot))
          .isInstanceOf(ChangedEpochException.class)
          .hasMessageContaining("snapshot counted in epoch 7")
          .hasMessageContaining("configured with epoch " + epoch)
          .hasMessageContaining("group citytally.count, key epoch")
          .hasMessageContaining("keep epoch 7")
          .hasMessageContaining("only to start without state")
          .hasMessageContaining("counted a second time")
          .satisfies(TallyThrottleTest::isForGood);
    }
  }

  @Test
  void everySubtaskOfAGreaterParallelismKnowsTheEpochOfTheSnapshot() throws Exception {
    OperatorSubtaskState snapshot = snapshotOfOneVote();

    for (int subtask = 0; subtask < 3; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              snapshot, MAX_PARALLELISM, 1, 3, subtask);
      try (Harness harness = new Harness(WINDOW, new Origin(EPOCH + 1, "kinesis"), 3, subtask)) {
        assertThatThrownBy(() -> harness.initializeState(share))
            .isInstanceOf(ChangedEpochException.class);
      }
    }
  }

  @Test
  void remembersTheEpochThroughSeveralSnapshots() throws Exception {
    OperatorSubtaskState second;
    try (Harness harness = new Harness(WINDOW, ORIGIN, 1, 0)) {
      harness.initializeState(snapshotOfOneVote());
      harness.open();
      harness.processElement(taken(2, PARK, 2), 0);
      second = harness.snapshot(2, 2);
    }

    try (Harness harness = new Harness(WINDOW, new Origin(EPOCH + 1, "kinesis"), 1, 0)) {
      assertThatThrownBy(() -> harness.initializeState(second))
          .isInstanceOf(ChangedEpochException.class);
    }
  }

  @Test
  void failsForGoodBeforeTheFirstVoteWhereTheSnapshotCountedFromAnotherKindOfSource()
      throws Exception {
    OperatorSubtaskState snapshot = snapshotOfOneVote();

    try (Harness harness = new Harness(WINDOW, new Origin(EPOCH, "dynamodb-streams"), 1, 0)) {
      assertThatThrownBy(() -> harness.initializeState(snapshot))
          .isInstanceOf(ChangedSourceException.class)
          .hasMessageContaining("snapshot counted changes from source kinesis")
          .hasMessageContaining("configured with source dynamodb-streams")
          .hasMessageContaining("group citytally.source, key source")
          .hasMessageContaining("would count twice")
          .hasMessageContaining("back to kinesis")
          .hasMessageContaining("without state in epoch 8")
          .satisfies(TallyThrottleTest::isForGood);
    }
  }

  @Test
  void everySubtaskOfAGreaterParallelismKnowsTheSourceOfASecondSnapshot() throws Exception {
    OperatorSubtaskState second;
    try (Harness harness = new Harness(WINDOW, ORIGIN, 1, 0)) {
      harness.initializeState(snapshotOfOneVote());
      harness.open();
      second = harness.snapshot(2, 2);
    }

    for (int subtask = 0; subtask < 3; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              second, MAX_PARALLELISM, 1, 3, subtask);
      try (Harness harness =
          new Harness(WINDOW, new Origin(EPOCH, "dynamodb-streams"), 3, subtask)) {
        assertThatThrownBy(() -> harness.initializeState(share))
            .isInstanceOf(ChangedSourceException.class);
      }
    }
  }

  /** Taken before snapshots held the kind of source. */
  @Test
  void acceptsASnapshotWithoutTheSourceAndRemembersItsOwnFromThen() throws Exception {
    OperatorSubtaskState old = snapshotOfOneVote();
    old.getManagedOperatorState()
        .forEach(handle -> handle.getStateNameToPartitionOffsets().remove("source"));
    OperatorSubtaskState next;
    try (Harness harness = new Harness(WINDOW, new Origin(EPOCH, "dynamodb-streams"), 1, 0)) {
      harness.initializeState(old);
      harness.open();
      next = harness.snapshot(2, 2);
    }

    try (Harness harness = new Harness(WINDOW, ORIGIN, 1, 0)) {
      assertThatThrownBy(() -> harness.initializeState(next))
          .isInstanceOf(ChangedSourceException.class)
          .hasMessageContaining("from source dynamodb-streams");
    }
  }

  private static void isForGood(Throwable e) {
    assertThat(
            ThrowableClassifier.findThrowableOfThrowableType(
                new RuntimeException(e), ThrowableType.NonRecoverableError))
        .isPresent();
  }

  @Test
  void needsAWindowOfAtLeastAMillisecond() {
    assertThatThrownBy(() -> new TallyThrottle(Duration.ofNanos(999_999), ORIGIN))
        .hasMessageContaining("at least 1 ms");
    assertThat(new ThrottleTrigger(Duration.ofMillis(1))).hasToString("ThrottleTrigger(1 ms)");
    assertThatThrownBy(() -> new ThrottleTrigger(Duration.ofNanos(999_999)))
        .hasMessageContaining("at least 1 ms");
  }

  @Test
  void needsAnEpochFromOne() {
    assertThatThrownBy(() -> new Origin(0, "kinesis"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1, not 0");
  }

  @Property(tries = 200)
  void writesAtMostOncePerWindowAndNeverLaterThanOne(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Map<Choice, Long> lastWrite = new HashMap<>();
    Map<Choice, Long> oldestUnwritten = new HashMap<>();
    Map<Choice, Tally> truth = new HashMap<>();
    Map<Choice, Tally> written = new HashMap<>();
    List<Choice> keys = List.of(PARK, POOL, Changes.TREES);
    try (Harness harness = open(WINDOW)) {
      long now = 0;
      for (int step = 0; step < 200; step++) {
        if (random.nextBoolean()) {
          Choice key = keys.get(random.nextInt(keys.size()));
          boolean taken = random.nextInt(4) > 0;
          harness.processElement(taken ? taken(step, key, step) : left(step, key, step), 0);
          oldestUnwritten.putIfAbsent(key, now);
          truth.merge(
              key,
              new Tally(key, EPOCH, taken ? 1 : 0, taken ? 0 : 1),
              (a, b) -> a.plus(b.added, b.removed));
        } else {
          now += random.nextInt((int) WINDOW.toMillis());
          harness.setProcessingTime(now);
        }
        for (Tally tally : harness.takeOutputValues()) {
          Long before = lastWrite.put(tally.key, now);
          assertThat(before == null || now - before >= WINDOW.toMillis()).isTrue();
          written.put(tally.key, tally);
          oldestUnwritten.remove(tally.key);
        }
        for (long since : oldestUnwritten.values()) {
          assertThat(now - since).isLessThan(WINDOW.toMillis());
        }
      }
      harness.setProcessingTime(now + WINDOW.toMillis());
      harness.takeOutputValues().forEach(tally -> written.put(tally.key, tally));
    }
    assertThat(written).isEqualTo(truth);
  }

  /** A timer's delay is computed when it is registered, so it fires in time by no clock. */
  @Test
  void aClockThatIsSetBackHoldsUpNoChoice() throws Exception {
    TallyThrottle operator = new TallyThrottle(WINDOW, ORIGIN);
    try (Harness harness = new Harness(operator, 1, 0)) {
      harness.open();
      long noon = Duration.ofHours(12).toMillis();
      long eleven = Duration.ofHours(11).toMillis();
      harness.setProcessingTime(noon);
      harness.processElement(taken(1, PARK, 1), 0);
      harness.setProcessingTime(noon + 100);
      harness.processElement(taken(2, PARK, 2), 0);
      harness.setProcessingTime(eleven);
      operator.ofChoices.onProcessingTime(noon + WINDOW.toMillis());
      harness.processElement(taken(3, POOL, 3), 0);
      harness.processElement(taken(4, POOL, 4), 0);
      harness.takeOutputValues();

      harness.setProcessingTime(eleven + WINDOW.toMillis());

      assertThat(harness.takeOutputValues())
          .containsExactly(new Tally(PARK, EPOCH, 2, 0), new Tally(POOL, EPOCH, 2, 0));
    }
  }

  private static OperatorSubtaskState snapshotOfOneVote() throws Exception {
    try (Harness harness = open(WINDOW)) {
      harness.processElement(taken(1, PARK, 1), 0);
      return harness.snapshot(1, 1);
    }
  }

  private static Harness open(Duration window) throws Exception {
    Harness harness = new Harness(window, ORIGIN, 1, 0);
    harness.open();
    return harness;
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<Choice, KeyIncrement, Tally> {

    Harness(Duration window, Origin origin, int parallelism, int subtask) throws Exception {
      this(new TallyThrottle(window, origin), parallelism, subtask);
    }

    Harness(TallyThrottle operator, int parallelism, int subtask) throws Exception {
      super(
          operator,
          KeyIncrement::key,
          ChoiceSerializer.TYPE,
          MAX_PARALLELISM,
          parallelism,
          subtask);
    }

    void processElement(ChoiceChange change, long timestamp) throws Exception {
      processElement(Changes.counted(change), timestamp);
    }

    List<Tally> takeOutputValues() {
      List<Tally> values = new ArrayList<>(extractOutputValues());
      getOutput().clear();
      return values;
    }
  }
}
