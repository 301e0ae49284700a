package io.citytally.local.count;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TIMEOUT;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.flink.JobMetrics;
import io.citytally.local.flink.LocalFlink;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** Votes for what is new on the ballot, while the job can't read it. */
class BallotAwayITCase {

  private static final Duration CHECKPOINT_TIMEOUT = Duration.ofSeconds(3);

  /** Twenty votes, and as many turnouts, since their region is new on the ballot. */
  private static final int UNDECIDED = 40;

  @Test
  void votesWaitThroughCheckpointsASavepointAndAnotherParallelismAndNoneIsRefused()
      throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        FaultyDynamoDb proxy = new FaultyDynamoDb(city.cloud().dynamoDbEndpoint())) {
      city.cloud().publishBallot(Map.of(PARK, "A park", POOL, "A pool"));
      LocalFlink before = start(city, proxy, 2, Optional.empty());
      city.votes().cast("first", PARK);
      city.awaitTotal(PARK, 1);

      proxy.cut();
      city.cloud().publishBallot(Map.of(TREES, "Trees"));
      for (int vote = 0; vote < 20; vote++) {
        city.votes().cast("new-" + vote, TREES);
        city.votes().cast("known-" + vote, POOL);
      }
      await().atMost(TIMEOUT).until(() -> before.metrics().present("sidesUndecided") == UNDECIDED);
      await().pollDelay(CHECKPOINT_TIMEOUT.multipliedBy(2)).until(() -> true);
      before.checkpoint();

      await().atMost(TIMEOUT).until(() -> before.metrics().total("changesCounted") == 21);
      assertThat(before.metrics().present(JobMetrics.RESTARTS)).isZero();
      String savepoint = before.stopWithSavepoint(city.directory().resolve("savepoints"));

      LocalFlink after = start(city, proxy, 3, Optional.of(savepoint));
      await().atMost(TIMEOUT).until(() -> after.metrics().present("sidesUndecided") == UNDECIDED);
      proxy.restore();

      city.assertExact(after, settings(city, 3));
      assertThat(city.cloud().rejectedVotes()).isEmpty();
      assertThat(after.metrics().present(JobMetrics.RESTARTS)).isZero();
    }
  }

  private static LocalFlink start(
      City city, FaultyDynamoDb proxy, int parallelism, Optional<String> restore) throws Exception {
    return city.startJob(
        VoteCountingJob.pipeline(
            city.cloud().configurationOf(settings(city, parallelism), proxy.endpoint())),
        parallelism,
        restore,
        new Configuration().set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT));
  }

  private static JobSettings settings(City city, int parallelism) {
    return city.settings(Duration.ofMillis(200), parallelism, 1);
  }
}
