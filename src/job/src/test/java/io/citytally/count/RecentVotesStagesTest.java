package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.POOL;
import static io.citytally.count.Changes.TREES;
import static io.citytally.count.Changes.change;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import java.time.Duration;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.streaming.runtime.operators.windowing.WindowOperatorBuilder;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** {@link GatherNewest}, {@link MergeNewest} and {@link KeepNewest}. */
class RecentVotesStagesTest {

  private static final Duration WINDOW = Duration.ofMillis(1_000);
  private static final int SHOWN = 2;
  private static final long LATEST_MICROS = HistoryKey.LATEST.getEpochSecond() * 1_000_000;
  private static final String NORTH = RecentVotes.listOf("North");
  private static final String SOUTH = RecentVotes.listOf("South");

  @Test
  void gathersAQuietTimesFirstVoteAtOnceForItsRegionAndTheCity() throws Exception {
    try (var gather = openGather()) {
      gather.processElement(taken(1, PARK, 10), 0);

      assertThat(gather.extractOutputValues())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyInAnyOrder(
              new ListChanges(NORTH, taken(1, PARK, 10)),
              new ListChanges(RecentVotes.CITY, taken(1, PARK, 10)));
    }
  }

  @Test
  void gathersNoVoteOfAFarFuture() throws Exception {
    try (var gather = openGather()) {
      gather.processElement(taken(1, PARK, LATEST_MICROS), 0);
      gather.processElement(taken(2, PARK, Long.MAX_VALUE), 0);
      gather.processElement(left(1, PARK, LATEST_MICROS + 1), 0);

      assertThat(gather.extractOutputValues()).isEmpty();

      gather.processElement(taken(3, PARK, LATEST_MICROS - 1), 0);

      assertThat(gather.extractOutputValues())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyInAnyOrder(
              new ListChanges(NORTH, taken(3, PARK, LATEST_MICROS - 1)),
              new ListChanges(RecentVotes.CITY, taken(3, PARK, LATEST_MICROS - 1)));
    }
  }

  @Test
  void dropsAVoteOfAFarFutureThatAnEarlierVersionListed() throws Exception {
    ListChanges earlier = new ListChanges(NORTH, taken(1, PARK, 99_999_999_999_999_000L));
    try (var keep = openKeep()) {
      keep.processElement(earlier, 0);
      keep.processElement(new ListChanges(NORTH, taken(2, POOL, 20_000)), 0);
      keep.setProcessingTime(1_000);

      assertThat(keep.extractOutputValues())
          .endsWith(new RecentVotes(NORTH, new RecentVotes.Vote(POOL, 20)));
    }
  }

  @Test
  void gathersFurtherVotesUntilTheWindowEnds() throws Exception {
    try (var gather = openGather()) {
      gather.processElement(taken(1, PARK, 10), 0);
      gather.getOutput().clear();
      gather.processElement(taken(2, PARK, 20), 0);
      gather.processElement(taken(3, TREES, 30), 0);

      assertThat(gather.extractOutputValues()).isEmpty();

      gather.setProcessingTime(999);

      assertThat(gather.extractOutputValues()).isEmpty();

      gather.setProcessingTime(1_000);

      assertThat(gather.extractOutputValues())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyInAnyOrder(
              new ListChanges(NORTH, taken(2, PARK, 20)),
              new ListChanges(SOUTH, taken(3, TREES, 30)),
              new ListChanges(RecentVotes.CITY, taken(3, TREES, 30), taken(2, PARK, 20)));
    }
  }

  @Test
  void sendsWhatIsGatheredAheadOfACheckpoint() throws Exception {
    try (var gather = openGather()) {
      gather.processElement(taken(1, PARK, 10), 0);
      gather.processElement(taken(2, PARK, 20), 0);
      gather.prepareSnapshotPreBarrier(1);

      assertThat(gather.extractOutputValues()).hasSize(4);
    }
  }

  @Test
  void sendsWhatIsGatheredAheadOfTheEnd() throws Exception {
    try (var gather = openGather()) {
      gather.processElement(taken(1, PARK, 10), 0);
      gather.processElement(taken(2, PARK, 20), 0);
      gather.processWatermark(Watermark.MAX_WATERMARK);

      assertThat(gather.extractOutputValues()).hasSize(4);
      assertThat(gather.getOutput()).last().isEqualTo(Watermark.MAX_WATERMARK);
    }
  }

