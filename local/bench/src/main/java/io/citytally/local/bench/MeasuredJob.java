package io.citytally.local.bench;

import io.citytally.local.flink.LocalFlink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.util.FileUtils;

/** A job on a {@link LocalFlink} of its own with one task manager. */
final class MeasuredJob implements AutoCloseable {

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 5;

  private final Contender contender;
  private final SyntheticVotes votes;
  private final Path directory;
  private final LocalFlink flink;
  private CompletableFuture<String> ended;

  MeasuredJob(Contender contender, SyntheticVotes votes, StateBackend backend, int parallelism)
      throws Exception {
    this.contender = contender;
    this.votes = votes;
    directory = Files.createTempDirectory("citytally-bench-");
    flink =
        new LocalFlink(
            0,
            directory,
            parallelism,
            CHECKPOINT_INTERVAL,
            new Configuration()
                .set(StateBackendOptions.STATE_BACKEND, backend.option)
                .set(TaskManagerOptions.MINI_CLUSTER_NUM_TASK_MANAGERS, 1));
  }

  /**
   * Counts votes to their end.
   *
   * @throws IllegalStateException if not each was counted once
   */
  Measurement.Rate count(long count) throws Exception {
    try (Measurement course = new Measurement()) {
      submit(count, course, Optional.empty());
      String end = ended.get();
      if (course.counted() != count) {
        throw new IllegalStateException(
            "%s counted %d of %d votes; %s"
                .formatted(contender.name(), course.counted(), count, end));
      }
      return course.rate();
    }
  }

  /**
   * Counts as many votes of a source that does not end, and ends the job.
   *
   * @throws IllegalStateException if one was counted twice
   */
  Measurement.Rate countEndless(long count) throws Exception {
    try (Measurement course = new Measurement()) {
      submit(count, course, Optional.empty());
      while (course.counted() < count) {
        pause();
      }
      Measurement.Rate rate = course.rate();
      // A vote that counts twice would show in the total of the next window.
      TimeUnit.NANOSECONDS.sleep(2 * Contender.WINDOW.toNanos());
      cancel();
      if (course.counted() != count) {
        throw new IllegalStateException(
            "%s counted %d of %d votes".formatted(contender.name(), course.counted(), count));
      }
      return rate;
    }
  }

  /** Starts the job and returns while it runs. */
  void submit(long count, Measurement course, Optional<String> restore) throws Exception {
    flink.submit(
        env -> contender.addTo(env, new SyntheticSource(votes, count, course.id())), restore);
    ended = flink.ended();
  }

  /** Waits until as many votes were sent. */
  void awaitSent(Measurement course, long sent) throws Exception {
    while (!course.hasBegun() || course.sent() < sent) {
      pause();
    }
  }

  /**
   * @throws IllegalStateException if the job has ended
   */
  private void pause() throws Exception {
    if (ended.isDone()) {
      throw new IllegalStateException(contender.name() + ": " + ended.get());
    }
    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
  }

  /** Takes a checkpoint now; it is kept. */
  CompletedCheckpointStats checkpoint() throws Exception {
    flink.checkpoint();
    return flink.latestCheckpoint().orElseThrow();
  }

  /** Ends the job where it is. */
  void cancel() throws Exception {
    flink.cancel();
  }

  /** Waits until every task has its state and runs. */
  void awaitRunning() throws Exception {
    while (!flink.isRunning()) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() throws Exception {
    flink.close();
    FileUtils.deleteDirectory(directory.toFile());
  }
}
