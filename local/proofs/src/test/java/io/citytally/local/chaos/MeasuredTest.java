package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasuredTest {

  @Test
  void isGoodWhereNothingLeakedAndEachLookWasAnswered() {
    Measured measured = measured(60, 0, 0);

    assertThat(measured.isGood()).isTrue();
    assertThat(measured.phrase()).isEqualTo("1,200 results shown, 0 not; no leak");
  }

  @Test
  void isNotGoodWhereSomethingLeaked() {
    Measured measured = measured(60, 0, 20_000_000);

    assertThat(measured.isGood()).isFalse();
    assertThat(measured.phrase()).endsWith("LEAK: heap");
  }

  @Test
  void isNotGoodWhereJobsThatHaveEndedKeepTheirClassLoaders() {
    Measured measured = new Measured(List.of(), Measured.MAX_JOB_CLASS_LOADERS + 1, 1_200, 0);

    assertThat(measured.isGood()).isFalse();
    assertThat(measured.phrase()).endsWith("LEAK: 2 class loaders of jobs in one process");
  }

  @Test
  void isNotGoodWhereALookAtTheResultsFailed() {
    assertThat(measured(60, 1, 0).isGood()).isFalse();
  }

  @Test
  void saysWhenItWasTooShort() {
    assertThat(measured(Trend.MIN_FOOTPRINTS - 1, 0, 20_000_000).phrase())
        .endsWith("too short to see a leak");
  }

  @Test
  void writesAPageOfTheCommandItsClosingLineFootprintsAndTrends() {
    assertThat(measured(60, 0, 0).page("local/citytally chaos", "chaos: 1 round"))
        .contains(
            "By `local/citytally chaos`, on a machine of "
                + Runtime.getRuntime().availableProcessors()
                + " processors:",
            "chaos: 1 round",
            "| 0:00 | 0 | 400 MB | 900 MB | 150 | 300 | 30 ms |",
            "| 19:40 | 118,000 | 400 MB | 900 MB | 150 | 300 | 30 ms |",
            "| threads | 150 | +0.0 | 15 |");
  }

  private static Measured measured(int footprints, long resultsFailed, long heapGrowth) {
    return new Measured(
        IntStream.range(0, footprints)
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
            .toList(),
        1,
        1_200,
        resultsFailed);
  }
}
