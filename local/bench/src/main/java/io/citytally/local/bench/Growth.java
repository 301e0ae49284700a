package io.citytally.local.bench;

import static io.citytally.cli.command.DisplayText.number;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;

/**
 * How the cost of a vote, the state, its checkpoints and the time to recover grow with the votes
 * that are remembered, with the choices, and where all vote for the same one.
 */
final class Growth implements Benchmark {

  private static final int PARALLELISM = 2;
  private static final long WARM_UP_VOTES = 150_000;
  private static final String RATE = "votes per core second";

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    report.section(
        "Growth",
        "State in RocksDB, parallelism "
            + PARALLELISM
            + ", votes by Zipf's law. The rate is that of",
        "the last half of the votes; the checkpoint is taken when they are counted, the whole state"
            + " of it",
        "counted; recovery is the time from the job's start with that checkpoint until it takes in"
            + " votes.");
    byVotes(options, report);
    byChoices(options, report);
  }

  private void byVotes(BenchOptions options, BenchReport report) throws Exception {
    long[] sizes =
        options.quick()
            ? new long[] {20_000, 200_000}
            : new long[] {10_000, 100_000, 1_000_000, 10_000_000};
    Contender[] contenders =
        options.quick()
            ? new Contender[] {new CitytallyContender()}
            : new Contender[] {new CitytallyContender(), new NaiveBaseline()};
    SyntheticVotes votes = new SyntheticVotes(20, 25, 1, options.seed());
    List<List<String>> rows = new ArrayList<>();
    LineChart chart = new LineChart("Growth with votes", "votes remembered", RATE, false);
    for (Contender contender : contenders) {
      List<Double> counted = new ArrayList<>();
      List<Double> rates = new ArrayList<>();
      warmUp(contender, votes);
      for (long size : sizes) {
        Grown grown = grow(contender, votes, size);
        report.progress(contender.name() + ", " + number(size) + " votes");
        rows.add(grown.row(contender.name(), number(size)));
        counted.add((double) size);
        rates.add(grown.rate.perCoreSecond());
        if (contender == contenders[0] && size == sizes[sizes.length - 1]) {
          report.headline(
              "%s votes remembered: %s votes per core second, a checkpoint of %d MB"
                  .formatted(
                      number(size),
                      number(Math.round(grown.rate.perCoreSecond())),
                      grown.checkpoint.getStateSize() >> 20));
        }
      }
      chart.line(contender.name(), counted, rates);
    }
    report.table(Grown.header("votes"), rows);
    report.plot("growth-votes", "Votes per core second over votes remembered", chart);
  }

  private void byChoices(BenchOptions options, BenchReport report) throws Exception {
    long size = options.quick() ? 100_000 : 1_000_000;
    int[] choices =
        options.quick() ? new int[] {1, 10_000} : new int[] {1, 10, 1_000, 10_000, 100_000};
    Contender contender = new CitytallyContender();
    List<List<String>> rows = new ArrayList<>();
    LineChart chart = new LineChart("Growth with choices", "choices", RATE, false);
    List<Double> numbers = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (int number : choices) {
      int regions = Math.max(1, number / 100);
      SyntheticVotes votes = new SyntheticVotes(regions, number / regions, 1, options.seed());
      Grown grown = grow(contender, votes, size);
      report.progress(number(number) + " choices");
      rows.add(
          grown.row(
              number == 1 ? "all for one" : number(number) + " of " + number(regions) + " regions",
              number(size)));
      numbers.add((double) number);
      rates.add(grown.rate.perCoreSecond());
    }
    chart.line(contender.name(), numbers, rates);
    report.table(Grown.header("choices"), rows);
    report.plot("growth-choices", "Votes per core second over choices", chart);
  }

  private static void warmUp(Contender contender, SyntheticVotes votes) throws Exception {
    try (MeasuredJob job = new MeasuredJob(contender, votes, StateBackend.ROCKSDB, PARALLELISM)) {
      job.count(WARM_UP_VOTES);
    }
  }

  private static Grown grow(Contender contender, SyntheticVotes votes, long size) throws Exception {
    // More than will be asked for: the source must not end while it is looked at.
    long sent = 10 * size + 10_000_000;
    try (MeasuredJob job = new MeasuredJob(contender, votes, StateBackend.ROCKSDB, PARALLELISM)) {
      Measurement.Rate rate;
      CompletedCheckpointStats checkpoint;
      try (Measurement course = new Measurement()) {
        job.submit(sent, course, Optional.empty());
        job.awaitSent(course, size);
        rate = course.rate(size / 2, size);
        job.awaitRunning();
        checkpoint = job.checkpoint();
        job.cancel();
      }
      try (Measurement course = new Measurement()) {
        long start = System.nanoTime();
        job.submit(sent, course, Optional.of(checkpoint.getExternalPath()));
        job.awaitRunning();
        job.awaitSent(course, 1);
        Duration recovery = Duration.ofNanos(System.nanoTime() - start);
        job.cancel();
        return new Grown(rate, checkpoint, recovery);
      }
    }
  }

  /** What came of it. */
  private record Grown(
      Measurement.Rate rate, CompletedCheckpointStats checkpoint, Duration recovery) {

    static List<String> header(String grows) {
      return List.of(grows, "votes", RATE, "votes/s", "state", "checkpoint took", "recovery took");
    }

    List<String> row(String grows, String votes) {
      return List.of(
          grows,
          votes,
          number(Math.round(rate.perCoreSecond())),
          number(Math.round(rate.perSecond())),
          String.format(Locale.ROOT, "%.1f MB", checkpoint.getStateSize() / (double) (1 << 20)),
          checkpoint.getEndToEndDuration() + " ms",
          recovery.toMillis() + " ms");
    }
  }
}
