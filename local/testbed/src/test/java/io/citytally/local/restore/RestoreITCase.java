package io.citytally.local.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.VoteCountingJob;
import io.citytally.config.VoteCountingConfig;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.flink.LocalFlink;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs that go on where an earlier one was, or next to it. */
class RestoreITCase {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private City city;
  private SimulatedVoters voters;

  @BeforeEach
  void start() throws Exception {
    long seed = randomSeed.value();
    voters = new SimulatedVoters(City.BALLOT, seed);
    city = City.withKinesis(new VoteStream.Faults(0.1, 50, seed));
  }

  @AfterEach
  void stop() throws Exception {
    city.close();
  }

  @Test
  void goesOnFromASavepointBeforeTheLastWritesWithAnotherWindowAndParallelism() throws Exception {
    JobSettings before = city.settings(Duration.ofMillis(200), 2, 1);
    LocalFlink first = city.startJob(before, Optional.empty());
    vote(400);
    city.assertExact(first, before);
    String savepoint = first.savepoint(city.directory().resolve("savepoints"));
    vote(400);
    city.assertExact(first, before);
    first.cancel();
    vote(200);

    JobSettings after = city.settings(Duration.ofMillis(700), 3, 1);
    LocalFlink second = city.startJob(after, Optional.of(savepoint));
    vote(200);

    city.assertExact(second, after);
  }

  @Test
  void countsAgainFromTheStreamWithoutStateAndAddsNothingTwice() throws Exception {
    JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
    LocalFlink first = city.startJob(settings, Optional.empty());
    vote(400);
    city.assertExact(first, settings);
    first.cancel();

    LocalFlink second = city.startJob(settings, Optional.empty());
    vote(100);

    city.assertExact(second, settings);
  }

  @Test
  void twoJobsBesideEachOtherCountEachVoteOnce() throws Exception {
    JobSettings settings = city.settings(Duration.ofMillis(200), 1, 1);
    LocalFlink zombie = city.startJob(settings, Optional.empty());
    vote(200);
    LocalFlink successor = city.startJob(settings, Optional.empty());
    vote(400);

    city.assertExact(successor, settings);

    zombie.cancel();
    vote(50);

    city.assertExact(successor, settings);
  }

  @Test
  void anOldJobFailsForGoodOnceAnotherOneHasRaisedTheEpoch() throws Exception {
    JobSettings old = city.settings(Duration.ofMillis(200), 1, 1);
    LocalFlink zombie = city.startJob(old, Optional.empty());
    vote(100);
    Map<Choice, Long> inherited = city.drained(zombie, old);

    JobSettings raised = city.settings(Duration.ofMillis(200), 1, 2);
    LocalFlink successor = city.startJob(raised, Optional.empty());
    city.drained(successor, raised);
    vote(100);
    String end = zombie.ended().get(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS);

    assertThat(end).contains("FAILED").contains("epoch");
    Map<Choice, Long> onTop = city.truth();
    inherited.forEach((key, votes) -> onTop.merge(key, votes, Long::sum));
    assertThat(city.drained(successor, raised)).isEqualTo(onTop);
  }

  @Test
  void aJobOfARaisedEpochFailsForGoodOnASnapshotAndTheFormerEpochGoesOn() throws Exception {
    JobSettings before = city.settings(Duration.ofMillis(200), 2, 1);
    LocalFlink first = city.startJob(before, Optional.empty());
    vote(200);
    city.assertExact(first, before);
    String savepoint = first.savepoint(city.directory().resolve("savepoints"));
    first.cancel();
    vote(50);

    LocalFlink raised =
        city.submitJob(city.settings(Duration.ofMillis(200), 3, 2), Optional.of(savepoint));
    String end = raised.ended().get(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS);

    assertThat(end).contains("FAILED").contains("keep epoch 1");

    LocalFlink second = city.startJob(before, Optional.of(savepoint));
    vote(50);

    city.assertExact(second, before);
  }

  @Test
  void aJobOfAnotherSourceFailsForGoodOnASnapshotAndTheFormerSourceGoesOn() throws Exception {
    JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
    LocalFlink first = city.startJob(settings, Optional.empty());
    vote(200);
    city.assertExact(first, settings);
    String savepoint = first.stopWithSavepoint(city.directory().resolve("savepoints"));
    Map<String, Properties> switched = city.cloud().propertiesOf(settings);
    Properties source = switched.get("citytally.source");
    source.remove("stream.name");
    source.setProperty("source", "dynamodb-streams");
    source.setProperty("endpoint", city.cloud().dynamoDbEndpoint().toString());
    source.setProperty(
        "stream.arn",
        city.cloud()
            .dynamoDb()
            .describeTable(table -> table.tableName(VotesTable.DEFAULT_NAME))
            .table()
            .latestStreamArn());

    LocalFlink other =
        city.submitJob(
            VoteCountingJob.pipeline(VoteCountingConfig.parse(switched)),
            settings.parallelism(),
            Optional.of(savepoint),
            new Configuration());
    String end = other.ended().get(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS);

    assertThat(end).contains("FAILED").contains("set the source back to kinesis");

    LocalFlink second = city.startJob(settings, Optional.of(savepoint));
    vote(50);

    city.assertExact(second, settings);
  }

  @Test
  void aJobThatForgetsBeforeTheStreamDoesIsRefused() throws Exception {
    JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
    Map<String, Properties> properties = city.cloud().propertiesOf(settings);
    properties.get("citytally.count").setProperty("dedupe.ttl", "24 h");
    Configuration once = new Configuration();
    once.set(RestartStrategyOptions.RESTART_STRATEGY, "none");

    LocalFlink job =
        city.submitJob(
            VoteCountingJob.pipeline(VoteCountingConfig.parse(properties)),
            settings.parallelism(),
            Optional.empty(),
            once);

    assertThat(job.ended().get(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
        .contains("FAILED")
        .contains("keeps records for 24 h")
        .contains("Set dedupe.ttl to 25 h");
  }

  private void vote(int actions) {
    for (int i = 0; i < actions; i++) {
      voters.next().on(city.votes());
    }
  }
}