  @Test
  void isQuietAgainAfterAWindowWithoutVotes() throws Exception {
    try (var gather = openGather()) {
      gather.processElement(taken(1, PARK, 10), 0);
      gather.setProcessingTime(1_000);
      gather.setProcessingTime(2_000);
      gather.getOutput().clear();
      gather.processElement(taken(2, PARK, 20), 0);

      assertThat(gather.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void boundsWhatEverNewRegionsTakeUp() throws Exception {
    try (var gather = openGather()) {
      for (int region = 0; region < 100_001; region++) {
        gather.processElement(taken(region, new Choice("r" + region, "park"), 10), 0);
      }

      assertThat(gather.extractOutputValues()).hasSize(2 + 100_001);
    }
  }

  @Test
  void showsTheNewestVotesOfAFeed() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.processElement(
          new ListChanges(NORTH, taken(3, PARK, 30_000), taken(2, POOL, 20_000)), 0);
      keep.setProcessingTime(1_000);

      assertThat(keep.extractOutputValues())
          .containsExactly(
              new RecentVotes(NORTH, new RecentVotes.Vote(PARK, 10)),
              new RecentVotes(
                  NORTH, new RecentVotes.Vote(PARK, 30), new RecentVotes.Vote(POOL, 20)));
    }
  }

  @Test
  void showsTheNewestOfWhatSeveralHaveGathered() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.processElement(new ListChanges(NORTH, taken(2, POOL, 20_000)), 0);
      keep.processElement(new ListChanges(NORTH, taken(3, PARK, 30_000)), 0);
      keep.setProcessingTime(1_000);

      assertThat(keep.extractOutputValues())
          .endsWith(
              new RecentVotes(
                  NORTH, new RecentVotes.Vote(PARK, 30), new RecentVotes.Vote(POOL, 20)));
    }
  }

  @Test
  void dropsAWithdrawnVoteAndShowsTheOneBeforeInstead() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(
          new ListChanges(
              NORTH, taken(3, PARK, 30_000), taken(2, POOL, 20_000), taken(1, POOL, 10_000)),
          0);
      keep.processElement(new ListChanges(NORTH, left(3, PARK, 40_000)), 0);
      keep.setProcessingTime(1_000);

      assertThat(keep.extractOutputValues())
          .endsWith(
              new RecentVotes(
                  NORTH, new RecentVotes.Vote(POOL, 20), new RecentVotes.Vote(POOL, 10)));
    }
  }

  @Test
  void dropsAVoteThatMovedToAnotherRegion() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.processElement(
          new ListChanges(NORTH, ChoiceChange.left(change(1, PARK, TREES, 20_000))), 0);
      keep.setProcessingTime(1_000);

      assertThat(keep.extractOutputValues()).endsWith(new RecentVotes(NORTH));
    }
  }

  @Test
  void saysAtOnceWhatIsShownOfAQuietListAndFurtherChangesTogetherAfterAWindow() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.setProcessingTime(100);
      keep.processElement(new ListChanges(NORTH, taken(2, PARK, 20_000)), 0);
      keep.setProcessingTime(600);
      keep.processElement(new ListChanges(NORTH, taken(3, PARK, 30_000)), 0);
      keep.setProcessingTime(1_099);

      assertThat(keep.numProcessingTimeTimers()).isEqualTo(1);
      assertThat(keep.extractOutputValues()).hasSize(1);

      keep.setProcessingTime(1_100);

      assertThat(keep.numProcessingTimeTimers()).isZero();
      assertThat(keep.numEventTimeTimers()).isZero();
      assertThat(keep.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void saysAtTheNextVoteWhatWaitsWhenTheClockWasSetBack() throws Exception {
    try (var keep = openKeep()) {
      keep.setProcessingTime(10_000);
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.processElement(new ListChanges(NORTH, taken(2, PARK, 20_000)), 0);
      keep.setProcessingTime(5_000);
      keep.processElement(new ListChanges(NORTH, taken(3, POOL, 30_000)), 0);

      assertThat(keep.extractOutputValues())
          .hasSize(2)
          .endsWith(
              new RecentVotes(
                  NORTH, new RecentVotes.Vote(POOL, 30), new RecentVotes.Vote(PARK, 20)));
      assertThat(keep.numProcessingTimeTimers()).isZero();
      assertThat(keep.numEventTimeTimers()).isZero();

      keep.processElement(new ListChanges(NORTH, taken(4, PARK, 40_000)), 0);
      keep.setProcessingTime(5_999);

      assertThat(keep.extractOutputValues()).hasSize(2);

      keep.setProcessingTime(6_000);

      assertThat(keep.extractOutputValues()).hasSize(3);
    }
  }

  @Test
  void saysAtTheNextVoteWhatAnEarlierVersionLetWait() throws Exception {
    try (var keep = openKeep()) {
      var operator = (AbstractStreamOperator<?>) keep.getOperator();
      operator.setCurrentKey(NORTH);
      operator
          .getKeyedStateBackend()
          .getPartitionedState(
              GlobalWindow.get(),
              new GlobalWindow.Serializer(),
              new ValueStateDescriptor<>("at-once-from", Types.LONG))
          .update(Long.MAX_VALUE);

      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);

      assertThat(keep.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void saysWhatIsShownWhenTheInputEnds() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.processElement(new ListChanges(NORTH, taken(2, PARK, 20_000)), 0);
      keep.processWatermark(Watermark.MAX_WATERMARK);

      assertThat(keep.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void saysNothingWhenTheShownVotesStay() throws Exception {
    try (var keep = openKeep()) {
      keep.processElement(
          new ListChanges(NORTH, taken(3, PARK, 30_000), taken(2, POOL, 20_000)), 0);
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      keep.setProcessingTime(1_000);

      assertThat(keep.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void remembersTheNewestAcrossARestart() throws Exception {
    OperatorSubtaskState snapshot;
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      snapshot = keep.snapshot(1, 1);
    }

    try (var keep = keep()) {
      keep.initializeState(snapshot);
      keep.open();
      keep.setProcessingTime(1_000);
      keep.processElement(new ListChanges(NORTH, taken(2, POOL, 20_000)), 0);

      assertThat(keep.extractOutputValues())
          .containsExactly(
              new RecentVotes(
                  NORTH, new RecentVotes.Vote(POOL, 20), new RecentVotes.Vote(PARK, 10)));
    }
  }

  @Test
  void saysOnceAfterARestartWhatIsShownEvenIfTheShownVotesStay() throws Exception {
    OperatorSubtaskState snapshot;
    try (var keep = openKeep()) {
      keep.processElement(new ListChanges(NORTH, taken(1, PARK, 10_000)), 0);
      snapshot = keep.snapshot(1, 1);
    }

    try (var keep = keep()) {
      keep.initializeState(snapshot);
      keep.open();
      keep.setProcessingTime(1_000);
      keep.processElement(new ListChanges(NORTH, left(2, POOL, 30_000)), 0);
      keep.setProcessingTime(2_000);
      keep.processElement(new ListChanges(NORTH, left(3, POOL, 40_000)), 0);

      assertThat(keep.extractOutputValues())
          .containsExactly(new RecentVotes(NORTH, new RecentVotes.Vote(PARK, 10)));
    }
  }

  private static OneInputStreamOperatorTestHarness<ChoiceChange, ListChanges> openGather()
      throws Exception {
    var harness = new OneInputStreamOperatorTestHarness<>(new GatherNewest(WINDOW, SHOWN));
    harness.open();
    return harness;
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, ListChanges, RecentVotes> openKeep()
      throws Exception {
    var harness = keep();
    harness.open();
    return harness;
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, ListChanges, RecentVotes> keep()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new WindowOperatorBuilder<>(
                GlobalWindows.create(),
                new ThrottleTrigger(WINDOW),
                new ExecutionConfig(),
                TypeInformation.of(ListChanges.class),
                ListChanges::list,
                Types.STRING)
            .reduce(new MergeNewest(SHOWN), new KeepNewest(SHOWN)),
        ListChanges::list,
        Types.STRING);
  }
}
