package io.citytally.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.TallyKey;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayReportTest {

  private static final TallyKey BENCHES = new TallyKey("Old Town", "benches");
  private static final TallyKey FERRY = new TallyKey("Łąki", "ferry");
  private static final TallyKey SWIFTS = new TallyKey("Old Town", "swifts");

  private static ReplayReport report(Map<TallyKey, Long> counted) {
    return new ReplayReport(
        11_606,
        Map.of(BENCHES, 11_600L, SWIFTS, 6L, FERRY, 0L),
        0,
        counted,
        Map.of(BENCHES, "Forty \u001b[2Jbenches"),
        12,
        1_160,
        1_190,
        4_321,
        Duration.ofMillis(12_300));
  }

  @Test
  void isExactWhereEachTotalIsAsExpected() {
    ReplayReport report = report(Map.of(BENCHES, 11_600L, SWIFTS, 6L));

    assertThat(report.exitStatus()).isZero();
    assertThat(report.lines())
        .containsExactly(
            "exact: 11,606 votes, 3 totals, 0 differ; 12 crashes; 1,160 duplicates delivered, 1,190"
                + " dropped; 4,321 table writes, 2.69 votes per write; 944 votes/s");
  }

  @Test
  void isNotExactWhereATotalDiffersIsMissingOrCouldNotBeVotedFor() {
    TallyKey stray = new TallyKey("Nowhere", "x");
    ReplayReport report = report(Map.of(BENCHES, 11_599L, FERRY, 1L, stray, 1L));

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.differing()).containsExactly(stray, BENCHES, SWIFTS, FERRY);
    assertThat(report.lines())
        .containsExactly(
            "    expected      counted",
            "           -            1  Nowhere / x",
            "      11,600       11,599  Old Town / benches: Forty  [2Jbenches",
            "           6            0  Old Town / swifts",
            "           0            1  Łąki / ferry",
            "NOT EXACT: 11,606 votes, 3 totals, 4 differ; 12 crashes; 1,160 duplicates delivered,"
                + " 1,190 dropped; 4,321 table writes, 2.69 votes per write; 944 votes/s");
  }

  @Test
  void dividesByNothing() {
    ReplayReport report =
        new ReplayReport(
            1, Map.of(BENCHES, 1L), 0, Map.of(BENCHES, 1L), Map.of(), 1, 1, 0, 0, Duration.ZERO);

    assertThat(report.lines())
        .containsExactly(
            "exact: 1 vote, 1 total, 0 differ; 1 crash; 1 duplicate delivered, 0 dropped; 0 table"
                + " writes");
  }
}
