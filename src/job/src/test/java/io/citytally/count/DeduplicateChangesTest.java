package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.ballot;
import static io.citytally.count.Changes.cast;
import static io.citytally.count.Changes.change;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static io.citytally.count.Changes.withdrawn;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DeduplicateChangesTest {

  private static final Duration TIME_TO_LIVE = Duration.ofHours(25);
  private static final Duration RECASTABLE_TIME_TO_LIVE = Duration.ofDays(31);
  private static final int MAX_PARALLELISM = 128;

  @Test
  void letsAChangeThroughAsItsTwoSides() throws Exception {
    try (Harness harness = open()) {
      harness.processElement(change(1, PARK, POOL, 10), 0);

      assertThat(harness.extractOutputValues())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(
              ChoiceChange.left(change(1, PARK, POOL, 10)),
              ChoiceChange.taken(change(1, PARK, POOL, 10)));
    }
  }

  @Test
  void letsACastAndAWithdrawnVoteThroughAsOneSideEach() throws Exception {
    try (Harness harness = open()) {
      harness.processElement(cast(1, PARK, 10), 0);
      harness.processElement(withdrawn(1, PARK, 20), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(taken(1, PARK, 10), left(1, PARK, 20));
    }
  }

  @Test
  void countsAVoteOnceWhenTheStreamRepeatsIt() throws Exception {
    try (Harness harness = open()) {
      harness.processElement(cast(1, PARK, 10), 0);
      harness.processElement(cast(2, PARK, 11), 0);
      harness.processElement(cast(1, PARK, 10), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(taken(1, PARK, 10), taken(2, PARK, 11));
    }
  }

  @Test
  void countsTheSameChoiceAgainWhenItIsAnotherChange() throws Exception {
    try (Harness harness = open()) {
      harness.processElement(cast(1, PARK, 10), 0);
      harness.processElement(withdrawn(1, PARK, 20), 0);
      harness.processElement(cast(1, PARK, 30), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(taken(1, PARK, 10), left(1, PARK, 20), taken(1, PARK, 30));
    }
  }

  @Test
  void remembersAcrossARestartWithAnotherParallelism() throws Exception {
    List<VoteChange> changes = new ArrayList<>();
    for (long vote = 0; vote < 1_000; vote++) {
      changes.add(cast(vote, PARK, vote));
    }
    OperatorSubtaskState snapshot;
    int keys;
    try (Harness harness = open()) {
      for (VoteChange change : changes) {
        harness.processElement(change, 0);
      }
      snapshot = harness.snapshot(1, 1);
      keys = harness.numKeyedStateEntries();
    }

    int restoredKeys = 0;
    for (int subtask = 0; subtask < 3; subtask++) {
      try (Harness harness = new Harness(3, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                snapshot, MAX_PARALLELISM, 1, 3, subtask));
        harness.open();
        restoredKeys += harness.numKeyedStateEntries();
        for (VoteChange change : changes) {
          if (harness.owns(change)) {
            harness.processElement(change, 0);
          }
        }

        assertThat(harness.extractOutputValues()).isEmpty();
      }
    }
    assertThat(restoredKeys).isEqualTo(keys).isPositive();
  }

  /** What one subtask has forgotten in its filter, another may have to answer for. */
  @Test
  void remembersAcrossARestartWhateverTimesItsSubtasksHadReached() throws Exception {
    List<VoteChange> changes = new ArrayList<>();
    long[] beginMicros = {10_000, 20_000, 0};
    OperatorSubtaskState[] snapshots = new OperatorSubtaskState[3];
    for (int subtask = 0; subtask < 3; subtask++) {
      try (Harness harness = new Harness(3, subtask)) {
        harness.open();
        for (long vote = 0; vote < 1_000; vote++) {
          VoteChange change = cast(vote, PARK, vote + beginMicros[subtask]);
          if (harness.owns(change)) {
            harness.processElement(change, 0);
            changes.add(change);
          }
        }
        snapshots[subtask] = harness.snapshot(1, 1);
      }
    }
    OperatorSubtaskState whole = AbstractStreamOperatorTestHarness.repackageState(snapshots);

    for (int subtask = 0; subtask < 4; subtask++) {
      try (Harness harness = new Harness(4, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                whole, MAX_PARALLELISM, 3, 4, subtask));
        harness.open();
        for (VoteChange change : changes) {
          if (harness.owns(change)) {
            harness.processElement(change, 0);
          }
        }

        assertThat(harness.extractOutputValues()).isEmpty();
      }
    }
  }

  @Test
  void remembersAcrossASecondRestartWhatNoOneHasSeenSinceTheFirst() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = open()) {
      harness.processElement(cast(1, PARK, 10), 0);
      snapshot = harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.processElement(cast(2, PARK, 5), 0);
      snapshot = harness.snapshot(2, 2);
    }

    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.processElement(cast(1, PARK, 10), 0);

      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  @Test
  void remembersForItsTimeToLiveAndNoLonger() throws Exception {
    try (Harness harness = open()) {
      harness.setStateTtlProcessingTime(0);
      harness.processElement(cast(1, PARK, 10), 0);
      harness.snapshot(1, 1);
      harness.setStateTtlProcessingTime(TIME_TO_LIVE.toMillis() - 1);
      harness.processElement(cast(1, PARK, 10), 0);
      harness.snapshot(2, 2);

      assertThat(harness.extractOutputValues()).hasSize(1);

      harness.setStateTtlProcessingTime(TIME_TO_LIVE.toMillis() + 1);
      harness.processElement(cast(1, PARK, 10), 0);

      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void remembersAVoteWithoutATimeForItsTimeToLiveThroughRestarts() throws Exception {
    VoteChange plain = cast(1, PARK, ChangeIdentity.TIMELESS);
    OperatorSubtaskState snapshot = null;
    long now = 0;
    for (int life = 1; life <= 5; life++) {
      for (long later : new long[] {0, TIME_TO_LIVE.toMillis() - 1}) {
        try (Harness harness = new Harness(1, 0)) {
          harness.setStateTtlProcessingTime(now + later);
          if (snapshot != null) {
            harness.initializeState(snapshot);
          }
          harness.open();
          harness.processElement(plain, 0);
          harness.processElement(plain, 0);

          assertThat(harness.extractOutputValues())
              .as("life %d, after %d ms", life, later)
              .hasSize(later == 0 ? 1 : 0);
          snapshot = harness.snapshot(life, life);
        }
      }
      now += TIME_TO_LIVE.toMillis() + 1;
    }
  }

  @Test
  void unitesSidesThatCameInDifferentCheckpoints() throws Exception {
    VoteChange whole = change(1, PARK, POOL, 10);
    OperatorSubtaskState snapshot;
    try (Harness harness = open()) {
      harness.processElement(whole.withSides(null, POOL), 0);
      harness.snapshot(1, 1);
      harness.processElement(whole.withSides(PARK, null), 0);
      harness.snapshot(2, 2);
      harness.processElement(cast(2, PARK, 20), 0);
      snapshot = harness.snapshot(3, 3);

      assertThat(harness.extractOutputValues())
          .containsExactly(ChoiceChange.taken(whole), ChoiceChange.left(whole), taken(2, PARK, 20));
    }

    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.processElement(whole, 0);
      harness.processElement(whole.withSides(null, POOL), 0);
      harness.processElement(whole.withSides(PARK, null), 0);

      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  /** The earlier side's slice expires first; the later one knew of both. */
  @Test
  void remembersAllSidesFromTheLastThatCame() throws Exception {
    VoteChange whole = change(1, PARK, POOL, 10);
    try (Harness harness = open()) {
      harness.setStateTtlProcessingTime(0);
      harness.processElement(whole.withSides(null, POOL), 0);
      harness.snapshot(1, 1);
      harness.setStateTtlProcessingTime(TIME_TO_LIVE.toMillis() / 2);
      harness.processElement(whole.withSides(PARK, null), 0);
      harness.snapshot(2, 2);
      harness.setStateTtlProcessingTime(TIME_TO_LIVE.toMillis() + 1);
      harness.processElement(whole, 0);

      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  /** As when a shard is read again from its beginning while another goes on at the head. */
  @Test
  void knowsABacklogNearlyAsOldAsItsMemoryOnTwoShards() throws Exception {
    long start = Duration.ofDays(19_000).toMillis() * 1_000;
    long span = TIME_TO_LIVE.minusMinutes(1).toMillis() * 1_000;
    List<VoteChange> backlog = new ArrayList<>();
    for (long vote = 0; vote < 20_000; vote++) {
      backlog.add(cast(vote, PARK, start + span / 20_000 * vote));
    }
    OperatorSubtaskState snapshot;
    try (Harness harness = open()) {
      for (int i = 0; i < backlog.size(); i++) {
        harness.processElement(backlog.get(i), 0);
        if (i % 2_500 == 0) {
          harness.snapshot(i, i);
        }
      }
      snapshot = harness.snapshot(20_000, 20_000);
    }

    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      for (int i = 0; i < backlog.size(); i++) {
        harness.processElement(backlog.get(i), 0);
        harness.processElement(backlog.get(backlog.size() - 1 - i), 0);
        harness.processElement(cast(100_000 + i, PARK, start + span + i), 0);
      }

      assertThat(harness.extractOutputValues()).hasSize(backlog.size());
    }
  }

  @Test
  void writesWhatIsNewWithoutACheckpointAndKnowsItAfterwards() throws Exception {
    int votes = 2 * PendingSlices.MAX_IDENTITIES + 100;
    try (Harness harness = open()) {
      for (int vote = 0; vote < votes; vote++) {
        harness.processElement(cast(vote, PARK, 1 + vote), 0);
      }
      int counted = harness.getOutput().size();
      harness.getOutput().clear();
      for (int vote = 0; vote < votes; vote += 97) {
        harness.processElement(cast(vote, PARK, 1 + vote), 0);
      }

      assertThat(counted).isEqualTo(votes);
      assertThat(harness.getOutput()).isEmpty();
      assertThat(harness.numKeyedStateEntries()).isEqualTo(MemoryKey.GROUPS);
    }
  }

  /** Votes of a quiet city that are read again quickly: each is alone in its span of time. */
  @Test
  void holdsOnlySoManyKeysInMemory() throws Exception {
    long span = 10_000_000;
    try (Harness harness = open()) {
      for (int vote = 0; vote < PendingSlices.MAX_KEYS - 1; vote++) {
        harness.processElement(cast(vote, PARK, 1 + vote * span), 0);
      }
      assertThat(harness.numKeyedStateEntries()).isZero();
      harness.processElement(cast(-1, PARK, 1 + PendingSlices.MAX_KEYS * span), 0);

      assertThat(harness.numKeyedStateEntries()).isEqualTo(PendingSlices.MAX_KEYS);
    }
  }

  @Test
  void countsTheSideThatComesLaterAndNoneTwice() throws Exception {
    VoteChange whole = change(1, PARK, POOL, 10);
    try (Harness harness = open()) {
      harness.processElement(whole.withSides(null, POOL), 0);
      harness.processElement(whole, 0);
      harness.processElement(whole.withSides(PARK, null), 0);
      harness.processElement(whole.withSides(null, POOL), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(ChoiceChange.taken(whole), ChoiceChange.left(whole));
    }
  }

  @Test
  void countsASideThatIsCastAgainOnceHoweverItCameBefore() throws Exception {
    VoteChange whole = change(1, PARK, POOL, 10);
    try (Harness harness = open()) {
      harness.processElement(whole.withSides(PARK, null), 0);
      harness.processElement(whole.withSides(PARK, null).recastable(), 0);
      harness.processElement(whole.withSides(null, POOL).recastable(), 0);
      harness.processElement(whole.withSides(null, POOL).recastable(), 0);
      harness.processElement(whole.recastable(), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(ChoiceChange.left(whole), ChoiceChange.taken(whole));
    }
  }

  @Test
  void countsABallotForTheTurnoutOnceInWhateverPartsItComes() throws Exception {
    VoteChange ballot = ballot(1, PARK, 10);
    try (Harness harness = open()) {
      harness.processElement(ballot.only(Side.NEW_TURNOUT), 0);
      harness.processElement(ballot, 0);
      harness.processElement(ballot.only(Side.NEW_TURNOUT).recastable(), 0);
      harness.processElement(ballot.recastable(), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(
              ChoiceChange.of(ballot, Side.NEW_TURNOUT), ChoiceChange.of(ballot, Side.NEW));
    }
  }

  @Test
  void dropsAnOrdinaryDeliveryOfWhatWasCastAgain() throws Exception {
    try (Harness harness = open()) {
      harness.processElement(cast(1, PARK, 10).recastable(), 0);
      harness.processElement(cast(1, PARK, 10), 0);

      assertThat(harness.extractOutputValues()).containsExactly(taken(1, PARK, 10));
    }
  }

  @Test
  void remembersWhatMayBeCastAgainForLonger() throws Exception {
    VoteChange vote = cast(1, PARK, 10).recastable();
    try (Harness harness = open()) {
      harness.setStateTtlProcessingTime(0);
      harness.processElement(vote, 0);
      harness.snapshot(1, 1);
      harness.setStateTtlProcessingTime(RECASTABLE_TIME_TO_LIVE.toMillis() - 1);
      harness.processElement(vote, 0);

      assertThat(harness.extractOutputValues()).hasSize(1);

      harness.setStateTtlProcessingTime(RECASTABLE_TIME_TO_LIVE.toMillis() + 1);
      harness.processElement(vote, 0);

      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  /** The items among the rejected votes keep the time to live that they were written with. */
  @Test
  void remembersAsLongAsBeforeThoughARestartLowersTheTimeToLive() throws Exception {
    VoteChange vote = cast(1, PARK, 10).recastable();
    OperatorSubtaskState snapshot;
    try (Harness harness = open()) {
      harness.setStateTtlProcessingTime(0);
      harness.processElement(vote, 0);
      snapshot = harness.snapshot(1, 1);
    }
    for (long restart = 2; restart < 4; restart++) {
      try (Harness harness = new Harness(1, 0, TIME_TO_LIVE.plusHours(1))) {
        harness.setStateTtlProcessingTime(RECASTABLE_TIME_TO_LIVE.toMillis() - 1);
        harness.initializeState(snapshot);
        harness.open();
        harness.processElement(vote, 0);

        assertThat(harness.extractOutputValues()).as("restart %d", restart).isEmpty();
        snapshot = harness.snapshot(restart, restart);
      }
    }
  }

  @Test
  void remembersLongerOnceARestartRaisesTheTimeToLive() throws Exception {
    OperatorSubtaskState snapshot;
    try (Harness harness = new Harness(1, 0, TIME_TO_LIVE.plusHours(1))) {
      harness.open();
      snapshot = harness.snapshot(1, 1);
    }
    VoteChange vote = cast(1, PARK, 10).recastable();
    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.setStateTtlProcessingTime(0);
      harness.processElement(vote, 0);
      harness.setStateTtlProcessingTime(RECASTABLE_TIME_TO_LIVE.toMillis() - 1);
      harness.processElement(vote, 0);

      assertThat(harness.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void keepsForLongerWhatWasCountedBeforeItMightBeCastAgain() throws Exception {
    VoteChange whole = change(1, PARK, POOL, 10);
    try (Harness harness = open()) {
      harness.setStateTtlProcessingTime(0);
      harness.processElement(whole.withSides(PARK, null), 0);
      harness.processElement(whole.withSides(null, POOL).recastable(), 0);
      harness.snapshot(1, 1);
      harness.setStateTtlProcessingTime(TIME_TO_LIVE.toMillis() + 1);
      harness.processElement(whole.recastable(), 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(ChoiceChange.left(whole), ChoiceChange.taken(whole));
    }
  }

  private static Harness open() throws Exception {
    Harness harness = new Harness(1, 0);
    harness.open();
    return harness;
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<MemoryKey, VoteChange, ChoiceChange> {

    private final int parallelism;
    private final int subtask;

    Harness(int parallelism, int subtask) throws Exception {
      this(parallelism, subtask, RECASTABLE_TIME_TO_LIVE);
    }

    Harness(int parallelism, int subtask, Duration recastableTimeToLive) throws Exception {
      super(
          new DeduplicateChanges(TIME_TO_LIVE, recastableTimeToLive),
          change -> MemoryKey.of(change.identity),
          MemoryKeySerializer.TYPE,
          MAX_PARALLELISM,
          parallelism,
          subtask);
      this.parallelism = parallelism;
      this.subtask = subtask;
    }

    boolean owns(VoteChange change) {
      return KeyGroupRangeAssignment.assignKeyToParallelOperator(
              MemoryKey.of(change.identity), MAX_PARALLELISM, parallelism)
          == subtask;
    }
  }
}
