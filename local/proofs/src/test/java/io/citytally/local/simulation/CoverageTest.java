package io.citytally.local.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("proof")
class CoverageTest {

  private final Coverage coverage = new Coverage();

  @Test
  void tellsHowOftenFaultsHappenedAndMet() {
    coverage.add(Set.of(Incident.CRASH, Incident.ZOMBIE));
    coverage.add(Set.of(Incident.CRASH));

    assertThat(coverage.of(Incident.CRASH)).isEqualTo(2);
    assertThat(coverage.together(Incident.CRASH, Incident.ZOMBIE)).isEqualTo(1);
    assertThat(coverage.together(Incident.ZOMBIE, Incident.CRASH)).isEqualTo(1);
    assertThat(coverage.lines()).contains("           2  crash", "           0  outage");
  }

  @Test
  void namesTheFaultThatNeverHappenedOnce() {
    coverage.add(EnumSet.complementOf(EnumSet.of(Incident.OUTAGE)));

    assertThat(coverage.gaps()).containsExactly("outage");
    assertThat(coverage.rarestPair()).isZero();
  }

  @Test
  void namesThePairThatNeverMet() {
    coverage.add(EnumSet.complementOf(EnumSet.of(Incident.OUTAGE)));
    coverage.add(EnumSet.complementOf(EnumSet.of(Incident.ZOMBIE)));

    assertThat(coverage.gaps()).containsExactly("outage with zombie");
  }

  @Test
  void hasNoGapWhereAllMet() {
    coverage.add(EnumSet.allOf(Incident.class));

    assertThat(coverage.gaps()).isEmpty();
    assertThat(coverage.rarestPair()).isEqualTo(1);
    assertThat(Coverage.pairs())
        .isEqualTo(
            (int)
                Arrays.stream(Incident.values())
                    .flatMap(
                        one ->
                            Arrays.stream(Incident.values()).filter(two -> two.compareTo(one) > 0))
                    .count());
  }
}
