package io.citytally.local.flink;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.local.cloud.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.RestoredCheckpointStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A Flink cluster within this JVM, set up as Managed Flink sets up its own ({@link
 * CheckpointSettings}, restart without end), but quicker to checkpoint and to restart, and with two
 * task managers, so that one can be killed. Its REST API takes no change from anyone: {@link
 * io.citytally.local.guard.FlinkGuard} refuses it, for want of a secret.
 */
public final class LocalFlink implements RunningJob, AutoCloseable {

  /** Builds a job. */
  @FunctionalInterface
  public interface Program {
    void addTo(StreamExecutionEnvironment env) throws Exception;
  }

  private static final int TASK_MANAGERS = 2;

  /** With a third of this, RocksDB flushes all the time and holds back each write. */
  private static final MemorySize ROCKSDB_MEMORY_PER_SLOT = MemorySize.ofMebiBytes(384);

  /** Each task manager fills it with buffers as it starts, whether they are needed or not. */
  private static final MemorySize NETWORK_MEMORY_PER_SLOT = MemorySize.ofMebiBytes(6);

  /** Each instance of a step has buffers for each instance of the one before it. */
  private static final MemorySize NETWORK_MEMORY_PER_PAIR_OF_SLOTS = MemorySize.ofMebiBytes(1);

  private final Configuration configuration;
  private final Path checkpoints;
  private final JobMetrics metrics = new JobMetrics();
  private final MiniCluster cluster;
  private int nextToKill;
  private JobID job;

  /**
   * Starts the cluster.
   *
   * @param restPort where the web interface listens on 127.0.0.1; 0 for any free port
   * @param directory takes checkpoints and temporary files
   * @param parallelism of every operator; also the number of slots of each task manager, so that
   *     the job can run while one of them is away
   * @param checkpointInterval the time between the beginnings of two checkpoints
   * @throws BindException if something else listens at the port
   */
  public LocalFlink(int restPort, Path directory, int parallelism, Duration checkpointInterval)
      throws Exception {
    this(restPort, directory, parallelism, checkpointInterval, new Configuration());
  }

