package io.citytally.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        Files.readAllLines(
            Path.of("src/cli/src/main/resources/io/citytally/cli/cost/cost.properties"))) {
      if (line.startsWith("#")) {
        source += line;
      } else if (line.isBlank()) {
        source = "";
      } else if (!line.matches("(([a-z0-9-]+\\.)?as\\.of|region|assumed\\..*)=.*")) {
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

  @Test
  void areOfIrelandAsFarAsASourceWasFound() {
    CostFigures ireland = CostFigures.bundled("eu-west-1");

    assertThat(ireland.region()).isEqualTo("eu-west-1");
    assertThat(LocalDate.parse(ireland.asOf())).isAfter("2026-01-01");
    assertThat(ireland.of(CostFigure.DYNAMODB_MILLION_WRITE_UNITS)).isEqualTo(0.705);
    assertThat(ireland.of(CostFigure.CLOUDFRONT_GB_OUT)).as("everywhere").isEqualTo(0.085);
    assertThat(ireland.of(CostFigure.ASSUMED_ID_BYTES)).isEqualTo(36);
    assertThatThrownBy(() -> ireland.of(CostFigure.FLINK_KPU_HOUR))
        .isInstanceOf(MissingPriceException.class)
        .hasMessageStartingWith("There is no price of eu-west-1 for flink.kpu.hour.")
        .hasMessageContaining("--prices FILE")
        .hasMessageContaining("kinesis.stream.hour");
  }

  @Test
  void ofARegionCanBeCompletedByAFile() throws Exception {
    Path file = file("flink.kpu.hour=0.5");

    assertThat(CostFigures.read(file, "eu-west-1").of(CostFigure.FLINK_KPU_HOUR)).isEqualTo(0.5);
    assertThat(CostFigures.read(file, "eu-west-1").of(CostFigure.API_MILLION_REQUESTS))
        .isEqualTo(1.11);
  }

  /** A file that says whose prices it has must not be filled up with another region's. */
  @Test
  void areOfTheRegionThatAFileNames() throws Exception {
    CostFigures read = CostFigures.read(file("region=eu-south-2\nflink.kpu.hour=0.5"));

    assertThat(read.region()).isEqualTo("eu-south-2");
    assertThatThrownBy(() -> read.of(CostFigure.KINESIS_STREAM_HOUR))
        .isInstanceOf(MissingPriceException.class)
        .hasMessageStartingWith("There is no price of eu-south-2 for kinesis.stream.hour.");
  }

  /** What is assumed of a deployment is what the templates make. */
  @Test
  void agreeWithTheTemplates() throws Exception {
    CostFigures bundled = CostFigures.bundled();
    String web = Files.readString(Path.of("cloudformation/web.yaml"));
    String job = Files.readString(Path.of("cloudformation/job.yaml"));
    String storage = Files.readString(Path.of("cloudformation/storage.yaml"));

    assertThat(web).contains("Architectures: [arm64]");
    assertThat(defaultOf("MemorySize", web))
        .isEqualTo("%.0f", bundled.of(CostFigure.ASSUMED_WEB_LAMBDA_GB) * 1024);
    assertThat(web.lines().filter(line -> line.matches(" {10}Priority: [0-9]+")).count())
        .isEqualTo((long) bundled.of(CostFigure.ASSUMED_WAF_RULES));
    assertThat(defaultOf("PollInterval", job))
        .isEqualTo("%.0f ms", bundled.of(CostFigure.ASSUMED_STREAM_POLL_MS));
    assertThat(defaultOf("StreamMode", storage)).isEqualTo("ON_DEMAND");
    assertThat(Deployment.USUAL.stream()).isEqualTo(StreamMode.ON_DEMAND);
    assertThat(defaultOf("Source", storage)).isEqualTo(Deployment.USUAL.source().toString());
  }

  /** The default of a template's parameter. */
  private static String defaultOf(String parameter, String template) {
    Matcher matcher =
        Pattern.compile("\n  " + parameter + ":\n(?: {4}.*\n)*? {4}Default: (.*)\n")
            .matcher(template);
    assertThat(matcher.find()).as(parameter).isTrue();
    return matcher.group(1);
  }

  @Test
  void agreeWithThePollIntervalsOfThePages() throws Exception {
    assertThat(
            Files.readString(
                Path.of("src/web/src/main/resources/io/citytally/web/pages/poller.js")))
        .contains("const INTERVAL_MILLIS = " + Polling.ADAPTIVE.busy().toMillis() + "\n")
        .contains("const QUIET_INTERVAL_MILLIS = " + Polling.ADAPTIVE.quiet().toMillis() + "\n")
        .contains("const MIN_UNCHANGED = " + Polling.MIN_UNCHANGED + "\n");
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
