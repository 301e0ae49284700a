package io.citytally.local.bench;

import static io.citytally.cli.command.DisplayText.number;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many votes a core counts in a second: the whole job with input from memory and sinks that
 * only count, next to the job without its memory of what was counted, without and with the shuffle
 * that the memory needs, the job as one writes it at first, the same question in Flink SQL, and, as
 * the limit, decoding alone.
 *
 * <p>All take turns, round after round, and what counts is the median of the ratios within a round:
 * so a machine that is slower for a while is so for all of them.
 */
final class VotesPerCore implements Benchmark {

  private static final Contender CITYTALLY = new CitytallyContender();
  private static final Contender NO_MEMORY = new NoDedupBaseline(false);
  private static final Contender SHUFFLED = new NoDedupBaseline(true);
  private static final Contender OBVIOUS = new NaiveBaseline();
  private static final Contender SQL = new SqlContender();
  private static final List<Contender> CONTENDERS =
      List.of(CITYTALLY, NO_MEMORY, SHUFFLED, OBVIOUS, SQL);

  private static final String DECODING = "decoding alone";

  /** As many records take turns in decoding alone: more than a cache holds. */
  private static final int DECODED_RECORDS = 50_000;

  @Override
  public String name() {
    return "votes-per-core";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    SyntheticVotes votes = new SyntheticVotes(20, 25, 1, options.seed());
    long count = options.quick() ? 200_000 : 1_000_000;
    int rounds = options.quick() ? 3 : 5;
    report.section(
        "Votes per core",
        "%s votes for %d improvements by Zipf's law, each a record of %d bytes, from memory; totals"
            .formatted(number(count), votes.choices(), votes.recordBytes()),
        "go to a sink that only counts. A core second is a second of one core's time, of all that"
            + " the process",
        "did with it. Medians of " + rounds + " rounds in which all take turns.");
    report.progress("warming up");
    for (Contender contender : CONTENDERS) {
      // The compiler takes a third of a first round.
      measure(contender, votes, count, StateBackend.ROCKSDB, 1);
    }
    measureAll(votes, count, rounds, StateBackend.ROCKSDB, 1, report);
    if (!options.quick()) {
      measureAll(votes, count, rounds, StateBackend.ROCKSDB, 2, report);
      measureAll(votes, count, rounds, StateBackend.HEAP, 1, report);
      measureAll(votes, count, rounds, StateBackend.HEAP, 2, report);
      profileAll(votes, count, report);
    }
  }

  private static void profileAll(SyntheticVotes votes, long count, BenchReport report)
      throws Exception {
    Map<String, Map<Profile.Part, Double>> profiles = new LinkedHashMap<>();
    for (Contender contender : CONTENDERS) {
      try (Profile profile = new Profile()) {
        measure(contender, votes, count, StateBackend.ROCKSDB, 1);
        profiles.put(contender.name(), profile.shares());
      }
      report.progress("profile of " + contender.name());
    }
    report.text("", "Where the tasks' time goes, in RocksDB at parallelism 1 (samples):", "");
    Profile.table(profiles, report);
  }

  private void measureAll(
      SyntheticVotes votes,
      long count,
      int rounds,
      StateBackend backend,
      int parallelism,
      BenchReport report)
      throws Exception {
    Map<String, Samples> perSecond = new LinkedHashMap<>();
    Map<String, Samples> perCoreSecond = new LinkedHashMap<>();
    Map<String, Samples> ratios = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      Map<String, Measurement.Rate> rates = new LinkedHashMap<>();
      for (Contender contender : CONTENDERS) {
        rates.put(contender.name(), measure(contender, votes, count, backend, parallelism));
      }
      rates.put(DECODING, decode(votes, count));
      double own = rates.get(CITYTALLY.name()).perCoreSecond();
      rates.forEach(
          (name, rate) -> {
            perSecond.computeIfAbsent(name, any -> new Samples()).add(rate.perSecond());
            perCoreSecond.computeIfAbsent(name, any -> new Samples()).add(rate.perCoreSecond());
            ratios.computeIfAbsent(name, any -> new Samples()).add(own / rate.perCoreSecond());
          });
      report.progress(
          "%s, parallelism %d, round %d of %d"
              .formatted(backend.title, parallelism, round + 1, rounds));
    }
    report.text("", "State in " + backend.title + ", parallelism " + parallelism + ":", "");
    List<List<String>> rows = new ArrayList<>();
    perSecond.forEach(
        (name, samples) ->
            rows.add(
                List.of(
                    name,
                    number(Math.round(perCoreSecond.get(name).median())),
                    perCoreSecond.get(name).spread(),
                    number(Math.round(samples.median())),
                    samples.spread(),
                    ratio(ratios.get(name)))));
    report.table(
        List.of("", "votes per core second", "spread", "votes/s", "spread", "Citytally is"), rows);
    if (backend == StateBackend.ROCKSDB && parallelism == 1) {
      report.headline(
          "RocksDB, per core: %s of the simple job, %s of SQL, %s of no-dedupe, %s of decoding alone"
              .formatted(
                  ratio(ratios.get(OBVIOUS.name())),
                  ratio(ratios.get(SQL.name())),
                  ratio(ratios.get(NO_MEMORY.name())),
                  ratio(ratios.get(DECODING))));
    }
  }

  private static String ratio(Samples ratios) {
    return String.format(Locale.ROOT, "%.2f times", ratios.median());
  }

  private static Measurement.Rate measure(
      Contender contender, SyntheticVotes votes, long count, StateBackend backend, int parallelism)
      throws Exception {
    try (MeasuredJob job = new MeasuredJob(contender, votes, backend, parallelism)) {
      return job.count(count);
    }
  }

  /** In one thread, so that a core is all that it takes. */
  private static Measurement.Rate decode(SyntheticVotes votes, long count) {
    VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis(SyntheticVotes.TABLE, 1);
    List<RawRecord> records = new ArrayList<>(DECODED_RECORDS);
    for (int i = 0; i < DECODED_RECORDS; i++) {
      records.add(new RawRecord(votes.record(i, 1_700_000_000_000_000L + i), "shard", "1", 1));
    }
    try (Measurement course = new Measurement()) {
      long changes = 0;
      course.sent(0);
      for (long i = 0; i < count; i++) {
        if (decoder.decode(records.get((int) (i % DECODED_RECORDS))).change() != null) {
          changes++;
        }
      }
      course.wrote(DECODING, changes);
      return course.rate();
    }
  }
}
