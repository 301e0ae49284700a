package io.citytally.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.command.DisplayText;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReplayProgressTest {

  @Test
  void showsWhatIsCastAndWhatIsCounted() {
    assertThat(new ReplayProgress(11_606, 5_803, 2_902, 1_000, 3).draw(80, 24))
        .containsExactly(
            " 25 % " + "█".repeat(10) + "▒".repeat(10) + "░".repeat(20) + "  0:09 left",
            "2,902 of 11,606 votes counted, 5,803 cast, 1,000/s, 3 crashes");
  }

  @Test
  void showsTheSameInOneLine() {
    assertThat(new ReplayProgress(11_606, 5_803, 2_902, 1_000, 1).line())
        .isEqualTo("25 %, 2,902 of 11,606 votes counted, 5,803 cast, 1,000/s, 0:09 left, 1 crash");
  }

  @Test
  void isDoneOnlyWhereEveryVoteIsCounted() {
    assertThat(new ReplayProgress(1_000, 1_000, 999, 10, 0).draw(80, 24).get(0))
        .startsWith(" 99 %")
        .endsWith("0:01 left");
    assertThat(new ReplayProgress(1_000, 1_000, 1_000, 10, 0).draw(80, 24).get(0))
        .startsWith("100 %")
        .endsWith("done");
  }

  @Test
  void promisesNothingWhileNothingMoves() {
    assertThat(new ReplayProgress(1_000, 10, 0, 0, 0).draw(80, 24).get(0))
        .endsWith("time left unknown");
  }

  @Property
  void fitsAnyTerminal(
      @ForAll @IntRange(min = 1, max = 200) int columns,
      @ForAll @LongRange(min = 0, max = 2_000_000) long votes,
      @ForAll @LongRange(min = -10, max = 3_000_000) long cast,
      @ForAll @LongRange(min = -10, max = 3_000_000) long counted) {
    List<String> lines = new ReplayProgress(votes, cast, counted, 7, 2).draw(columns, 24);

    assertThat(lines).allMatch(line -> DisplayText.width(line) <= columns);
  }
}