  /**
   * Starts a cluster that is set up in another way.
   *
   * @param restPort where the web interface listens on 127.0.0.1; 0 for any free port
   * @param directory takes checkpoints and temporary files
   * @param parallelism of every operator; also the number of slots of each task manager
   * @param checkpointInterval the time between the beginnings of two checkpoints
   * @param differing what is to be another way than here
   * @throws BindException if something else listens at the port
   */
  public LocalFlink(
      int restPort,
      Path directory,
      int parallelism,
      Duration checkpointInterval,
      Configuration differing)
      throws Exception {
    if (restPort != 0 && !Ports.isFree(restPort)) {
      // MiniCluster finds out after it has started its task managers, and doesn't close them.
      throw new BindException("port " + restPort + " is taken");
    }
    checkpoints = directory.resolve("checkpoints");
    Files.createDirectories(checkpoints);
    Path temporary = Files.createDirectories(directory.resolve("flink"));

    configuration = new Configuration();
    configuration.set(RestOptions.PORT, restPort);
    configuration.set(RestOptions.BIND_PORT, Integer.toString(restPort));
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(WebOptions.CANCEL_ENABLE, false);
    configuration.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
    configuration.set(TaskManagerOptions.HOST, "127.0.0.1");
    configuration.set(CoreOptions.TMP_DIRS, temporary.toString());
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    configuration.set(TaskManagerOptions.MINI_CLUSTER_NUM_TASK_MANAGERS, TASK_MANAGERS);
    MemorySize networkMemory =
        NETWORK_MEMORY_PER_SLOT
            .multiply(parallelism)
            .add(NETWORK_MEMORY_PER_PAIR_OF_SLOTS.multiply((long) parallelism * parallelism));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, networkMemory);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, networkMemory);
    configuration.set(
        TaskManagerOptions.MANAGED_MEMORY_SIZE, ROCKSDB_MEMORY_PER_SLOT.multiply(parallelism));
    CheckpointSettings.addTo(configuration, checkpoints, checkpointInterval);
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    configuration.addAll(differing);
    metrics.addTo(configuration);

    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setCommonBindAddress("127.0.0.1")
                .setNumTaskManagers(
                    configuration.get(TaskManagerOptions.MINI_CLUSTER_NUM_TASK_MANAGERS))
                .setNumSlotsPerTaskManager(parallelism)
                .setHaServices(MiniCluster.HaServices.WITH_LEADERSHIP_CONTROL)
                .build());
    cluster.start();
  }

  /** The address of the web interface. */
  public URI webInterface() throws Exception {
    return cluster.getRestAddress().get();
  }

  /** The job's counters. */
  public JobMetrics metrics() {
    return metrics;
  }

  /** The newest complete checkpoint in the directory, also one of an earlier run. */
  public Optional<Path> newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints, 3)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(LocalFlink::lastModified))
          .map(Path::getParent);
    }
  }

  private static long lastModified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts the job.
   *
   * @param restore a checkpoint or savepoint to go on from, or nothing for a fresh start
   */
  public void submit(VoteCountingPipeline pipeline, Optional<String> restore) throws Exception {
    submit(pipeline::addTo, restore);
  }

  /** Starts another job than Citytally's. */
  public void submit(Program program, Optional<String> restore) throws Exception {
    Configuration jobConfiguration = new Configuration(configuration);
    restore.ifPresent(path -> jobConfiguration.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    try (StreamExecutionEnvironment env = new StreamExecutionEnvironment(jobConfiguration)) {
      program.addTo(env);
      StreamGraph streamGraph = env.getStreamGraph();
      streamGraph.setJobName(VoteCountingJob.NAME);
      JobGraph graph = streamGraph.getJobGraph();
      job = graph.getJobID();
      cluster.submitJob(graph).get();
    }
  }

  /** Whether every task of the job is running; false while its job manager is being replaced. */
  @Override
  public boolean isRunning() throws InterruptedException {
    try {
      return cluster.getJobStatus(job).get() == JobStatus.RUNNING
          && StreamSupport.stream(
                  cluster.getExecutionGraph(job).get().getAllExecutionVertices().spliterator(),
                  false)
              .allMatch(vertex -> vertex.getExecutionState() == ExecutionState.RUNNING);
    } catch (ExecutionException e) {
      return false;
    }
  }

  /** Completes when the job has ended, saying how and why. */
  public CompletableFuture<String> ended() {
    return cluster.requestJobResult(job).thenApply(LocalFlink::describe);
  }

  private static String describe(JobResult result) {
    return "the job has ended, "
        + result.getApplicationStatus()
        + result.getSerializedThrowable().map(e -> ": " + firstCause(e)).orElse("");
  }

  private static String firstCause(Throwable failure) {
    return failure.getCause() == null ? failure.getMessage() : firstCause(failure.getCause());
  }

  @Override
  public void checkpoint() throws InterruptedException, ExecutionException {
    cluster.triggerCheckpoint(job).get();
  }

  @Override
  public long present(String gauge) {
    return metrics.present(gauge);
  }

  /** Returns the newest checkpoint of the job's present job manager. */
  public Optional<CompletedCheckpointStats> latestCheckpoint() throws InterruptedException {
    return graph()
        .map(AccessExecutionGraph::getCheckpointStatsSnapshot)
        .map(stats -> stats.getHistory().getLatestCompletedCheckpoint());
  }

  /** Takes a savepoint while the job goes on. */
  public String savepoint(Path target) throws Exception {
    return cluster
        .triggerSavepoint(job, target.toUri().toString(), false, SavepointFormatType.CANONICAL)
        .get();
  }

  /** Takes a savepoint and ends the job with it, as Managed Flink does to stop or update one. */
  public String stopWithSavepoint(Path target) throws Exception {
    return cluster
        .stopWithSavepoint(job, target.toUri().toString(), false, SavepointFormatType.CANONICAL)
        .get();
  }

  /** Where the job last went on from: a savepoint or checkpoint, or nothing. */
  public Optional<String> restoredFrom() throws InterruptedException {
    return graph()
        .map(AccessExecutionGraph::getCheckpointStatsSnapshot)
        .map(CheckpointStatsSnapshot::getLatestRestoredCheckpoint)
        .map(RestoredCheckpointStats::getExternalPath);
  }

  /** How often its present job manager has started the job again. */
  public int restarts() throws InterruptedException {
    return graph().stream()
        .flatMap(
            graph -> StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false))
        .mapToInt(vertex -> vertex.getCurrentExecutionAttempt().getAttemptNumber())
        .max()
        .orElse(0);
  }

  /** Nothing while its job manager is being replaced. */
  private Optional<AccessExecutionGraph> graph() throws InterruptedException {
    try {
      return Optional.of(cluster.getExecutionGraph(job).get());
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  /** Ends the job where it stands. */
  public void cancel() throws Exception {
    cluster.cancelJob(job).get();
    ended().get();
  }

  /** Kills a task manager with all that it does and holds, and brings in a fresh one. */
  public void killTaskManager() throws Exception {
    cluster.terminateTaskManager(nextToKill++).get();
    cluster.startTaskManager();
  }

  /** Takes the job from its job manager and gives it to a new one. */
  public void failOverJobManager() throws InterruptedException, ExecutionException {
    var leadership = cluster.getHaLeadershipControl().orElseThrow();
    leadership.revokeJobMasterLeadership(job).get();
    leadership.grantJobMasterLeadership(job).get();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
