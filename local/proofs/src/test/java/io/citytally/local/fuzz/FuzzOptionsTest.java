package io.citytally.local.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FuzzOptionsTest {

  private static final FuzzJob MANY = new FuzzJob("many", DecoderTarget.class, 30);
  private static final FuzzJob FEW = new FuzzJob("few", WebTarget.class, 10);

  @Test
  void sharesTheInputsAndTheTimeOfAllThatRunAtOnce() {
    FuzzOptions options =
        new FuzzOptions(List.of(MANY, FEW), 1_000, Optional.of(Duration.ofSeconds(40)), 2, 1);

    assertThat(options.inputsOf(MANY)).isEqualTo(750);
    assertThat(options.inputsOf(FEW)).isEqualTo(250);
    assertThat(options.durationOf(MANY)).contains(Duration.ofSeconds(40));
    assertThat(options.durationOf(FEW)).contains(Duration.ofSeconds(20));
  }

  @Test
  void givesAllToOneTargetAlone() {
    FuzzOptions options =
        new FuzzOptions(List.of(FEW), 1_000, Optional.of(Duration.ofSeconds(40)), 8, 1);

    assertThat(options.inputsOf(FEW)).isEqualTo(1_000);
    assertThat(options.durationOf(FEW)).contains(Duration.ofSeconds(40));
  }
}
