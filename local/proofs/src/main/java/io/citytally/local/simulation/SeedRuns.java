package io.citytally.local.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Many seeds, one after the other on each of several threads. */
final class SeedRuns {

  private final long firstSeed;
  private final long seeds;
  private final Sabotage sabotage;
  private final Coverage coverage = new Coverage();
  private final SortedMap<Long, String> failures = new TreeMap<>();
  private long started;
  private long done;
  private long changes;
  private long writes;
  private boolean stopped;

  SeedRuns(long firstSeed, long seeds, Sabotage sabotage) {
    this.firstSeed = firstSeed;
    this.seeds = seeds;
    this.sabotage = sabotage;
  }

  /** Runs all of it; returns when it is done, or stopped. */
  void run(int threads) throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 1; i <= threads; i++) {
      Thread worker = new Thread(this::work, "simulation-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private void work() {
    for (long offset = next(); offset < seeds; offset = next()) {
      long seed = firstSeed + offset;
      took(seed, Simulation.run(Plan.of(seed), sabotage, null));
    }
  }

  private synchronized long next() {
    return stopped ? seeds : started++;
  }

  private synchronized void took(long seed, Outcome outcome) {
    done++;
    changes += outcome.changes();
    writes += outcome.writes();
    coverage.add(outcome.faults());
    if (outcome.failed()) {
      failures.put(seed, outcome.failure());
    }
  }

  /** Has the runs that are under way be the last. */
  synchronized void stop() {
    stopped = true;
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  synchronized long done() {
    return done;
  }

  synchronized long changes() {
    return changes;
  }

  synchronized long writes() {
    return writes;
  }

  /** What was wrong, by seed. */
  synchronized SortedMap<Long, String> failures() {
    return new TreeMap<>(failures);
  }

  /** Once it has run. */
  Coverage coverage() {
    return coverage;
  }
}
