package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static io.citytally.count.Changes.TREES;
import static io.citytally.count.Changes.left;
import static io.citytally.count.Changes.taken;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import java.time.Duration;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class GatherTalliesTest {

  @Test
  void sendsTheFirstChangeOfAQuietTimeAtOnceAndTheSumsOfTheOthersAfterAWindow() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, 1), 0);
      gather.processElement(taken(2, PARK, 2), 0);
      gather.processElement(left(1, PARK, 3), 0);
      gather.processElement(taken(3, TREES, 4), 0);
      gather.setProcessingTime(4);

      assertThat(gather.extractOutputValues()).containsExactly(new KeyIncrement(PARK, 1, 0));

      gather.setProcessingTime(5);

      assertThat(gather.extractOutputValues())
          .containsExactlyInAnyOrder(
              new KeyIncrement(PARK, 1, 0),
              new KeyIncrement(PARK, 1, 1),
              new KeyIncrement(TREES, 1, 0));
    }
  }

  @Test
  void sendsAllAheadOfABarrier() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, 1), 0);
      gather.processElement(taken(2, PARK, 2), 0);
      gather.prepareSnapshotPreBarrier(1);

      assertThat(gather.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void sendsAllAheadOfTheEnd() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, 1), 0);
      gather.processElement(taken(2, PARK, 2), 0);
      gather.processWatermark(Watermark.MAX_WATERMARK);

      assertThat(gather.extractOutputValues()).hasSize(2);
      assertThat(gather.getOutput()).last().isEqualTo(Watermark.MAX_WATERMARK);
    }
  }

  @Test
  void keepsNoTimerWhileItIsQuiet() throws Exception {
    try (var gather = open()) {
      gather.processElement(taken(1, PARK, 1), 0);
      gather.setProcessingTime(5);

      assertThat(gather.getProcessingTimeService().getNumActiveTimers()).isZero();
    }
  }

  @Test
  void boundsWhatEverNewChoicesTakeUp() throws Exception {
    try (var gather = open()) {
      for (int choice = 0; choice <= GatherTallies.MAX_SUMS; choice++) {
        gather.processElement(taken(choice, new Choice("North", "choice " + choice), 1), 0);
      }

      assertThat(gather.extractOutputValues()).hasSize(GatherTallies.MAX_SUMS + 1);
    }
  }

  private static OneInputStreamOperatorTestHarness<ChoiceChange, KeyIncrement> open()
      throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<ChoiceChange, KeyIncrement>(
            new GatherTallies.Factory(Duration.ofMillis(5)));
    harness.open();
    return harness;
  }
}
