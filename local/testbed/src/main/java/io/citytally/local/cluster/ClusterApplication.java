package io.citytally.local.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.command.CannotStartException;
import io.citytally.local.flink.RunningJob;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job's jar in a cluster, handled as Managed Flink handles an application: it is started with
 * properties and maybe a snapshot (a savepoint of Flink's), and stopped with a snapshot; if the job
 * manager is lost, it goes on from its last checkpoint.
 */
public final class ClusterApplication implements RunningJob {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterApplication.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  private final FlinkCluster cluster;
  private final Path snapshots;
  private Path jar;
  private int parallelism;
  private Optional<String> startedFrom = Optional.empty();
  private volatile String job;

  /**
   * @param snapshots the directory that takes them
   */
  public ClusterApplication(FlinkCluster cluster, Path snapshots) {
    this.cluster = cluster;
    this.snapshots = snapshots;
    cluster.afterJobManagerLoss(this::restart);
  }

  /**
   * Starts the job, and returns when all of it runs.
   *
   * @param properties the groups, by name
   * @param snapshot to go on from; nothing for a start without state
   * @throws CannotStartException if it fails instead, saying why
   */
  public synchronized void start(
      Path jar, Map<String, Properties> properties, int parallelism, Optional<String> snapshot)
      throws Exception {
    Files.writeString(cluster.propertiesFile(), json(properties));
    this.jar = jar;
    this.parallelism = parallelism;
    run(snapshot);
  }

  /** As Managed Flink has them in its file, and its API and templates, too. */
  private static String json(Map<String, Properties> properties) {
    ArrayNode groups = JsonMapper.builder().build().createArrayNode();
    new TreeMap<>(properties)
        .forEach(
            (name, values) -> {
              ObjectNode group = groups.addObject().put("PropertyGroupId", name);
              ObjectNode map = group.putObject("PropertyMap");
              values.stringPropertyNames().forEach(key -> map.put(key, values.getProperty(key)));
            });
    return groups.toPrettyString();
  }

  private void run(Optional<String> snapshot) throws Exception {
    FlinkRest rest = cluster.rest();
    try {
      job = rest.run(rest.upload(jar), parallelism, snapshot);
    } catch (IOException e) {
      throw new CannotStartException("The job does not start: " + e.getMessage(), e);
    }
    startedFrom = snapshot;
    awaitRunning();
  }

  private void awaitRunning() throws Exception {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!isRunning()) {
      if (System.nanoTime() > deadline) {
        throw new CannotStartException(
            "The job has not started in time; its state is %s: %s"
                .formatted(cluster.rest().state(job), cluster.rest().failure(job)));
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  /**
   * False while its job manager is being replaced.
   *
   * @throws CannotStartException if it has failed for good
   */
  @Override
  public boolean isRunning() throws InterruptedException {
    FlinkRest rest = cluster.rest();
    try {
      if (rest.state(job).equals("FAILED")) {
        throw new CannotStartException("The job has failed: " + rest.failure(job));
      }
      return rest.isRunning(job);
    } catch (IOException e) {
      return false;
    }
  }

  private synchronized String restart() throws Exception {
    if (job != null) {
      run(newestCheckpoint().map(path -> path.toUri().toString()).or(() -> startedFrom));
    }
    return job;
  }

  /**
   * Returns the newest complete checkpoint. The job manager may have died while it wrote a newer
   * one; Flink keeps the one before until that is complete.
   */
  private Optional<Path> newestCheckpoint() throws IOException {
    Path own = cluster.checkpoints().resolve(job);
    if (!Files.isDirectory(own)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(own, 2)) {
      return files
          .filter(file -> file.endsWith("_metadata") && isComplete(file))
          .max(Comparator.comparing(ClusterApplication::lastModified))
          .map(Path::getParent);
    }
  }

  private static boolean isComplete(Path metadata) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(metadata)))) {
      Checkpoints.loadCheckpointMetadata(
          in, Thread.currentThread().getContextClassLoader(), metadata.toString());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The newest snapshot in the directory, also one of an earlier run. */
  Optional<Path> newestSnapshot() throws IOException {
    return snapshots().stream().max(Comparator.comparing(ClusterApplication::lastModified));
  }

  /** The snapshots in the directory. */
  List<Path> snapshots() throws IOException {
    if (!Files.isDirectory(snapshots)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(snapshots)) {
      return all.filter(path -> Files.exists(path.resolve("_metadata"))).toList();
    }
  }

  private static long lastModified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The job's id; another one after each start. */
  public synchronized String job() {
    return job;
  }

  /** Takes a snapshot while the job goes on. */
  public synchronized String snapshot() throws Exception {
    return untilItSucceeds(cluster.rest()::savepoint);
  }

  /** Ends the job with a snapshot. */
  public synchronized String stop() throws Exception {
    String snapshot = untilItSucceeds(cluster.rest()::stopWithSavepoint);
    job = null;
    return snapshot;
  }

  @FunctionalInterface
  private interface Snapshot {
    String take(String job, Path directory) throws IOException, InterruptedException;
  }

  /**
   * In the middle of a restart there is no snapshot, and the Kinesis consumer fails if it is
   * stopped while it is still beginning: then once more, when the job runs again.
   */
  private String untilItSucceeds(Snapshot snapshot) throws Exception {
    Files.createDirectories(snapshots);
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      awaitRunning();
      try {
        return snapshot.take(job, snapshots);
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LOG.info("No snapshot yet", e);
      }
    }
  }

  @Override
  public void checkpoint() throws InterruptedException, ExecutionException {
    try {
      cluster.rest().checkpoint(job);
    } catch (IOException e) {
      throw new ExecutionException(e);
    }
  }

  /** How long its newest checkpoint took. */
  public Duration lastCheckpoint() throws IOException, InterruptedException {
    return cluster.rest().lastCheckpoint(job);
  }

  /** The first question has the job manager ask its task managers; the second has the answer. */
  @Override
  public long present(String metric) throws IOException, InterruptedException {
    cluster.rest().sum(job, metric);
    Thread.sleep(FlinkCluster.REFRESH_INTERVAL.multipliedBy(2).toMillis());
    return cluster.rest().sum(job, metric);
  }

  /** How often its present job manager has started it again. */
  public int restarts() throws IOException, InterruptedException {
    return cluster.rest().restarts(job);
  }

  /** Returns the parallelism of the job's steps, except those that always have one instance. */
  public int parallelism() throws IOException, InterruptedException {
    return cluster.rest().parallelism(job);
  }

  /** The snapshot, or the checkpoint since then, from which it last went on. */
  public Optional<String> restoredFrom() throws IOException, InterruptedException {
    return cluster.rest().restoredFrom(job);
  }

  /** Ends the job without one. */
  public synchronized void abandon() throws Exception {
    cluster.rest().cancel(job);
    job = null;
  }
}
