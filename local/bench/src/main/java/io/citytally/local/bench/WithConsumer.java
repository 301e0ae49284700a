package io.citytally.local.bench;

import static io.citytally.cli.command.DisplayText.number;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many votes a core counts with the Kinesis consumer in front, next to the same votes from
 * memory: what a KPU does, but for TLS.
 *
 * <p>What polling costs depends on how many records an answer has. The shapes are those of 20
 * shards for a KPU, each polled five times a second: at what Kinesis lets in, at what it gives out
 * to a job that catches up, and with all that an answer can hold, which only a poll that comes late
 * finds.
 */
final class WithConsumer implements Benchmark {

  private static final int REGIONS = 20;
  private static final int IMPROVEMENTS_PER_REGION = 25;
  private static final int SHARDS = 20;
  private static final Contender FROM_MEMORY = new CitytallyContender();

  private static final String COUNTED = "counted from memory";

  /** A shard takes 1,000 records a second, and gives 2 MB a second: 4,000 of these. */
  private static final List<Integer> RECORDS_PER_ANSWER = List.of(200, 800, 10_000);

  @Override
  public String name() {
    return "with-consumer";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    SyntheticVotes votes = new SyntheticVotes(REGIONS, IMPROVEMENTS_PER_REGION, 1, options.seed());
    long count = options.quick() ? 100_000 : 1_000_000;
    int rounds = options.quick() ? 1 : 3;
    List<Integer> shapes = options.quick() ? List.of(800) : RECORDS_PER_ANSWER;
    report.section(
        "With the consumer in front",
        "%s votes, each a record of %d bytes. The connector polls %d shards every %d ms, over HTTP"
            .formatted(
                number(count),
                votes.recordBytes(),
                SHARDS,
                PolledContender.POLL_INTERVAL.toMillis()),
        "without TLS; the shards are in another process, whose time is not counted. State in"
            + " RocksDB,",
        "parallelism 1. "
            + (options.quick()
                ? "One round, in which much is not compiled yet."
                : "Medians of " + rounds + " rounds in which all take turns."));
    Map<String, Samples> perCoreSecond = new LinkedHashMap<>();
    Map<String, Samples> perSecond = new LinkedHashMap<>();
    Map<String, Samples> ratios = new LinkedHashMap<>();
    if (!options.quick()) {
      report.progress("warming up");
      measurePolled(votes, count / 2, options.seed(), 10_000);
    }
    for (int round = 0; round < rounds; round++) {
      Map<String, Measurement.Rate> rates = new LinkedHashMap<>();
      try (MeasuredJob job = job(FROM_MEMORY, votes)) {
        rates.put(COUNTED, job.count(count));
      }
      for (int records : shapes) {
        rates.put(title(records), measurePolled(votes, count, options.seed(), records));
      }
      double fromMemory = rates.get(COUNTED).perCoreSecond();
      rates.forEach(
          (name, rate) -> {
            perCoreSecond.computeIfAbsent(name, any -> new Samples()).add(rate.perCoreSecond());
            perSecond.computeIfAbsent(name, any -> new Samples()).add(rate.perSecond());
            ratios
                .computeIfAbsent(name, any -> new Samples())
                .add(rate.perCoreSecond() / fromMemory);
          });
      report.progress("round %d of %d".formatted(round + 1, rounds));
    }
    List<List<String>> rows = new ArrayList<>();
    perCoreSecond.forEach(
        (name, samples) ->
            rows.add(
                List.of(
                    name,
                    number(Math.round(samples.median())),
                    samples.spread(),
                    number(Math.round(perSecond.get(name).median())),
                    String.format(Locale.ROOT, "%.2f", ratios.get(name).median()))));
    report.table(List.of("", "votes per core second", "spread", "votes/s", "of from memory"), rows);
    report.headline(
        "with the consumer, per core second: "
            + number(Math.round(perCoreSecond.get(title(shapes.get(0))).median())));
    if (!options.quick()) {
      profile(votes, count, options.seed(), report);
    }
  }

  private static void profile(SyntheticVotes votes, long count, long seed, BenchReport report)
      throws Exception {
    Map<String, Map<Profile.Part, Double>> profiles = new LinkedHashMap<>();
    for (int records : RECORDS_PER_ANSWER) {
      try (Profile profile = new Profile()) {
        measurePolled(votes, count, seed, records);
        profiles.put(title(records), new EnumMap<>(profile.shares()));
      }
      report.progress("profile of " + title(records));
    }
    report.text("", "Where the tasks' and the consumer's time goes (samples):", "");
    Profile.table(profiles, report);
  }

  private static Measurement.Rate measurePolled(
      SyntheticVotes votes, long count, long seed, int recordsPerAnswer) throws Exception {
    try (ServerProcess kinesis =
            SyntheticKinesis.start(
                REGIONS, IMPROVEMENTS_PER_REGION, seed, count, SHARDS, recordsPerAnswer);
        MeasuredJob job =
            job(new PolledContender(title(recordsPerAnswer), kinesis.port()), votes)) {
      return job.countEndless(count);
    }
  }

  private static MeasuredJob job(Contender contender, SyntheticVotes votes) throws Exception {
    return new MeasuredJob(contender, votes, StateBackend.ROCKSDB, 1);
  }

  private static String title(int recordsPerAnswer) {
    return number(recordsPerAnswer) + " records an answer";
  }
}
