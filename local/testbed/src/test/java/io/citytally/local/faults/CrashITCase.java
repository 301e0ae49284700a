package io.citytally.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.Resharder;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.replay.Crashes;
import io.citytally.local.replay.Drain;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Random voters, and a system that is disturbed in every way at once. */
class CrashITCase {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final int ACTIONS = 3_000;
  private static final int ACTIONS_PER_CRASH = 750;

  @Test
  void isExactThroughCrashesDuplicatesDisorderAndResharding() throws Exception {
    long seed = randomSeed.value();
    try (City city = City.withKinesis(new VoteStream.Faults(0.2, 200, seed))) {
      JobSettings settings = city.settings(Duration.ofMillis(300), 2, 1);
      LocalFlink job = city.startJob(settings, Optional.empty());
      Drain drain = city.drain(job, settings);
      Resharder resharder =
          new Resharder(
              city.cloud().kinesis().orElseThrow(), city.cloud().stream().orElseThrow(), seed);

      SimulatedVoters voters = new SimulatedVoters(City.BALLOT, seed);
      Crashes crashes = new Crashes(job);
      for (int action = 0; action < ACTIONS; action++) {
        voters.next().on(city.votes());
        if (action % 600 == 300) {
          drain.expect(resharder.split("split-" + action));
        } else if (action % 600 == 599) {
          drain.expect(resharder.merge("merge-" + action));
        }
        if (action % ACTIONS_PER_CRASH == ACTIONS_PER_CRASH / 2) {
          crashes.crash();
        }
      }
      drain.awaitRead();
      Map<Choice, Long> totals = drain.awaitWritten();

      assertThat(totals).as("seed %d", seed).isEqualTo(city.truth());
      assertThat(job.metrics().total("duplicatesDropped")).isPositive();
    }
  }

  @Test
  void isExactThroughCrashesOnTheTablesOwnStream() throws Exception {
    long seed = randomSeed.value();
    try (City city = City.withDynamoDbStreams()) {
      JobSettings settings = city.settings(Duration.ofMillis(300), 2, 1);
      LocalFlink job = city.startJob(settings, Optional.empty());
      Drain drain = city.drain(job, settings);

      SimulatedVoters voters = new SimulatedVoters(City.BALLOT, seed);
      Crashes crashes = new Crashes(job);
      for (int action = 0; action < ACTIONS; action++) {
        voters.next().on(city.votes());
        if (action % ACTIONS_PER_CRASH == ACTIONS_PER_CRASH / 2) {
          crashes.crash();
        }
      }
      drain.awaitRead();

      assertThat(drain.awaitWritten()).as("seed %d", seed).isEqualTo(city.truth());
    }
  }
}
