package io.citytally.local.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakReportTest {

  private static final Duration ASKED = Duration.ofMinutes(20);

  @Test
  void isContentWhereNothingDriftedNorLeaked() {
    SoakReport report = report(ASKED, 4, List.of(), 0, 0);

    assertThat(report.exitStatus()).isZero();
    assertThat(report.closingLine())
        .isEqualTo(
            "soak: 20:00, 120,000 votes, 19 crashes, compared 4 times: 0 times a total differed;"
                + " 1,200 results shown, 0 not; no leak");
  }

  @Test
  void isNotContentWhereATotalDrifted() {
    SoakReport report = report(ASKED, 4, List.of("after 5:00: oak has 2 votes, but 3"), 0, 0);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.page("local/citytally soak"))
        .contains("- after 5:00: oak has 2 votes, but 3");
  }

  @Test
  void isNotContentWhereSomethingLeaked() {
    SoakReport report = report(ASKED, 4, List.of(), 0, 20_000_000);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.closingLine()).endsWith("LEAK: heap");
  }

  @Test
  void isNotContentWhereALookAtTheResultsFailed() {
    assertThat(report(ASKED, 4, List.of(), 1, 0).exitStatus()).isEqualTo(1);
  }

  @Test
  void isNotContentWhereItWasStoppedOrComparedNothing() {
    SoakReport stopped = report(Duration.ofMinutes(7), 4, List.of(), 0, 0);

    assertThat(stopped.exitStatus()).isEqualTo(1);
    assertThat(stopped.closingLine()).startsWith("soak: 7:00 of 20:00, ");
    assertThat(report(ASKED, 0, List.of(), 0, 0).exitStatus()).isEqualTo(1);
  }

  private static SoakReport report(
      Duration took, int checks, List<String> differing, long resultsFailed, long heapGrowth) {
    List<Footprint> footprints =
        IntStream.range(0, 60)
            .mapToObj(
                i ->
                    new Footprint(
                        Duration.ofSeconds(20L * i),
                        400_000_000 + i * heapGrowth,
                        150,
                        300,
                        900_000_000,
                        Duration.ofMillis(30),
                        2_000L * i))
            .toList();
    return new SoakReport(
        ASKED,
        took,
        120_000,
        footprints,
        checks,
        differing.isEmpty() ? 0 : 1,
        differing,
        19,
        1_200,
        resultsFailed);
  }
}
