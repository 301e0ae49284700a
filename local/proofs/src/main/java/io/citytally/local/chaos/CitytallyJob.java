package io.citytally.local.chaos;

import io.citytally.VoteCountingJob;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.replay.Drain;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job, each time in a cluster of its own: the next one is started from a savepoint of the one
 * before, as by an update on Managed Flink, and sometimes while that one still runs.
 */
final class CitytallyJob implements Algorithm {

  private static final Logger LOG = LoggerFactory.getLogger(CitytallyJob.class);

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(700);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** By when a killed task manager that had no task can be told from one that had. */
  private static final Duration UNTIL_A_RESTART = Duration.ofSeconds(5);

  /** By when two jobs that count the same votes should each have been the first to write one. */
  private static final Duration ZOMBIE_TIME = Duration.ofSeconds(20);

  private static final int MAX_PARALLELISM = 3;
  private static final int MAX_WINDOW_MILLIS = 1_500;

  private final Closing closing;
  private final LocalCloud cloud;
  private final URI tables;
  private final Path directory;
  private final FailureSignal alarm;
  private final Random random;
  private final Set<LocalFlink> leaving = ConcurrentHashMap.newKeySet();
  private final List<String> savepoints = new ArrayList<>();
  private JobSettings settings;
  private LocalFlink flink;

  /**
   * @param closing gets each cluster
   * @param tables where the job finds its tables
   * @param directory for checkpoints and savepoints
   * @param alarm is raised if the job ends by itself
   */
  CitytallyJob(
      Closing closing,
      LocalCloud cloud,
      URI tables,
      Path directory,
      FailureSignal alarm,
      JobSettings settings,
      long seed) {
    this.closing = closing;
    this.cloud = cloud;
    this.tables = tables;
    this.directory = directory;
    this.alarm = alarm;
    this.settings = settings;
    this.random = new Random(seed);
  }

  @Override
  public Set<Fault> suffers() {
    return EnumSet.allOf(Fault.class);
  }

  @Override
  public void start() throws Exception {
    flink = launch(Optional.empty());
    awaitRunning(flink);
    savepoint();
  }

  @Override
  public boolean suffer(Fault fault) throws Exception {
    return switch (fault) {
      case TASK_MANAGERS -> killTaskManager();
      case JOB_MANAGERS -> loseJobManager();
      case RESTORES -> restoreFrom(stop());
      case OLD_SAVEPOINTS -> restoreAnOldSavepoint();
      case RESIZES -> resize();
      case ZOMBIES -> leaveAZombie();
      default -> throw new IllegalArgumentException(fault + " is not the job's own");
    };
  }

  /** One of the two may hold no task: then the other one is next. */
  private boolean killTaskManager() throws Exception {
    int before = flink.restarts();
    flink.killTaskManager();
    if (!within(UNTIL_A_RESTART, () -> flink.restarts() > before)) {
      flink.killTaskManager();
    }
    boolean restarted = within(TIMEOUT, () -> flink.restarts() > before);
    awaitRunning(flink);
    return restarted;
  }

  private boolean loseJobManager() throws Exception {
    long before = flink.managedSinceMillis();
    flink.failOverJobManager();
    boolean replaced = within(TIMEOUT, () -> flink.managedSinceMillis() > before);
    awaitRunning(flink);
    return replaced;
  }

  /** Goes back behind all that was counted, and maybe written, since. */
  private boolean restoreAnOldSavepoint() throws Exception {
    savepoint();
    String old = savepoints.get(random.nextInt(savepoints.size() - 1));
    leave(flink);
    return restoreFrom(old);
  }

