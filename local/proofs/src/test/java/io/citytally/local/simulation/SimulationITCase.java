package io.citytally.local.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * {@code -Dcitytally.simulation.seeds=N} sets the number of runs, {@code
 * -Dcitytally.simulation.seed=S} the first of them.
 */
@Isolated("It takes all processors.")
class SimulationITCase {

  private static final long FIRST = Long.getLong("citytally.simulation.seed", 1);
  private static final long SEEDS = Long.getLong("citytally.simulation.seeds", 10_000);
  private static final long SEEDS_TO_COVER_ALL = 10_000;

  @Test
  void tenThousandSeedsAreExactAndEveryTwoFaultsMeet() throws Exception {
    SeedRuns runs = new SeedRuns(FIRST, SEEDS, Sabotage.NONE);
    runs.run(Runtime.getRuntime().availableProcessors());

    assertThat(runs.done()).isEqualTo(SEEDS);
    assertThat(runs.failures()).isEmpty();
    if (SEEDS >= SEEDS_TO_COVER_ALL) {
      assertThat(runs.coverage().gaps()).isEmpty();
    }
  }
}
