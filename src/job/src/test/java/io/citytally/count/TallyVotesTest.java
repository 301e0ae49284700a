package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.TREES;
import static io.citytally.count.Changes.counted;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.Side;
import io.citytally.vote.Tally;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class TallyVotesTest {

  private static final Duration WINDOW = Duration.ofMillis(1_000);
  private static final Origin ORIGIN = new Origin(1, "kinesis");

  @Test
  void tellsTheHistoryWhatAnEarlierReleaseHadCounted() throws Exception {
    OperatorSubtaskState withoutHistory;
    try (var before = harness(new TallyThrottle(WINDOW, ORIGIN))) {
      before.open();
      before.processElement(counted(taken(1, PARK, 1)), 0);
      before.processElement(counted(taken(2, PARK, 2)), 0);
      before.processElement(counted(taken(3, POOL, 3)), 0);
      before.processElement(counted(left(3, POOL, 4)), 0);
      before.processElement(counted(taken(4, TREES, 5)), 0);
      before.processElement(
          counted(ChoiceChange.of(Changes.ballot(5, PARK, 6), Side.NEW_TURNOUT)), 0);
      withoutHistory = before.snapshot(1, 1);
    }

    try (var first = harness(new TallyVotes(WINDOW, WINDOW, ORIGIN))) {
      first.initializeState(withoutHistory);
      first.open();

      assertThat(toldBy(first))
          .containsExactlyInAnyOrder(
              undated("North", HistoryKey.VOTES, 3, 1),
              undated("South", HistoryKey.VOTES, 1, 0),
              undated("North", HistoryKey.BALLOTS, 1, 0),
              new KeyIncrement(HistoryKey.ofCity(HistoryKey.VOTES, HistoryKey.UNDATED_TIME), 4, 1),
              new KeyIncrement(
                  HistoryKey.ofCity(HistoryKey.BALLOTS, HistoryKey.UNDATED_TIME), 1, 0));
    }
  }

  @Test
  void tellsItOnce() throws Exception {
    OperatorSubtaskState snapshot;
    try (var first = harness(new TallyVotes(WINDOW, WINDOW, ORIGIN))) {
      first.open();
      first.processElement(counted(taken(1, PARK, 1)), 0);
      snapshot = first.snapshot(1, 1);

      assertThat(toldBy(first)).as("by a job that begins").isEmpty();
    }

    try (var next = harness(new TallyVotes(WINDOW, WINDOW, ORIGIN))) {
      next.initializeState(snapshot);
      next.open();

      assertThat(toldBy(next)).as("by one that goes on").isEmpty();
    }
  }

  @Test
  void writesATurnoutLessOftenThanTotals() throws Exception {
    Duration turnoutWindow = WINDOW.multipliedBy(10);
    try (var tally = harness(new TallyVotes(WINDOW, turnoutWindow, ORIGIN))) {
      tally.open();
      for (long id = 1; id <= 3; id++) {
        tally.processElement(counted(taken(id, PARK, id)), 0);
        tally.processElement(counted(ballot(id)), 0);
      }

      tally.setProcessingTime(turnoutWindow.toMillis() - 1);
      List<Long> totals = tally.extractOutputValues().stream().map(each -> each.added).toList();
      List<Long> early = turnouts(tally);
      tally.setProcessingTime(turnoutWindow.toMillis());

      assertThat(totals).containsExactly(1L, 3L);
      assertThat(early).containsExactly(1L);
      assertThat(turnouts(tally)).containsExactly(1L, 3L);
    }
  }

  @Test
  void aClockThatIsSetBackHoldsUpNeitherKind() throws Exception {
    Duration turnoutWindow = WINDOW.multipliedBy(10);
    TallyVotes operator = new TallyVotes(WINDOW, turnoutWindow, ORIGIN);
    try (var tally = harness(operator)) {
      tally.open();
      long noon = Duration.ofHours(12).toMillis();
      long eleven = Duration.ofHours(11).toMillis();
      tally.setProcessingTime(noon);
      for (long id = 1; id <= 2; id++) {
        tally.processElement(counted(taken(id, PARK, id)), 0);
        tally.processElement(counted(ballot(id)), 0);
      }
      tally.setProcessingTime(eleven);
      operator.ofChoices.onProcessingTime(noon + WINDOW.toMillis());
      tally.processElement(counted(taken(3, POOL, 3)), 0);
      tally.processElement(counted(taken(4, POOL, 4)), 0);

      tally.setProcessingTime(eleven + WINDOW.toMillis());
      operator.ofTurnouts.onProcessingTime(noon + turnoutWindow.toMillis());

      assertThat(tally.extractOutputValues())
          .containsExactly(
              new Tally(PARK, 1, 1, 0),
              new Tally(PARK, 1, 2, 0),
              new Tally(POOL, 1, 1, 0),
              new Tally(POOL, 1, 2, 0));
      assertThat(turnouts(tally)).containsExactly(1L, 2L);
    }
  }

  private static ChoiceChange ballot(long id) {
    return ChoiceChange.of(Changes.ballot(id, PARK, id), Side.NEW_TURNOUT);
  }

  private static List<Long> turnouts(
      KeyedOneInputStreamOperatorTestHarness<Choice, KeyIncrement, Tally> tally) {
    return tally.getSideOutput(TallyThrottle.TURNOUT).stream()
        .map(record -> record.getValue().added)
        .toList();
  }

  private static KeyIncrement undated(String region, String kind, long added, long removed) {
    return new KeyIncrement(
        HistoryKey.ofRegion(region, kind, HistoryKey.UNDATED_TIME), added, removed);
  }

  private static List<KeyIncrement> toldBy(
      KeyedOneInputStreamOperatorTestHarness<Choice, KeyIncrement, Tally> harness) {
    var told = harness.getSideOutput(TallyVotes.BEFORE_HISTORY);
    return told == null ? List.of() : told.stream().map(StreamRecord::getValue).toList();
  }

  private static KeyedOneInputStreamOperatorTestHarness<Choice, KeyIncrement, Tally> harness(
      TallyThrottle operator) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        operator, KeyIncrement::key, ChoiceSerializer.TYPE);
  }
}
