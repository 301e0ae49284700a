package io.citytally.local.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;

/**
 * A job on a cluster of its own within this virtual machine: one task manager, as many slots as
 * asked for, incremental checkpoints.
 */
final class MeasuredJob implements AutoCloseable {

  /** As much as {@code local/citytally run} gives it. */
  private static final MemorySize ROCKSDB_MEMORY_PER_SLOT = MemorySize.ofMebiBytes(384);

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 5;

  private final Contender contender;
  private final SyntheticVotes votes;
  private final Configuration configuration;
  private final Path directory;
  private final MiniCluster cluster;
  private JobID running;

  MeasuredJob(Contender contender, SyntheticVotes votes, StateBackend backend, int parallelism)
      throws Exception {
    this.contender = contender;
    this.votes = votes;
    directory = Files.createTempDirectory("citytally-bench-");
    configuration =
        new Configuration()
            .set(StateBackendOptions.STATE_BACKEND, backend.option)
            .set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toString())
            .set(RestOptions.BIND_PORT, "0")
            .set(CoreOptions.DEFAULT_PARALLELISM, parallelism)
            .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
            .set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString())
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL)
            .set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
            .set(
                TaskManagerOptions.MANAGED_MEMORY_SIZE,
                ROCKSDB_MEMORY_PER_SLOT.multiply(parallelism));
    Files.createDirectories(directory.resolve("tmp"));
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(parallelism)
                .build());
    cluster.start();
  }

  /**
   * Counts votes to their end.
   *
   * @throws IllegalStateException if not each was counted once
   */
  Measurement.Rate count(long count) throws Exception {
    try (Measurement course = new Measurement()) {
      submit(count, course, Optional.empty());
      awaitEnd(course, count);
      return course.rate();
    }
  }

  private void awaitEnd(Measurement course, long count) throws Exception {
    cluster.requestJobResult(running).get().toJobExecutionResult(getClass().getClassLoader());
    if (course.counted() != count) {
      throw new IllegalStateException(
          contender.name() + " counted " + course.counted() + " of " + count + " votes");
    }
  }

  /** Starts it, and goes on. */
  void submit(long count, Measurement course, Optional<String> restore) throws Exception {
    Configuration job = new Configuration(configuration);
    restore.ifPresent(path -> job.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    try (StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(job)) {
      contender.addTo(env, new SyntheticSource(votes, count, course.id()));
      JobGraph graph = env.getStreamGraph().getJobGraph();
      running = graph.getJobID();
      cluster.submitJob(graph).get();
    }
  }

  /** Waits until as many votes were sent. */
  void awaitSent(Measurement course, long sent) throws Exception {
    while (!course.hasBegun() || course.sent() < sent) {
      if (cluster.getJobStatus(running).get().isGloballyTerminalState()) {
        throw new IllegalStateException(contender.name() + " has ended before its time");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Takes a checkpoint now; it is kept. */
  CompletedCheckpointStats checkpoint() throws Exception {
    cluster.triggerCheckpoint(running).get();
    return cluster
        .getExecutionGraph(running)
        .get()
        .getCheckpointStatsSnapshot()
        .getHistory()
        .getLatestCompletedCheckpoint();
  }

  /** Ends it where it is. */
  void cancel() throws Exception {
    cluster.cancelJob(running).get();
    while (cluster.getJobStatus(running).get() != JobStatus.CANCELED) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Waits until every task has its state and runs. */
  void awaitRunning() throws Exception {
    while (!isRunning()) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private boolean isRunning() throws Exception {
    return StreamSupport.stream(
            cluster.getExecutionGraph(running).get().getAllExecutionVertices().spliterator(), false)
        .allMatch(vertex -> vertex.getExecutionState() == ExecutionState.RUNNING);
  }

  @Override
  public void close() throws Exception {
    cluster.close();
    FileUtils.deleteDirectory(directory.toFile());
  }
}
