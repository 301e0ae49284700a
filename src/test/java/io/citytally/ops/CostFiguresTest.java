package io.citytally.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostFiguresTest {

  @TempDir private Path directory;

  @Test
  void comeWithADateAndARegion() {
    CostFigures bundled = CostFigures.bundled();

    assertThat(LocalDate.parse(bundled.asOf())).isAfter("2026-01-01");
    assertThat(bundled.region()).isEqualTo("us-east-1");
    assertThat(bundled.of(CostFigure.FLINK_KPU_HOUR)).isEqualTo(0.11);
  }

  /** Each price has the address of its source above it. */
  @Test
  void nameTheirSources() throws Exception {
    String source = "";
    for (String line :
        Files.readAllLines(Path.of("src/main/resources/io/citytally/ops/cost.properties"))) {
      if (line.startsWith("#")) {
        source += line;
      } else if (line.isBlank()) {
        source = "";
      } else if (!line.matches("(as\\.of|region|assumed\\..*)=.*")) {
        assertThat(source).as(line).contains("https://aws.amazon.com/");
      }
    }
  }

  @Test
  void areReplacedOneByOneByAFile() throws Exception {
    CostFigures read = CostFigures.read(file("as.of=2027-01-31\nflink.kpu.hour=0.5\n"));

    assertThat(read.asOf()).isEqualTo("2027-01-31");
    assertThat(read.of(CostFigure.FLINK_KPU_HOUR)).isEqualTo(0.5);
    assertThat(read.of(CostFigure.KINESIS_SHARD_HOUR)).isEqualTo(0.015);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "free", ""})
  void areNumbersAboveZero(String value) throws Exception {
    Path file = file("flink.kpu.hour=" + value);

    assertThatThrownBy(() -> CostFigures.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flink.kpu.hour is '" + value + "'");
  }

  @Test
  void refuseWhatIsNone() throws Exception {
    Path file = file("flink.kpu.hours=1");

    assertThatThrownBy(() -> CostFigures.read(file))
        .hasMessage("there is no such figure: flink.kpu.hours");
  }

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("cost.properties"), text);
  }
}
