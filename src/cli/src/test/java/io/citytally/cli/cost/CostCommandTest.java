package io.citytally.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.command.DurationConverter;
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
  void showsTheJobsUsualWindowNextToTheLambdasAndWhatOthersCost() {
    assertThat(execute(CITY)).isZero();

    assertThat(out.toString())
        .contains("100 votes/s on 600 choices (20 regions of 30, skew 1), 0 % of them changed")
        .contains("USD in a month of 730 hours, in us-east-1")
        .contains("; Kinesis on-demand, CloudFront pay-as-you-go")
        .containsPattern("job at 1s +Lambda/vote +Lambda/batch")
        .containsPattern("(?m)^  Managed Flink +160\\.60 +- +-$")
        .containsPattern("(?m)^  Lambda +- +[0-9.]+ +[0-9.]+$")
        .containsPattern("(?m)^  writes per vote +0\\.7186 +1\\.0000 +0\\.[0-9]{4}$")
        .contains("Window 1s: the one asked for, or the job's usual one")
        .containsPattern(
            "(?m)^Others: 100ms [0-9.]+, 250ms [0-9.]+, 5s [0-9.]+, .*, 1m [0-9.]+\\.$")
        .contains("The job costs less than a Lambda per vote from ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void countsOneRegionAndOneViewerAsOne() {
    assertThat(execute("--votes-per-second 1 --regions 1 --improvements 5 --viewers 1")).isZero();

    assertThat(out.toString()).contains("(1 region of 5, skew 1), 0 % of them changed, 1 viewer\n");
  }

  @Test
  void saysHowManyVotesABallotHas() throws Exception {
    assertThat(execute(CITY + "--votes-per-ballot 2.5")).isZero();

    assertThat(out.toString())
        .contains("100 votes/s, 2.5 to a ballot, on 600 choices")
        .containsPattern("(?m)^  turnout +[0-9.]+ +- +-$");
    out.getBuffer().setLength(0);
    JsonNode json = json(CITY + "--votes-per-ballot 2.5");
    assertThat(json.path("votesPerBallot").asDouble()).isEqualTo(2.5);
    assertThat(json.path("windows").path(2).path("turnoutWritesPerSecond").asDouble()).isPositive();
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
    assertThat(usd(json(CITY + "--votes-per-ballot 10"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--viewers 0"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--recent-size 100"))).isGreaterThan(usual);
    assertThat(usd(json(CITY + "--poll-interval 10s"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--stream on-demand"))).isEqualTo(usual);
    assertThat(usd(json(CITY + "--stream provisioned"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--shards 100"))).isGreaterThan(usual);
    assertThat(usd(json(CITY + "--stream advantage"))).isGreaterThan(usual);
    assertThat(usd(json(CITY + "--waf"))).isGreaterThan(usual);
    assertThat(usd(json(CITY + "--cloudfront free"))).isLessThan(usual);
    assertThat(usd(json(CITY + "--days 0.01 --starts 9")))
        .isGreaterThan(usd(json(CITY + "--days 0.01")));
  }

  @Test
  void saysWhatViewersCostAndWhatOtherPollIntervalsWould() {
    assertThat(execute(CITY + "--viewers 500")).isZero();

    assertThat(out.toString())
        .containsPattern(
            "(?m)^Viewers: 500, polling each 1s to 3s, cost 2,[0-9]{3}\\.[0-9]{2}\\."
                + " Polling each 1s: 2,[0-9.]+, 3s: [0-9.]+, 10s: [0-9.]+, 30s: [0-9.]+\\.$");
    assertThat(execute(CITY + "--poll-interval 10s")).isZero();
    assertThat(out.toString()).contains("Viewers: 10, polling each 10s, cost ");
    out.getBuffer().setLength(0);
    assertThat(execute(CITY + "--viewers 0")).isZero();
    assertThat(out.toString()).doesNotContain("Viewers:");
  }

  @Test
  void saysWhenThePlanIsExceededAndWhichOneWouldDo() throws Exception {
    assertThat(execute(CITY + "--cloudfront pro")).isZero();

    assertThat(out.toString())
        .contains("CloudFront pro allows 10 M requests and 50,000 GB a month; 26.3 M and ")
        .contains("GB exceed that.");
    out.getBuffer().setLength(0);
    assertThat(execute(CITY + "--poll-interval 3s")).isZero();
    assertThat(out.toString())
        .containsPattern("CloudFront pro has room for it, at [0-9.]+ less: --cloudfront pro\\.");
    out.getBuffer().setLength(0);
    JsonNode json = json(CITY + "--cloudfront pro");
    assertThat(json.path("cloudFront").path("exceedsPlan").asBoolean()).isTrue();
    assertThat(json.path("cloudFront").path("plan").asText()).isEqualTo("pro");
  }

  /** At three seconds a small city fits a cheaper plan, which at one second it would not. */
  @Test
  void showsThatAdaptivePollingBringsASmallCityIntoACheaperPlan() throws Exception {
    String small = "--votes-per-second 0.02 --regions 1 --improvements 30 --viewers 10 ";

    assertThat(exceedsPlan(small + "--cloudfront pro")).isFalse();
    assertThat(exceedsPlan(small + "--cloudfront pro --poll-interval 1s")).isTrue();
  }

  private boolean exceedsPlan(String line) throws Exception {
    return json(line).path("cloudFront").path("exceedsPlan").asBoolean();
  }

  @Test
  void estimatesTheTablesOwnStreamAndTwoWeeks() throws Exception {
    JsonNode json = json(CITY + "--source dynamodb-streams --days 14");

    assertThat(json.path("hours").asDouble()).isEqualTo(336);
    assertThat(json.path("source").asText()).isEqualTo("dynamodb-streams");
    assertThat(json.path("windows").path(0).path("parts").has("Kinesis")).isFalse();
    assertThat(json.path("windows").path(0).path("parts").path("Managed Flink").asDouble())
        .isEqualTo(2 * 336 * 0.11);
    assertThat(execute(CITY + "--source dynamodb-streams --days 14")).isZero();
    assertThat(out.toString()).contains("USD in 14 days").contains("; the table's own stream, ");
  }

  @Test
  void ofIrelandAsksForThePricesThatItLacks(@TempDir Path directory) throws Exception {
    String streams = CITY + "--price-region eu-west-1 --source dynamodb-streams ";
    Path prices =
        Files.writeString(
            directory.resolve("prices"),
            "flink.kpu.hour=0.1\nflink.storage.gb.month=0.1\nflink.backup.gb.month=0.1\n"
                + "dynamodb.million.stream.reads=0.1\n");

    assertThat(execute(CITY + "--price-region eu-west-1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("There is no price of eu-west-1 for dynamodb.million.captured.changes.")
        .contains("--prices FILE");
    assertThat(out.toString()).isEmpty();
    assertThat(json(streams + "--prices " + prices).path("region").asText()).isEqualTo("eu-west-1");
  }

  @Test
  void takesOtherPrices(@TempDir Path directory) throws Exception {
    Path prices =
        Files.writeString(directory.resolve("prices"), "as.of=2031-01-31\nflink.kpu.hour=1\n");

    JsonNode json = json(CITY + "--prices " + prices);

    assertThat(json.path("pricesAsOf").asText()).isEqualTo("2031-01-31");
    assertThat(json.path("region").asText()).isEqualTo("us-east-1");
    assertThat(json.path("windows").path(0).path("parts").path("Managed Flink").asDouble())
        .isEqualTo(2 * 730);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--votes-per-second 0 --regions 1 --improvements 1  | '0' is not a number above 0",
        "--votes-per-second -1 --regions 1 --improvements 1 | '-1' is not a number above 0",
        "--votes-per-second 1000001 --regions 1 --improvements 1 | at most 1000000",
        "--votes-per-second 1 --regions 0 --improvements 1  | --regions is 0, but must be 1 to",
        "--votes-per-second 1 --regions 1 --improvements 0  | --improvements is 0, but must be 1",
        "--votes-per-second 1 --regions 9999 --improvements 9999 | --regions times --improvements",
        "--votes-per-second 1 --regions 1 --improvements 1 --window 9ms | --window is 9ms, but",
        "--votes-per-second 1 --regions 1 --improvements 1 --changed-share 2 | a fraction, 0 to 1",
        "--votes-per-second 1 --regions 1 --improvements 1 --votes-per-ballot 0.5 | from 1 to 100",
        "--votes-per-second 1 --regions 1 --improvements 200 --votes-per-ballot 101 | from 1 to 100",
        "--votes-per-second 1 --regions 1 --improvements 1 --votes-per-ballot 2 | at most once",
        "--votes-per-second 1 --regions 1 --improvements 1 --viewers -1 | --viewers is -1, but",
        "--votes-per-second 1 --regions 1 --improvements 1 --recent-size 101 | is 101, but must be",
        "--votes-per-second 1 --regions 1 --improvements 1 --stream x | 'x' is none of the values. Use one of"
            + " on-demand,",
        "--votes-per-second 1 --regions 1 --improvements 1 --source x | 'x' is none of the values. Use one of kinesis,",
        "--votes-per-second 1 --regions 1 --improvements 1 --cloudfront x | pay-as-you-go, free,"
            + " pro",
        "--votes-per-second 1 --regions 1 --improvements 1 --stream advantage --shards 2 |"
            + " provisioned",
        "--votes-per-second 1 --regions 1 --improvements 1 --source dynamodb-streams --shards 2 | no"
            + " Kine",
        "--votes-per-second 1 --regions 1 --improvements 1 --days 0 | '0' is not a number above 0",
        "--votes-per-second 1 --regions 1 --improvements 1 --days 367 | --days must be above 0, and"
            + " at",
        "--votes-per-second 1 --regions 1 --improvements 1 --starts 0 | --starts is 0, but must be"
            + " 1 to",
        "--votes-per-second 1 --regions 1 --improvements 1 --poll-interval 999ms | is 999ms, but"
            + " must be",
        "--votes-per-second 1 --regions 1 --improvements 1 --price-region mars-1 | no price of"
            + " mars-1 for",
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
