package io.citytally.local.chaos;

import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.cluster.ClusterApplication;
import io.citytally.local.cluster.FlinkCluster;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.replay.Drain;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * The job's jar in a cluster of processes. It is started again from a snapshot, as by an update on
 * Managed Flink, and sometimes while the one before still runs. To the tables, two jobs in one
 * cluster are what two clusters are: each has its own class loader, clients and writers.
 */
final class CitytallyJob implements Algorithm {

  /** The most that it is resized to. */
  static final int MAX_PARALLELISM = 3;

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * How long to wait until each of two jobs that count the same votes has been the first to write
   * one. After that it is enough that both have sent a write.
   */
  private static final Duration ZOMBIE_TIME = Duration.ofSeconds(20);

  private static final int MAX_WINDOW_MILLIS = 1_500;

  private final FlinkCluster cluster;
  private final Path jar;
  private final LocalCloud cloud;
  private final URI tables;
  private final Path directory;
  private final FailureSignal alarm;
  private final Random random;
  private final List<String> snapshots = new ArrayList<>();
  private JobSettings settings;
  private volatile ClusterApplication application;

  /**
   * @param tables where the job finds its tables
   * @param directory for snapshots
   * @param alarm ends what waits
   */
  CitytallyJob(
      FlinkCluster cluster,
      Path jar,
      LocalCloud cloud,
      URI tables,
      Path directory,
      FailureSignal alarm,
      JobSettings settings,
      long seed) {
    this.cluster = cluster;
    this.jar = jar;
    this.cloud = cloud;
    this.tables = tables;
    this.directory = directory;
    this.alarm = alarm;
    this.settings = settings;
    this.random = new Random(seed);
    application = new ClusterApplication(cluster, directory);
  }

  @Override
  public Set<Fault> suffers() {
    return EnumSet.allOf(Fault.class);
  }

  @Override
  public void start() throws Exception {
    startFrom(Optional.empty());
    snapshot();
    // Flink does not recover from a savepoint: a job manager that is lost at once needs this one.
    application.checkpoint();
  }

  @Override
  public boolean suffer(Fault fault) throws Exception {
    return switch (fault) {
      case TASK_MANAGERS -> killTaskManager();
      case JOB_MANAGERS -> killJobManager();
      case RESTORES -> restoreFrom(stopWithSnapshot());
      case OLD_SAVEPOINTS -> restoreAnOldSnapshot();
      case RESIZES -> resize();
      case ZOMBIES -> leaveAZombie();
      default -> throw new IllegalArgumentException(fault + " is not the job's own");
    };
  }

  private boolean killTaskManager() throws Exception {
    awaitRunning();
    int before = application.restarts();
    boolean restarted =
        cluster.killTaskManager(application.job(), random)
            && within(TIMEOUT, () -> application.restarts() > before);
    awaitRunning();
    return restarted;
  }

  private boolean killJobManager() throws Exception {
    String lost = application.job();
    cluster.killJobManager();
    boolean replaced = within(TIMEOUT, () -> !application.job().equals(lost));
    awaitRunning();
    return replaced && application.restoredFrom().isPresent();
  }

  /** Goes back behind all that was counted, and maybe written, since. */
  private boolean restoreAnOldSnapshot() throws Exception {
    snapshot();
    String old = snapshots.get(random.nextInt(snapshots.size() - 1));
    application.abandon();
    return restoreFrom(old);
  }

  private boolean resize() throws Exception {
    String snapshot = stopWithSnapshot();
    int parallelism = 1 + (settings.parallelism() + random.nextInt(2)) % MAX_PARALLELISM;
    JobSettings before = settings;
    Duration window = randomWindow();
    while (window.equals(before.window())) {
      window = randomWindow();
    }
    settings =
        new JobSettings(
            before.source(),
            window,
            before.recentSize(),
            before.dedupeTtl(),
            before.epoch(),
            parallelism,
            before.shards());
    return restoreFrom(snapshot)
        && application.parallelism() == parallelism
        && parallelism != before.parallelism()
        && !window.equals(before.window());
  }

  private Duration randomWindow() {
    return Duration.ofMillis(50 + random.nextInt(MAX_WINDOW_MILLIS));
  }

  /** The old job goes on until both have written, or the other's write has refused theirs. */
  private boolean leaveAZombie() throws Exception {
    String snapshot = snapshot();
    ClusterApplication zombie = application;
    application = new ClusterApplication(cluster, directory);
    boolean restored = restoreFrom(snapshot);
    long written = zombie.present("tallyWrites");
    long sent = sentBy(zombie);
    boolean both =
        within(
                ZOMBIE_TIME,
                () ->
                    zombie.present("tallyWrites") > written
                        && application.present("tallyWrites") > 0)
            || within(TIMEOUT, () -> sentBy(zombie) > sent && sentBy(application) > 0);
    zombie.abandon();
    return restored && both;
  }

  private static long sentBy(ClusterApplication job) throws Exception {
    return job.present("tallyWrites") + job.present("conditionalConflicts");
  }

  @Override
  public void pause(Event event) throws Exception {
    String snapshot = stopWithSnapshot();
    event.happen();
    if (!restoreFrom(snapshot)) {
      throw new IllegalStateException("the job did not go on from " + snapshot);
    }
  }

  /** Whether the next job really went on from there, or has since from a checkpoint of its own. */
  private boolean restoreFrom(String snapshot) throws Exception {
    startFrom(Optional.of(snapshot));
    return application
        .restoredFrom()
        .filter(path -> path.equals(snapshot) || path.contains(application.job()))
        .isPresent();
  }

  private void startFrom(Optional<String> snapshot) throws Exception {
    application.start(jar, cloud.propertiesOf(settings, tables), settings.parallelism(), snapshot);
  }

  private String snapshot() throws Exception {
    String snapshot = application.snapshot();
    snapshots.add(snapshot);
    return snapshot;
  }

  private String stopWithSnapshot() throws Exception {
    String snapshot = application.stop();
    snapshots.add(snapshot);
    return snapshot;
  }

  private void awaitRunning() throws Exception {
    if (!within(TIMEOUT, application::isRunning)) {
      throw new IllegalStateException("the job does not run again within " + TIMEOUT);
    }
  }

  private boolean within(Duration time, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > time.toNanos()) {
        return false;
      }
      alarm.sleep(POLL);
    }
    return true;
  }

  @Override
  public void drain(List<Marker> closedShards, Runnable calm) throws Exception {
    Drain drain = new Drain(cloud, application, alarm, settings.window());
    drain.expect(closedShards);
    drain.awaitRead();
    calm.run();
    drain.awaitWritten();
  }

  @Override
  public Duration lastCheckpoint() throws Exception {
    return application.lastCheckpoint();
  }

  @Override
  public void stop() throws Exception {
    application.abandon();
  }
}
