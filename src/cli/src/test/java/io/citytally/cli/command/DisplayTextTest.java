package io.citytally.cli.command;

import static io.citytally.cli.command.DisplayText.bar;
import static io.citytally.cli.command.DisplayText.cut;
import static io.citytally.cli.command.DisplayText.fit;
import static io.citytally.cli.command.DisplayText.plain;
import static io.citytally.cli.command.DisplayText.rate;
import static io.citytally.cli.command.DisplayText.time;
import static io.citytally.cli.command.DisplayText.width;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DisplayTextTest {

  @Test
  void measuresColumnsNotCharacters() {
    assertThat(width("Łąki")).isEqualTo(4);
    assertThat(width("Mo\u0302le")).isEqualTo(4);
    assertThat(width("改善")).isEqualTo(4);
    assertThat(width("\uD83D\uDEB2")).isEqualTo(2);
  }

  @Test
  void cutsWithoutSplittingACharacter() {
    assertThat(cut("benches", 7)).isEqualTo("benches");
    assertThat(cut("benches", 6)).isEqualTo("bench…");
    assertThat(cut("改善改善", 6)).isEqualTo("改善…");
    assertThat(cut("benches", 0)).isEmpty();
    assertThat(fit("改善改善", 6)).isEqualTo("改善… ");
  }

  @Property
  void fitsAnyTextExactly(@ForAll String text, @ForAll @IntRange(max = 50) int columns) {
    assertThat(width(fit(text, columns))).isEqualTo(columns);
  }

  @Test
  void letsNoTextSteerTheTerminal() {
    assertThat(plain("a\u001b[2Jb\nc\u009bd\u202Ee")).isEqualTo("a [2Jb c d e");
    assertThat(cut("a\u001b", 5)).isEqualTo("a ");
  }

  @Test
  void drawsBarsToAnEighth() {
    assertThat(bar(0, 4)).isEmpty();
    assertThat(bar(0.5, 4)).isEqualTo("██");
    assertThat(bar(1.0 / 32, 4)).isEqualTo("▏");
    assertThat(bar(31.0 / 32, 4)).isEqualTo("███▉");
    assertThat(bar(2, 4)).isEqualTo("████");
    assertThat(bar(-1, 4)).isEmpty();
  }

  @Property
  void noBarIsLongerThanItsRoom(
      @ForAll @DoubleRange(min = -1, max = 2) double share, @ForAll @IntRange(max = 80) int room) {
    assertThat(width(bar(share, room))).isLessThanOrEqualTo(room);
  }

  @Test
  void writesRatesAndTimesShort() {
    assertThat(rate(4.96)).isEqualTo("5.0/s");
    assertThat(rate(9.96)).isEqualTo("10/s");
    assertThat(rate(12345.6)).isEqualTo("12,346/s");
    assertThat(time(Duration.ofSeconds(7))).isEqualTo("0:07");
    assertThat(time(Duration.ofSeconds(3723))).isEqualTo("1:02:03");
  }
}
