package io.citytally.local.bench;

import static io.citytally.local.screen.DisplayText.number;

import io.citytally.feed.RawRecord;
import io.citytally.feed.VoteChangeDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;

/**
 * How many votes a core counts in a second: the whole job with input from memory and sinks that
 * only count, beside the job without its memory of what was counted, the job as one writes it at
 * first, the same question in Flink SQL, and, as the limit, decoding alone.
 */
final class VotesPerCore implements Benchmark {

  private static final List<Contender> CONTENDERS =
      List.of(
          new CitytallyContender(),
          new NoMemoryContender(),
          new ObviousContender(),
          new SqlContender());

  /** As much as {@code local/citytally run} gives it. */
  private static final MemorySize ROCKSDB_MEMORY_PER_SLOT = MemorySize.ofMebiBytes(384);

  @Override
  public String name() {
    return "votes-per-core";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    SyntheticVotes votes = new SyntheticVotes(20, 25, 1, options.seed());
    long count = options.quick() ? 200_000 : 2_000_000;
    int rounds = options.quick() ? 1 : 3;
    report.section(
        "Votes per core",
        number(count)
            + " votes for "
            + votes.choices()
            + " improvements by Zipf's law, each a record of "
            + votes.recordBytes()
            + " bytes, from memory; totals go to a sink that only counts. Median of "
            + rounds
            + " rounds in which all take turns.");
    for (String backend : List.of("rocksdb", "hashmap")) {
      for (int parallelism : new int[] {1, 2}) {
        Map<Contender, Samples> rates = new LinkedHashMap<>();
        CONTENDERS.forEach(contender -> rates.put(contender, new Samples()));
        Samples decoding = new Samples();
        for (int round = 0; round < rounds; round++) {
          decoding.add(decode(votes, count));
          for (Contender contender : CONTENDERS) {
            double rate = measure(contender, votes, count, backend, parallelism);
            report.progress(
                backend + " " + parallelism + " " + contender.name() + " " + (long) rate);
            rates.get(contender).add(rate);
          }
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(
            List.of(
                "decoding alone, one thread", number((long) decoding.median()), decoding.spread()));
        rates.forEach(
            (contender, samples) ->
                rows.add(
                    List.of(contender.name(), number((long) samples.median()), samples.spread())));
        report.text(backend + ", parallelism " + parallelism);
        report.table(List.of("", "votes/s", "spread"), rows);
      }
    }
  }

  private static double decode(SyntheticVotes votes, long count) {
    VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis(SyntheticVotes.TABLE);
    int pool = 50_000;
    List<RawRecord> records = new ArrayList<>(pool);
    for (int i = 0; i < pool; i++) {
      records.add(new RawRecord(votes.record(i, 1_700_000_000_000_000L + i), "shard", "1", 1));
    }
    long decoded = 0;
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      if (decoder.decode(records.get((int) (i % pool))).change() != null) {
        decoded++;
      }
    }
    return decoded * 1e9 / (System.nanoTime() - start);
  }

  static double measure(
      Contender contender, SyntheticVotes votes, long count, String backend, int parallelism)
      throws Exception {
    Path directory = Files.createTempDirectory("citytally-bench-");
    try (Course course = new Course();
        StreamExecutionEnvironment env =
            StreamExecutionEnvironment.createLocalEnvironment(
                parallelism, configuration(backend, parallelism, directory))) {
      contender.addTo(env, new SyntheticFeed(votes, count, course.id()));
      env.execute(contender.name());
      if (course.counted() != count) {
        throw new IllegalStateException(
            contender.name() + " counted " + course.counted() + " of " + count + " votes");
      }
      System.out.println("    per cpu second " + (long) course.votesPerCpuSecond());
      return course.votesPerSecond();
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
  }

  private static Configuration configuration(String backend, int parallelism, Path directory) {
    return new Configuration()
        .set(StateBackendOptions.STATE_BACKEND, backend)
        .set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toString())
        .set(RestOptions.BIND_PORT, "0")
        .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
        .set(
            CheckpointingOptions.CHECKPOINTS_DIRECTORY,
            directory.resolve("checkpoints").toUri().toString())
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10))
        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, ROCKSDB_MEMORY_PER_SLOT.multiply(parallelism));
  }
}