  private boolean resize() throws Exception {
    String savepoint = stop();
    int parallelism = 1 + (settings.parallelism() + random.nextInt(2)) % MAX_PARALLELISM;
    Duration window = Duration.ofMillis(50 + random.nextInt(MAX_WINDOW_MILLIS));
    JobSettings before = settings;
    settings =
        new JobSettings(
            before.source(),
            window,
            before.recentSize(),
            before.dedupeTtl(),
            before.epoch(),
            parallelism,
            before.shards());
    return restoreFrom(savepoint)
        && flink.parallelism() == parallelism
        && parallelism != before.parallelism()
        && !window.equals(before.window());
  }

  /** The old job goes on until both have written beside each other. */
  private boolean leaveAZombie() throws Exception {
    String savepoint = savepoint();
    LocalFlink zombie = flink;
    if (!restoreFrom(savepoint)) {
      return false;
    }
    long written = writesOf(zombie);
    LocalFlink successor = flink;
    boolean both = within(TIMEOUT, () -> writesOf(zombie) > written && writesOf(successor) > 0);
    leave(zombie);
    return both;
  }

  private static long writesOf(LocalFlink job) {
    return job.metrics().total("tallyWrites");
  }

  @Override
  public void pause(Meanwhile meanwhile) throws Exception {
    String savepoint = stop();
    meanwhile.happen();
    if (!restoreFrom(savepoint)) {
      throw new IllegalStateException("the job did not go on from " + savepoint);
    }
  }

  /** Whether the next job really went on from there. */
  private boolean restoreFrom(String savepoint) throws Exception {
    flink = launch(Optional.of(savepoint));
    String name = savepoint.substring(savepoint.lastIndexOf('/') + 1);
    boolean[] restored = new boolean[1];
    boolean running =
        within(
            TIMEOUT,
            () -> {
              restored[0] |= flink.restoredFrom().filter(path -> path.endsWith(name)).isPresent();
              return flink.isRunning();
            });
    if (!running) {
      throw new IllegalStateException("the job does not run from " + savepoint);
    }
    return restored[0] || flink.restoredFrom().filter(path -> path.endsWith(name)).isPresent();
  }

  private LocalFlink launch(Optional<String> savepoint) throws Exception {
    LocalFlink next =
        closing.add(
            new LocalFlink(
                0,
                Files.createTempDirectory(directory, "flink-"),
                settings.parallelism(),
                CHECKPOINT_INTERVAL));
    next.submit(VoteCountingJob.pipeline(cloud.configurationOf(settings, tables)), savepoint);
    next.ended()
        .thenAccept(
            end -> {
              if (!leaving.contains(next) && !closing.isClosed()) {
                alarm.raise(new IllegalStateException(end));
              }
            });
    return next;
  }

  private String savepoint() throws Exception {
    Path target = directory.resolve("savepoints");
    String savepoint = untilItSucceeds(() -> flink.savepoint(target));
    savepoints.add(savepoint);
    return savepoint;
  }

  private String stop() throws Exception {
    leaving.add(flink);
    Path target = directory.resolve("savepoints");
    String savepoint = untilItSucceeds(() -> flink.stopWithSavepoint(target));
    savepoints.add(savepoint);
    leave(flink);
    return savepoint;
  }

  private void leave(LocalFlink job) throws Exception {
    leaving.add(job);
    job.close();
  }

  /** In the middle of a restart there is no savepoint. */
  private <T> T untilItSucceeds(Callable<T> savepoint) throws Exception {
    long start = System.nanoTime();
    while (true) {
      awaitRunning(flink);
      try {
        return savepoint.call();
      } catch (ExecutionException e) {
        if (System.nanoTime() - start > TIMEOUT.toNanos()) {
          throw e;
        }
        LOG.info("No savepoint yet", e);
        alarm.sleep(POLL);
      }
    }
  }

  private void awaitRunning(LocalFlink job) throws Exception {
    if (!within(TIMEOUT, job::isRunning)) {
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
    Drain drain = new Drain(cloud, flink, alarm, settings.window());
    drain.expect(closedShards);
    drain.awaitRead();
    calm.run();
    drain.awaitWritten();
  }
}
