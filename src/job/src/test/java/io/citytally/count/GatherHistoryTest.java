package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.TREES;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static io.citytally.vote.HistoryKey.BALLOTS;
import static io.citytally.vote.HistoryKey.VOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class GatherHistoryTest {

  private static final long TEN_PAST = micros("2026-11-29T11:10:00Z");
  private static final long TWENTY_PAST = micros("2026-11-29T11:20:00Z");
  private static final long NEXT_HOUR = micros("2026-11-29T12:00:00Z");
  private static final Choice NORTH = region("North", TEN_PAST);
  private static final Choice SOUTH = region("South", TEN_PAST);

  @Test
  void sumsUpAWindowForTheHourOfTheRegionAndTheCity() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, TEN_PAST), 0);
      gather.processElement(taken(2, PARK, TWENTY_PAST), 0);
      gather.processElement(left(1, PARK, TWENTY_PAST + 1), 0);
      gather.processElement(taken(3, TREES, TEN_PAST), 0);
      gather.setProcessingTime(999);

      assertThat(gather.extractOutputValues()).isEmpty();

      gather.setProcessingTime(1_000);

      assertThat(gather.extractOutputValues())
          .containsExactlyInAnyOrder(
              new KeyIncrement(NORTH, 2, 1),
              new KeyIncrement(SOUTH, 1, 0),
              new KeyIncrement(HistoryKey.ofCity(VOTES, tenMinutes(TEN_PAST)), 3, 1),
              new KeyIncrement(HistoryKey.ofCityTenMinutes(VOTES, tenMinutes(TEN_PAST)), 2, 0),
              new KeyIncrement(HistoryKey.ofCityTenMinutes(VOTES, tenMinutes(TWENTY_PAST)), 1, 1));
    }
  }

  @Test
  void goesByTheTimeOfTheChangeWheneverItComes() throws Exception {
    try (var gather = open()) {
      gather.setProcessingTime(TimeUnit.MICROSECONDS.toMillis(NEXT_HOUR));
      gather.processElement(taken(2, PARK, NEXT_HOUR), 0);
      gather.processElement(taken(1, PARK, NEXT_HOUR - 1), 0);
      gather.prepareSnapshotPreBarrier(1);

      assertThat(gather.extractOutputValues())
          .contains(
              new KeyIncrement(NORTH, 1, 0), new KeyIncrement(region("North", NEXT_HOUR), 1, 0));
    }
  }

  @Test
  void countsBallotsApartFromVotes() throws Exception {
    VoteChange ballot = Changes.ballot(1, PARK, TEN_PAST);
    try (var gather = open()) {
      gather.processElement(ChoiceChange.of(ballot, Side.NEW), 0);
      gather.processElement(ChoiceChange.of(ballot, Side.NEW_TURNOUT), 0);
      gather.prepareSnapshotPreBarrier(1);

      assertThat(gather.extractOutputValues())
          .hasSize(6)
          .contains(
              new KeyIncrement(NORTH, 1, 0),
              new KeyIncrement(HistoryKey.ofRegion("North", BALLOTS, tenMinutes(TEN_PAST)), 1, 0));
    }
  }

  @Test
  void aTimeThatIsNoPartOfTheIdentityIsNone() throws Exception {
    VoteChange plain =
        new VoteChange(
            new ChangeIdentity(ChangeIdentity.TIMELESS, 1, 2), 1, null, PARK, TEN_PAST, 0);
    try (var gather = open()) {
      gather.processElement(ChoiceChange.of(plain, Side.NEW), 0);
      gather.prepareSnapshotPreBarrier(1);

      assertThat(gather.extractOutputValues())
          .containsExactlyInAnyOrder(
              new KeyIncrement(HistoryKey.ofRegion("North", VOTES, HistoryKey.UNDATED_TIME), 1, 0),
              new KeyIncrement(HistoryKey.ofCity(VOTES, HistoryKey.UNDATED_TIME), 1, 0));
    }
  }

  @Test
  void sendsWhatIsGatheredAheadOfTheEnd() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, TEN_PAST), 0);
      gather.processWatermark(Watermark.MAX_WATERMARK);

      assertThat(gather.extractOutputValues()).hasSize(3);
      assertThat(gather.getOutput()).last().isEqualTo(Watermark.MAX_WATERMARK);
    }
  }

  @Test
  void keepsNoTimerWhileItIsQuiet() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, TEN_PAST), 0);
      gather.setProcessingTime(1_000);
      gather.setProcessingTime(2_000);

      assertThat(gather.getProcessingTimeService().getNumActiveTimers()).isZero();
    }
  }

  @Test
  void boundsWhatEverNewRegionsTakeUp() throws Exception {
    try (var gather = open()) {
      for (int region = 0; region < GatherHistory.MAX_SUMS; region++) {
        gather.processElement(taken(region, new Choice("region " + region, "x"), TEN_PAST), 0);
      }

      assertThat(gather.extractOutputValues()).hasSize(GatherHistory.MAX_SUMS + 2);
    }
  }

  private static OneInputStreamOperatorTestHarness<ChoiceChange, KeyIncrement> open()
      throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<ChoiceChange, KeyIncrement>(
            new GatherHistory.Factory(Duration.ofMillis(1_000)));
    harness.open();
    return harness;
  }

  private static Choice region(String name, long micros) {
    return HistoryKey.ofRegion(name, VOTES, tenMinutes(micros));
  }

  private static long tenMinutes(long micros) {
    return HistoryKey.tenMinutesOf(micros);
  }

  private static long micros(String time) {
    return TimeUnit.SECONDS.toMicros(Instant.parse(time).getEpochSecond());
  }
}
