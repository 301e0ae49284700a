package io.citytally.local.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.command.DurationConverter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CostCommandTest {

  private static final String CITY = "--votes-per-second 100 --regions 20 --improvements 30 ";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String line) {
    return new CommandLine(new CostCommand())
        .registerConverter(Duration.class, new DurationConverter())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(line.strip().split(" +"));
  }

  private JsonNode json(String line) throws Exception {
    assertThat(execute(line + " --format json")).as(err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    out.getBuffer().setLength(0);
    return json;
  }

  @Test
  void showsEachWindowAndTheJobsUsualOneBesideTheLambdas() {
    assertThat(execute(CITY)).isZero();

    assertThat(out.toString())
        .contains("100 votes/s on 600 choices (20 regions of 30, skew 1), 0 % of them changed")
        .containsPattern("(?m)^  100ms ")
        .containsPattern("(?m)^> 1s ")
        .containsPattern("(?m)^  1m ")
        .containsPattern("at 1s +job +Lambda/vote +Lambda/batch")
        .containsPattern("(?m)^  Managed Flink +160\\.60 +- +-$")
        .containsPattern("(?m)^  Lambda +- +[0-9.]+ +[0-9.]+$")
        .contains("The job costs less than a Lambda per vote from ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void recommendsTheShortestWindowWithinTheBudget() throws Exception {
    JsonNode free = json(CITY);
    double fiveSeconds = free.path("windows").path(3).path("usd").asDouble();

    JsonNode within = json(CITY + "--budget " + "%.4f".formatted(fiveSeconds + 0.01));
    JsonNode tooShort = json(CITY + "--budget " + "%.4f".formatted(fiveSeconds - 0.01));

    assertThat(within.path("recommendedWindow").asText()).isEqualTo("5s");
    assertThat(tooShort.path("recommendedWindow").asText()).isEqualTo("10s");
  }

  @Test
  void recommendsTheLongestWindowThatIsNotTooStale() throws Exception {
    assertThat(json(CITY + "--staleness 10s").path("recommendedWindow").asText()).isEqualTo("10s");
    assertThat(json(CITY + "--staleness 9s").path("recommendedWindow").asText()).isEqualTo("5s");
  }

  @Test
  void exitsWith1WhereNoWindowFits() {
    assertThat(execute(CITY + "--budget 1")).isEqualTo(1);

    assertThat(out.toString()).contains("No window fits: the shortest within 1.00 USD");
    assertThat(execute(CITY + "--staleness 99ms")).isEqualTo(1);
  }

  @Test
  void takesOnlyTheWindowAskedFor() throws Exception {
    JsonNode windows = json(CITY + "--window 3s").path("windows");

    assertThat(windows).hasSize(1);
    assertThat(windows.path(0).path("window").asText()).isEqualTo("3s");
  }

  @Test
  void followsEachOption() throws Exception {
    double usual = usd(json(CITY));

    assertThat(usd(json(CITY + "--skew 2"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--changed-share 0.5"))).isNotEqualTo(usual);
    assertThat(usd(json(CITY + "--viewers 0"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--recent-size 100"))).isGreaterThan(usual);
    assertThat(usd(json(CITY + "--stream on-demand"))).isGreaterThan(usual);
    assertThat(usd(json(CITY + "--stream shards"))).isEqualTo(usual);
  }

  @Test
  void takesOtherPrices(@TempDir Path directory) throws Exception {
    Path prices =
        Files.writeString(
            directory.resolve("prices"), "as.of=2031-01-31\nregion=eu-west-1\nflink.kpu.hour=1\n");

    JsonNode json = json(CITY + "--prices " + prices);

    assertThat(json.path("pricesAsOf").asText()).isEqualTo("2031-01-31");
    assertThat(json.path("region").asText()).isEqualTo("eu-west-1");
    assertThat(json.path("windows").path(0).path("parts").path("Managed Flink").asDouble())
        .isEqualTo(2 * 730);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--votes-per-second 0 --regions 1 --improvements 1  | --votes-per-second must be above 0",
        "--votes-per-second 1000001 --regions 1 --improvements 1 | at most 1000000",
        "--votes-per-second 1 --regions 0 --improvements 1  | --regions is 0, but must be 1 to",
        "--votes-per-second 1 --regions 1 --improvements 0  | --improvements is 0, but must be 1",
        "--votes-per-second 1 --regions 9999 --improvements 9999 | --regions times --improvements",
        "--votes-per-second 1 --regions 1 --improvements 1 --window 9ms | --window is 9ms, but",
        "--votes-per-second 1 --regions 1 --improvements 1 --changed-share 2 | a fraction, 0 to 1",
        "--votes-per-second 1 --regions 1 --improvements 1 --viewers -1 | --viewers is -1, but",
        "--votes-per-second 1 --regions 1 --improvements 1 --recent-size 101 | is 101, but must be",
        "--votes-per-second 1 --regions 1 --improvements 1 --stream x | on-demand or shards",
        "--votes-per-second 1 --regions 1 --improvements 1 --format x | --format is text or json",
        "--votes-per-second 1 --regions 1 --improvements 1 --prices x | x: can't be read",
        "--votes-per-second 1 --regions 1 --improvements 1 --prices pom.xml | there is no such",
        "--votes-per-second 1 --regions 1 --improvements 1 --budget 1 --staleness 1s | one of them"
      })
  void refusesWhatIsNone(String line, String reason) {
    assertThat(execute(line)).isEqualTo(2);

    assertThat(err.toString()).contains(reason);
  }

  private static double usd(JsonNode json) {
    return json.path("windows").path(2).path("usd").asDouble();
  }
}
