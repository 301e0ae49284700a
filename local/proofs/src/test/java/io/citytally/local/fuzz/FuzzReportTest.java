package io.citytally.local.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FuzzReportTest {

  @Test
  void closesWithWhatWasTriedAndWhatFailed() {
    FuzzReport report = new FuzzReport(List.of(target(true, null), target(true, "broken: it")));

    assertThat(report.lines())
        .containsExactly(
            "web: 5,000 inputs in 2 s, 2,500/s, 1,300 branches: no promise broken",
            "web: 5,000 inputs in 2 s, 2,500/s, 1,300 branches: FAILED",
            "  broken: it",
            "  local/citytally fuzz --target web --reproduce crash-1",
            "fuzz: 10,000 inputs, 2 targets, 2,600 branches covered: 1 failed");
    assertThat(report.exitStatus()).isEqualTo(1);
  }

  @Test
  void isWellOnceAllHasEndedAndNothingFailed() {
    assertThat(new FuzzReport(List.of(target(true, null))).exitStatus()).isZero();
  }

  @Test
  void saysThatItWasStopped() {
    FuzzReport report = new FuzzReport(List.of(target(true, null), target(false, null)));

    assertThat(report.lines()).last().asString().endsWith(": 0 failed, stopped before its end");
    assertThat(report.exitStatus()).isEqualTo(1);
  }

  private static FuzzedTarget target(boolean hasEnded, String failure) {
    return new FuzzedTarget(
        "web",
        5_000,
        Duration.ofSeconds(2),
        1_300,
        hasEnded,
        Optional.ofNullable(failure),
        Optional.ofNullable(failure).map(any -> Path.of("crash-1")));
  }
}
