package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.command.DisplayText;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChaosProgressTest {

  private static final ChaosProgress HALFWAY =
      new ChaosProgress(
          2, 7, 12_000, 6_000, Optional.of(Fault.ZOMBIES), Map.of(Fault.TASK_MANAGERS, 3L));

  @Test
  void showsTheRoundTheFaultAndWhatHasHappened() {
    assertThat(HALFWAY.draw(100, 20))
        .hasSize(3)
        .anyMatch(line -> line.contains("round 2, seed 7, 6,000 of 12,000 changes of votes"))
        .contains("now: zombies")
        .anyMatch(line -> line.contains("3 task managers killed"));
    assertThat(HALFWAY.line())
        .isEqualTo(
            "round 2, seed 7, 6,000 of 12,000 changes of votes, now: zombies, 3 faults so far");
  }

  @Test
  void keepsWithinTheTerminal() {
    for (int columns = 1; columns < 60; columns++) {
      for (int rows = 0; rows < 5; rows++) {
        assertThat(HALFWAY.draw(columns, rows)).hasSizeLessThanOrEqualTo(rows);
        for (String line : HALFWAY.draw(columns, rows)) {
          assertThat(DisplayText.width(line)).isLessThanOrEqualTo(columns);
        }
      }
    }
  }
}
