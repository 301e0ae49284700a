package io.citytally.local.bench;

import static io.citytally.cli.command.DisplayText.number;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the sink can do: how many writes a core sends, with more and more of them under way, and how
 * late totals get where a region's choices need more writes than a partition of a table takes.
 */
final class SinkWrites implements Benchmark {

  private static final List<Integer> IN_FLIGHT = List.of(1, 10, 100, 1_000);
  private static final int MAX_WRITES = 100_000;
  private static final int WARM_UP_WRITES = 20_000;
  private static final int QUICK_WRITES = 5_000;

  /** As long as a run takes with few writes under way. */
  private static final Duration SLOW_RUN = Duration.ofSeconds(10);

  /** A partition's limit, in write units a second. */
  private static final int PARTITION_UNITS = 1_000;

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final List<Integer> CHOICES = List.of(500, 900, 1_100, 2_000, 5_000);
  private static final int VOTES_PER_CHOICE_AND_SECOND = 3;
  private static final int HOT_SECONDS = 20;

  @Override
  public String name() {
    return "sink-writes";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    report.section(
        "The sink",
        "The sink of totals with the SDK's client, over HTTP without TLS, against a DynamoDB in"
            + " another",
        "process that answers after " + SyntheticDynamoDb.ANSWER_TIME.toMillis() + " ms.");
    perCore(options, report);
    hotRegion(options, report);
  }

  private static void perCore(BenchOptions options, BenchReport report) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    try (ServerProcess dynamoDb = SyntheticDynamoDb.start()) {
      if (!options.quick()) {
        report.progress("warming up");
        measure(dynamoDb, 100, WARM_UP_WRITES);
      }
      for (int inFlight : options.quick() ? List.of(100) : IN_FLIGHT) {
        long mostInTime = inFlight * SLOW_RUN.toMillis() / SyntheticDynamoDb.ANSWER_TIME.toMillis();
        long writes = Math.min(options.quick() ? QUICK_WRITES : MAX_WRITES, mostInTime);
        Measurement.Rate rate = measure(dynamoDb, inFlight, writes);
        rows.add(
            List.of(
                number(inFlight),
                number(writes),
                number(Math.round(rate.perSecond())),
                number(Math.round(rate.perCoreSecond()))));
        report.progress(number(inFlight) + " writes under way");
      }
    }
    report.table(List.of("under way", "writes", "writes/s", "writes per core second"), rows);
  }

  private static Measurement.Rate measure(ServerProcess dynamoDb, int inFlight, long writes)
      throws Exception {
    SyntheticVotes unused = new SyntheticVotes(1, 1, 1, 1);
    try (MeasuredJob job =
        new MeasuredJob(
            new SinkContender(dynamoDb.port(), inFlight), unused, StateBackend.HEAP, 1)) {
      return job.count(writes);
    }
  }

  /** In virtual time, so the same on every machine. */
  private static void hotRegion(BenchOptions options, BenchReport report) throws Exception {
    report.text(
        "",
        "One region, all of whose choices get "
            + VOTES_PER_CHOICE_AND_SECOND
            + " votes a second each, with a window of 1 s, in virtual time. The",
        "table refuses what is beyond "
            + number(PARTITION_UNITS)
            + " write units in a second, as a partition does.",
        "");
    List<List<String>> rows = new ArrayList<>();
    for (int choices : options.quick() ? List.of(2_000) : CHOICES) {
      int perSecond = choices * VOTES_PER_CHOICE_AND_SECOND;
      int seconds = options.quick() ? 2 : HOT_SECONDS;
      CountedTables tables = new CountedTables(options.seed(), PARTITION_UNITS);
      VoteArrivals arrivals =
          VoteArrivals.even(choices, perSecond * seconds, perSecond, options.seed());
      WritesPerVote.count(arrivals, WINDOW, tables);
      rows.add(
          List.of(
              number(choices),
              number(arrivals.count()),
              number(tables.tallyWrites()),
              number(tables.refusedWrites()),
              "%,d ms".formatted(tables.longestWaitMillis()),
              "%,.0f ms".formatted(tables.meanWaitMillis())));
      report.progress(number(choices) + " choices in a region");
    }
    report.table(
        List.of("choices", "votes", "writes", "refused", "longest wait", "mean wait"), rows);
  }
}
