package io.citytally.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.flink.JobMetrics;
import io.citytally.local.flink.LocalFlink;
import io.citytally.vote.RandomSeed;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A disk that is full for a while under the checkpoints, while people vote. */
class DiskFullITCase {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final Duration UNTIL_A_RESTART = Duration.ofSeconds(5);

  private final long seed = randomSeed.value();
  private final SimulatedVoters voters = new SimulatedVoters(City.BALLOT, seed);

  @AfterEach
  void makeSpace() {
    FillingFileSystem.empty();
  }

  @Test
  void countsOnWithoutCheckpointsAndTakesThemAgainWhenThereIsSpace() throws Exception {
    try (City city = City.withKinesis(new VoteStream.Faults(0.2, 20, seed))) {
      JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
      LocalFlink job = city.startJob(settings, onFillingDisk(city, Integer.MAX_VALUE));
      vote(city);
      city.assertExact(job, settings);

      fill();
      vote(city);
      awaitExact(city);
      awaitRefusedWrites(10);

      FillingFileSystem.empty();
      vote(city);
      city.assertExact(job, settings);
      assertThat(job.metrics().present(JobMetrics.RESTARTS)).isZero();
    }
  }

  @Test
  void goesBackToTheLastWholeCheckpointWhenATaskManagerIsKilledWhileThereIsNoSpace()
      throws Exception {
    try (City city = City.withKinesis(new VoteStream.Faults(0.2, 20, seed))) {
      JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
      LocalFlink job = city.startJob(settings, onFillingDisk(city, Integer.MAX_VALUE));
      vote(city);
      job.checkpoint();

      fill();
      vote(city);
      awaitExact(city);
      awaitRefusedWrites(10);
      Set<String> restored = new HashSet<>();
      for (int killed = 1; killed <= 2; killed++) {
        killATaskManagerAtWork(job);
        restored.add(job.restoredFrom().orElseThrow());
        vote(city);
        awaitExact(city);
        awaitRefusedWrites(4);
      }

      FillingFileSystem.empty();
      vote(city);
      city.assertExact(job, settings);
      assertThat(restored).hasSize(1);
    }
  }

  @Test
  void restartsFromTheLastWholeCheckpointUntilThereIsSpaceWhereAFailedOneFailsTheJob()
      throws Exception {
    try (City city = City.withKinesis(new VoteStream.Faults(0.2, 20, seed))) {
      JobSettings settings = city.settings(Duration.ofMillis(200), 2, 1);
      LocalFlink job = city.startJob(settings, onFillingDisk(city, 0));
      vote(city);
      job.checkpoint();

      fill();
      Set<String> restored = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        vote(city);
        long restarts = job.metrics().present(JobMetrics.RESTARTS);
        await()
            .atMost(City.TIMEOUT)
            .until(
                () ->
                    job.metrics().present(JobMetrics.RESTARTS) > restarts
                        && job.restoredFrom().isPresent());
        restored.add(job.restoredFrom().orElseThrow());
      }

      FillingFileSystem.empty();
      vote(city);
      city.assertExact(job, settings);
      assertThat(restored).hasSize(1);
    }
  }

  /**
   * @param tolerable how many checkpoints in a row may fail before the job does
   */
  private static Configuration onFillingDisk(City city, int tolerable) {
    Configuration configuration = new Configuration();
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        FillingFileSystem.addressOf(city.directory().resolve("filling")));
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, tolerable);
    // Files for the state of every task, however little it is.
    configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO);
    return configuration;
  }

  /** All tasks may be at one of the two: if nothing restarts, the first one had none. */
  private static void killATaskManagerAtWork(LocalFlink job) throws Exception {
    int restarts = job.restarts();
    job.killTaskManager();
    try {
      await().atMost(UNTIL_A_RESTART).until(() -> job.restarts() > restarts);
    } catch (ConditionTimeoutException e) {
      job.killTaskManager();
    }
    await().atMost(City.TIMEOUT).until(() -> job.restarts() > restarts && job.isRunning());
  }

  private void vote(City city) throws Exception {
    for (int i = 0; i < 300; i++) {
      voters.next().on(city.votes());
    }
    city.cloud().streaming().orElseThrow().awaitCaughtUp(City.TIMEOUT);
    city.cloud().stream().orElseThrow().flush();
  }

  private static void fill() {
    FillingFileSystem.fill();
    awaitRefusedWrites(1);
  }

  private static void awaitRefusedWrites(int more) {
    long before = FillingFileSystem.refusedWrites();
    await().atMost(City.TIMEOUT).until(() -> FillingFileSystem.refusedWrites() >= before + more);
  }

  /** Without the checkpoints by which it is known elsewhere that all was read. */
  private void awaitExact(City city) {
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () -> assertThat(city.cloud().counted()).as("seed %d", seed).isEqualTo(city.truth()));
  }
}
