package io.citytally.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.VoteCountingPipeline;
import io.citytally.local.bench.WritesPerVote.Outcome;
import io.citytally.vote.Choice;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WritesPerVoteTest {

  private static final Choice PARK = new Choice("Old Town", "park");
  private static final Duration WINDOW = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(longs = {100, 1_000, 10_000})
  void theJobWritesTotalsAsSeldomAsAPromptCounterCan(long windowMillis) throws Exception {
    VoteArrivals arrivals = VoteArrivals.zipf(200, 7, 3_000, 100, 42);

    Outcome outcome = WritesPerVote.count(arrivals, Duration.ofMillis(windowMillis), 42);

    assertThat(outcome.tables().tallyWrites())
        .isCloseTo(outcome.bound(), Percentage.withPercentage(1));
    assertThat(outcome.waiting()).isLessThanOrEqualTo(outcome.bound());
    assertThat(outcome.tables().conflicts()).isZero();
    assertThat(outcome.tables().longestWaitMillis())
        .isLessThanOrEqualTo(
            VoteCountingPipeline.MAX_IN_BUFFER.toMillis()
                + windowMillis
                + CountedTables.MAX_DELAY_MILLIS);
  }

  @Test
  void aVoteInAQuietTimeWaitsForNothingButTheTable() throws Exception {
    Outcome outcome = WritesPerVote.count(VoteArrivals.at(PARK, 0, 5_000, 7_000), WINDOW, 1);

    assertThat(outcome.tables().tallyWrites()).isEqualTo(3);
    assertThat(outcome.tables().longestWaitMillis())
        .isLessThanOrEqualTo(CountedTables.MAX_DELAY_MILLIS);
  }

  @Test
  void aRestartCostsOneConflictForEachTotalThatIsWrittenAgain() throws Exception {
    CountedTables tables = new CountedTables(1);
    try (VirtualJob job = new VirtualJob(WINDOW, tables)) {
      job.count(VoteArrivals.at(PARK, 0, 2_000));
      job.rest();
      job.restart();
      job.count(VoteArrivals.at(PARK, 10_000, 12_000));
      job.rest();
    }

    assertThat(tables.conflicts()).isEqualTo(1);
    assertThat(tables.tallyWrites()).isEqualTo(4);
    assertThat(tables.votesShown()).isEqualTo(4);
  }
}
