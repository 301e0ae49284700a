package io.citytally.local.chaos;

import io.citytally.local.cluster.FlinkCluster;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the system's processes and at the dashboard's results while rounds go on. */
final class Measurement {

  private static final Logger LOG = LoggerFactory.getLogger(Measurement.class);

  /** The SDK's clients close for up to 15 s. */
  private static final int RELEASE_POLLS = 30;

  private static final Duration RELEASE_POLL = Duration.ofSeconds(1);

  private final Duration every;
  private final FlinkCluster cluster;
  private final long startNanos = System.nanoTime();
  private final List<Footprint> footprints = new ArrayList<>();
  private long votesBefore;
  private long jobClassLoaders;
  private final AtomicLong resultsAnswered = new AtomicLong();
  private final AtomicLong resultsFailed = new AtomicLong();

  Measurement(Duration every, FlinkCluster cluster) {
    this.every = every;
    this.cluster = cluster;
  }

  /**
   * Begins to look at a round.
   *
   * @param results where the dashboard has them
   * @param dynamoDbIsAway while it is, results may fail to come
   * @param votes cast, changed and withdrawn in the round so far
   * @param checkpoint how long the job's newest one took
   * @return ends it
   */
  AutoCloseable start(
      URI results,
      BooleanSupplier dynamoDbIsAway,
      LongSupplier votes,
      Callable<Duration> checkpoint) {
    ResultsWatch watch = new ResultsWatch(results, dynamoDbIsAway).start();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    clock.scheduleWithFixedDelay(
        () -> measure(votes, checkpoint),
        every.toMillis(),
        every.toMillis(),
        TimeUnit.MILLISECONDS);
    return () -> {
      watch.close();
      resultsAnswered.addAndGet(watch.answered());
      resultsFailed.addAndGet(watch.failed());
      clock.shutdownNow();
      clock.awaitTermination(every.toMillis(), TimeUnit.MILLISECONDS);
      votesBefore += votes.getAsLong();
    };
  }

  /** Takes no footprint while a process is missing or restarting. */
  private void measure(LongSupplier votes, Callable<Duration> checkpoint) {
    try {
      List<ProcessHandle> before = cluster.processes();
      Footprint footprint =
          Footprint.measure(
              Duration.ofNanos(System.nanoTime() - startNanos),
              checkpoint.call(),
              votesBefore + votes.getAsLong(),
              Stream.of(Stream.of(ProcessHandle.current()), before.stream(), emulators())
                  .flatMap(each -> each)
                  .toList());
      if (cluster.processes().equals(before) && before.size() == 1 + FlinkCluster.TASK_MANAGERS) {
        synchronized (footprints) {
          footprints.add(footprint);
        }
      }
    } catch (IOException e) {
      LOG.info("No footprint while a process is away", e);
    } catch (Exception e) {
      LOG.warn("No footprint", e);
    }
  }

  /**
   * At the end of a round, when only one job runs: gives the jobs that have ended a while to let go
   * of their class loaders, and takes note of how many are held in the process with most of them.
   */
  void lookForClassLoaders() throws IOException, InterruptedException {
    long held = mostJobClassLoaders();
    for (int i = 0; i < RELEASE_POLLS && held > Measured.MAX_JOB_CLASS_LOADERS; i++) {
      Thread.sleep(RELEASE_POLL.toMillis());
      held = mostJobClassLoaders();
    }
    jobClassLoaders = Math.max(jobClassLoaders, held);
  }

  private long mostJobClassLoaders() throws IOException {
    long most = 0;
    for (ProcessHandle process : cluster.processes()) {
      most = Math.max(most, LiveObjects.of(process).jobClassLoaders());
    }
    return most;
  }

  private static Stream<ProcessHandle> emulators() {
    return ProcessHandle.current().descendants().filter(process -> Footprint.runs(process, "node"));
  }

  /** What was measured so far. */
  Measured measured() {
    synchronized (footprints) {
      return new Measured(
          List.copyOf(footprints), jobClassLoaders, resultsAnswered.get(), resultsFailed.get());
    }
  }
}
