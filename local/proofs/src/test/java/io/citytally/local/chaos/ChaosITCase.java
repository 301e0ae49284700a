package io.citytally.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.city.Elections;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.proofs.SaidOnFailure;
import io.citytally.local.recount.Recount;
import io.citytally.vote.RandomSeed;
import io.citytally.vote.SourceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A round with everything in it: of a real election where there is one, else of a small one. */
@Isolated("It measures its own JVM and all emulators of it.")
class ChaosITCase {

  private static final int SMALLEST_DISTRICTS = 3;

  private static final JobSettings JOB =
      new JobSettings(
          SourceKind.KINESIS, Duration.ofMillis(300), 20, Duration.ofHours(25), 1, 2, 2);

  @RegisterExtension final SaidOnFailure said = new SaidOnFailure();
  @RegisterExtension final RandomSeed seed = new RandomSeed(1_000_000_000);

  @BeforeAll
  static void requireKinesis() {
    InstalledEmulators.directory();
  }

  @Test
  void everyTotalIsExactThoughEverythingGoesWrong() throws Exception {
    ChaosReport report = campaign(EnumSet.allOf(Fault.class), false);

    assertThat(report.rounds())
        .singleElement()
        .satisfies(round -> assertThat(round.differing()).isEmpty())
        .satisfies(
            round ->
                assertThat(round.recount().outcome())
                    .as("%s", round.recount())
                    .isEqualTo(Recount.Outcome.AGREES));
    assertThat(report.missing()).isEmpty();
    assertThat(report.measured())
        .hasValueSatisfying(
            measured -> {
              assertThat(measured.footprints()).isNotEmpty();
              assertThat(measured.leaks()).isEmpty();
              assertThat(measured.resultsAnswered()).isPositive();
              assertThat(measured.resultsFailed()).isZero();
            });
  }

  @Test
  void theFormerAlgorithmCountsVotesTwiceWhenItsMachinesAreLost() throws Exception {
    ChaosReport report = campaign(EnumSet.of(Fault.TASK_MANAGERS, Fault.DUPLICATES), true);

    RoundResult round = report.rounds().get(0);
    assertThat(round.standing()).isEqualTo(round.published());
    assertThat(round.tooMany()).isPositive();
    assertThat(round.changedVotes()).isZero();
    assertThat(round.recount().differs()).isTrue();
  }

  private ChaosReport campaign(Set<Fault> faults, boolean lambda) throws Exception {
    Optional<List<Path>> real = Elections.real("toulouse-2022").map(ChaosITCase::smallest);
    return new Campaign(
            Path.of("").toAbsolutePath(),
            new ChaosOptions(
                real.orElse(Elections.lunden()),
                Duration.ZERO,
                faults,
                real.isPresent() ? 40 : 15,
                Duration.ofSeconds(3),
                0.25,
                lambda,
                seed.value(),
                lambda ? Optional.empty() : Optional.of(Duration.ofSeconds(10)),
                JOB),
            said.out())
        .run();
  }

  /** All of it takes many minutes: that is for the command. */
  private static List<Path> smallest(List<Path> districts) {
    return districts.stream()
        .sorted(Comparator.comparingLong(file -> file.toFile().length()))
        .limit(SMALLEST_DISTRICTS)
        .toList();
  }
}
