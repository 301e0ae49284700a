package io.citytally.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.recount.Recount;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayReportTest {

  private static final Choice BENCHES = new Choice("Old Town", "benches");
  private static final Choice FERRY = new Choice("Łąki", "ferry");
  private static final Choice SWIFTS = new Choice("Old Town", "swifts");

  private static final Map<String, Long> TURNOUT = Map.of("Old Town", 4_000L, "Łąki", 0L);

  private static final Recount.Verdict AGREES =
      new Recount.Verdict(Recount.Outcome.AGREES, List.of("agrees: 11,606 votes"));

  private static ReplayReport report(Map<Choice, Long> counted, Recount.Verdict recount) {
    return new ReplayReport(
        11_606,
        11_606,
        Map.of(BENCHES, 11_600L, SWIFTS, 6L, FERRY, 0L),
        TURNOUT,
        0,
        counted,
        TURNOUT,
        LocalCloud.historyOf(counted, TURNOUT),
        Map.of(BENCHES, "Forty \u001b[2Jbenches"),
        12,
        1_160,
        1_190,
        4_321,
        recount,
        Duration.ofMillis(12_300));
  }

  @Test
  void isExactWhereEachTotalIsAsExpected() {
    ReplayReport report = report(Map.of(BENCHES, 11_600L, SWIFTS, 6L), AGREES);

    assertThat(report.exitStatus()).isZero();
    assertThat(report.lines())
        .containsExactly(
            "recount: agrees: 11,606 votes",
            "exact: 11,606 votes, 3 totals, 2 turnouts, 0 differ; 12 crashes; 1,160 duplicates delivered, 1,190"
                + " dropped; 4,321 table writes, 2.69 votes per write; 944 votes/s; the"
                + " recount agrees");
  }

  @Test
  void isNotExactWhereTheRecountDiffers() {
    Recount.Verdict differs =
        new Recount.Verdict(Recount.Outcome.DIFFERS, List.of("city:\u001b a list", "differs: it"));
    ReplayReport report = report(Map.of(BENCHES, 11_600L, SWIFTS, 6L), differs);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.lines()).startsWith("recount: city:  a list", "recount: differs: it");
    assertThat(report.lines().get(2))
        .startsWith("NOT EXACT: 11,606 votes, 3 totals, 2 turnouts, 0 differ;")
        .endsWith("; the recount differs");
  }

  @Test
  void saysThatTheRecountWasSkippedAndWhy() {
    Recount.Verdict skipped =
        new Recount.Verdict(Recount.Outcome.SKIPPED, List.of("Node.js is missing"));
    ReplayReport report = report(Map.of(BENCHES, 11_600L, SWIFTS, 6L), skipped);

    assertThat(report.exitStatus()).isZero();
    assertThat(report.lines()).startsWith("recount: Node.js is missing");
    assertThat(report.lines().get(1)).startsWith("exact: ").endsWith("; the recount was skipped");
  }

  @Test
  void isNotExactWhereATotalDiffersIsMissingOrCouldNotBeVotedFor() {
    Choice stray = new Choice("Nowhere", "x");
    ReplayReport report = report(Map.of(BENCHES, 11_599L, FERRY, 1L, stray, 1L), AGREES);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.differing()).containsExactly(stray, BENCHES, SWIFTS, FERRY);
    assertThat(report.lines())
        .containsExactly(
            "    expected      counted",
            "           -            1  Nowhere / x",
            "      11,600       11,599  Old Town / benches: Forty  [2Jbenches",
            "           6            0  Old Town / swifts",
            "           0            1  Łąki / ferry",
            "recount: agrees: 11,606 votes",
            "NOT EXACT: 11,606 votes, 3 totals, 2 turnouts, 4 differ; 12 crashes; 1,160 duplicates delivered,"
                + " 1,190 dropped; 4,321 table writes, 2.69 votes per write; 944 votes/s; the recount"
                + " agrees");
  }

  @Test
  void isNotExactWhereATurnoutDiffersOrIsMissing() {
    ReplayReport report =
        new ReplayReport(
            10,
            5,
            Map.of(BENCHES, 10L),
            Map.of("Old Town", 4L, "Łąki", 3L, "Port", 0L),
            0,
            Map.of(BENCHES, 10L),
            Map.of("Old Town", 5L, "Nowhere", 1L),
            LocalCloud.historyOf(Map.of(BENCHES, 10L), Map.of("Old Town", 5L, "Nowhere", 1L)),
            Map.of(),
            0,
            0,
            0,
            2,
            AGREES,
            Duration.ofSeconds(1));

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.lines())
        .startsWith(
            "    expected      counted",
            "           0            1  turnout of Nowhere",
            "           4            5  turnout of Old Town",
            "           3            0  turnout of Łąki")
        .last()
        .asString()
        .startsWith("NOT EXACT: 10 votes in 5 items, 1 total, 3 turnouts, 3 differ;");
  }

  @Test
  void dividesByNothing() {
    ReplayReport report =
        new ReplayReport(
            1,
            1,
            Map.of(BENCHES, 1L),
            Map.of("Old Town", 1L),
            2,
            Map.of(BENCHES, 1L),
            Map.of("Old Town", 1L),
            LocalCloud.historyOf(Map.of(BENCHES, 1L), Map.of("Old Town", 1L)),
            Map.of(),
            1,
            1,
            0,
            0,
            AGREES,
            Duration.ZERO);

    assertThat(report.lines())
        .endsWith(
            "exact: 1 vote, 1 total, 1 turnout, 0 differ; 1 crash; 1 duplicate delivered, 0 dropped; 0 table"
                + " writes; 2 published totals not as the ballots; the recount agrees");
  }

  @Test
  void isNotExactWhereTheCourseOfTheVoteIsNotTheSumOfTheTotals() {
    ReplayReport report =
        new ReplayReport(
            1,
            1,
            Map.of(BENCHES, 1L),
            Map.of("Old Town", 1L),
            0,
            Map.of(BENCHES, 1L),
            Map.of("Old Town", 1L),
            LocalCloud.historyOf(Map.of(BENCHES, 2L), Map.of("Old Town", 1L)),
            Map.of(),
            0,
            0,
            0,
            0,
            AGREES,
            Duration.ZERO);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.lines())
        .contains(
            "           1            2  history of city / v:",
            "           1            2  history of region:Old Town / v:")
        .last()
        .asString()
        .contains("2 differ");
  }
}
