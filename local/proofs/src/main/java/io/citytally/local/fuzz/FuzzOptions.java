package io.citytally.local.fuzz;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be tried.
 *
 * @param inputs in all, shared among the jobs
 * @param duration after which no more is tried, if there is such a limit
 * @param atOnce how many targets, each in a virtual machine of its own
 */
record FuzzOptions(
    List<FuzzJob> jobs, long inputs, Optional<Duration> duration, int atOnce, long seed) {

  long inputsOf(FuzzJob job) {
    return Math.max(1, inputs * job.share() / shares());
  }

  /**
   * Returns how long one job may run: its share of the whole time, times the number that runs at
   * once, but no more than the whole.
   */
  Optional<Duration> durationOf(FuzzJob job) {
    long times = Math.min((long) job.share() * Math.min(atOnce, jobs.size()), shares());
    return duration.map(whole -> whole.multipliedBy(times).dividedBy(shares()));
  }

  private int shares() {
    return jobs.stream().mapToInt(FuzzJob::share).sum();
  }
}
