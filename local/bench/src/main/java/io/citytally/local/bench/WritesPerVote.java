package io.citytally.local.bench;

import io.citytally.cli.command.DisplayText;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.election.Election;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.table.VotesTable;
import io.citytally.vote.SourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the job writes for a vote: next to the fewest writes that are enough, which {@link
 * FewestWrites} finds, and next to the Lambda before it, which writes once for each.
 *
 * <p>Counted, not timed: the job's own operators run in virtual time, so any machine will do.
 */
final class WritesPerVote implements Benchmark {

  private static final int MIN_VOTES = 20_000;
  private static final int MAX_VOTES = 400_000;
  private static final int QUICK_VOTES = 4_000;

  /** So that how a stream begins and ends doesn't weigh much. */
  private static final int WINDOWS = 10;

  private static final List<Double> RATES = List.of(10.0, 100.0, 1_000.0, 10_000.0);
  private static final List<Double> QUICK_RATES = List.of(10.0, 1_000.0);
  private static final List<Duration> WINDOW_SIZES =
      List.of(
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));
  private static final List<Duration> QUICK_WINDOWS =
      List.of(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10));

  private static final int REAL_VOTES = 6_000;
  private static final double REAL_VOTES_PER_SECOND = 100;
  private static final int MAX_WAIT_SECONDS = 60;

  private static final Duration HEADLINE_WINDOW = Duration.ofSeconds(1);
  private static final double HEADLINE_RATE = 1_000;

  private static final List<String> HEADER =
      List.of(
          "votes/s",
          "window",
          "votes",
          "writes/vote",
          "bound",
          "waiting, too",
          "conflicts",
          "recent: city",
          "recent: regions",
          "longest wait",
          "mean wait");

  /** Where votes come from. */
  private interface Stream {
    VoteArrivals arrivals(int votes, double perSecond, long seed);
  }

  @Override
  public String name() {
    return "writes-per-vote";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    Election election = Election.read(options.electionFiles());
    report.section(
        "Writes per vote",
        "The job's own operators in virtual time, between votes that come at random and tables that",
        "answer within %d to %d ms. Per vote: writes of totals, of one write unit each; the bound, the"
            .formatted(CountedTables.MIN_DELAY_MILLIS, CountedTables.MAX_DELAY_MILLIS),
        "fewest writes of any counter that is never staler than the window and shows the first vote in",
        "a quiet time at once; the same if that vote may wait for a window, too; conditions that",
        "failed; write units for recent votes, of the city and of all regions. The wait is that of a",
        "vote, from its arrival in the job until its total shows it in the table. (The Lambda before",
        "the job writes 1.0 per vote, and no recent votes.)",
        "");
    measure(
        options,
        report,
        "election",
        "An election of %s choices in %s regions"
            .formatted(
                DisplayText.number(election.published().size()),
                DisplayText.number(
                    election.published().keySet().stream()
                        .map(key -> key.region)
                        .distinct()
                        .count())),
        (votes, perSecond, seed) -> VoteArrivals.of(election, votes, perSecond, seed));
    measure(
        options,
        report,
        "zipf",
        "5,000 choices in 50 regions, the nth with a share of 1/n",
        (votes, perSecond, seed) -> VoteArrivals.zipf(5_000, 50, votes, perSecond, seed));
    restart(options, report, election);
    if (!options.quick()) {
      compareWithRealRun(options, report, election);
    }
  }

  /** The same votes once more, in real time and through the whole system of this machine. */
  private static void compareWithRealRun(
      BenchOptions options, BenchReport report, Election election) throws Exception {
    VoteArrivals arrivals =
        VoteArrivals.of(election, REAL_VOTES, REAL_VOTES_PER_SECOND, options.seed());
    long virtual = count(arrivals, HEADLINE_WINDOW, options.seed()).tables.tallyWrites();
    VoteTrace trace = new VoteTrace(arrivals.count());
    FailureSignal alarm = new FailureSignal();
    try (Closing closing = new Closing()) {
      LocalCloud cloud =
          TracedJob.startCloud(closing, options.home(), SourceKind.KINESIS, alarm, report);
      TracedJob.start(closing, cloud, HEADLINE_WINDOW, trace, alarm);
      DynamoDbVotes votes = new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME);
      long start = System.nanoTime();
      for (int i = 0; i < arrivals.count(); i++) {
        long early = arrivals.millisOf(i) - (System.nanoTime() - start) / 1_000_000;
        if (early > 0) {
          alarm.sleep(Duration.ofMillis(early));
        }
        trace.cast("vote-" + i, false, false);
        votes.cast("vote-" + i, arrivals.choiceOf(i));
      }
      if (!trace.awaitWritten(MAX_WAIT_SECONDS)) {
        throw new IllegalStateException("not all votes are counted after a minute");
      }
    }
    report.text(
        "### Next to a real run",
        "",
        "%s of the election's votes, %.0f/s, through dynalite, kinesalite and the job in its"
            .formatted(DisplayText.number(arrivals.count()), REAL_VOTES_PER_SECOND),
        "cluster, with a window of 1 s: %s writes; in virtual time, the same votes: %s."
            .formatted(DisplayText.number(trace.writes()), DisplayText.number(virtual)),
        "");
  }

  private void measure(
      BenchOptions options, BenchReport report, String name, String title, Stream stream)
      throws Exception {
    report.text("### " + title, "");
    List<List<String>> rows = new ArrayList<>();
    LineChart chart = new LineChart(title, "window, in seconds", "writes of totals per vote", true);
    String bound = "the bounds";
    for (double rate : options.quick() ? QUICK_RATES : RATES) {
      List<Double> seconds = new ArrayList<>();
      List<Double> writes = new ArrayList<>();
      List<Double> bounds = new ArrayList<>();
      for (Duration window : options.quick() ? QUICK_WINDOWS : WINDOW_SIZES) {
        Outcome outcome =
            count(
                stream.arrivals(votes(options, rate, window), rate, options.seed()),
                window,
                options.seed());
        rows.add(outcome.row(rate));
        seconds.add(window.toMillis() / 1_000.0);
        writes.add(outcome.perVote(outcome.tables.tallyWrites()));
        bounds.add(outcome.perVote(outcome.bound));
        if (name.equals("election") && rate == HEADLINE_RATE && window.equals(HEADLINE_WINDOW)) {
          report.headline(
              "writes/vote at 1 s: %s (bound %s), of %s votes/s for %s choices"
                  .formatted(
                      decimals(outcome.perVote(outcome.tables.tallyWrites())),
                      decimals(outcome.perVote(outcome.bound)),
                      DisplayText.number((long) rate),
                      DisplayText.number(outcome.arrivals.choicesTaken())));
        }
        report.progress("%s, %,.0f votes/s, window %s".formatted(name, rate, text(window)));
      }
      chart.line("%,.0f votes/s".formatted(rate), seconds, writes);
      chart.crosses(bound, seconds, bounds);
      // One of the bounds stands for all.
      bound = "";
    }
    report.table(HEADER, rows);
    report.plot("writes-per-vote-" + name, "Writes per vote over the window: " + title, chart);
  }

  private static int votes(BenchOptions options, double rate, Duration window) {
    return options.quick()
        ? QUICK_VOTES
        : (int)
            Math.max(MIN_VOTES, Math.min(MAX_VOTES, WINDOWS * rate * window.toMillis() / 1_000.0));
  }

  /** Runs the job over all of the votes, until it is at rest. */
  static Outcome count(VoteArrivals arrivals, Duration window, long seed) throws Exception {
    CountedTables tables = new CountedTables(seed);
    count(arrivals, window, tables);
    long bound = 0;
    long waiting = 0;
    for (long[] votes : arrivals.byChoice().values()) {
      bound += FewestWrites.ofPromptCounter(votes, window.toMillis());
      waiting += FewestWrites.ofAnyCounter(votes, window.toMillis());
    }
    return new Outcome(arrivals, window, tables, bound, waiting);
  }

  /**
   * The same, with tables of one's own.
   *
   * @throws IllegalStateException if the totals do not show each vote in the end
   */
  static void count(VoteArrivals arrivals, Duration window, CountedTables tables) throws Exception {
    try (VirtualJob job = new VirtualJob(window, tables)) {
      job.count(arrivals);
      job.rest();
    }
    if (tables.votesShown() != arrivals.count()) {
      throw new IllegalStateException(
          "of %d votes the totals show %d".formatted(arrivals.count(), tables.votesShown()));
    }
  }

  /**
   * What came of a stream of votes.
   *
   * @param bound the fewest writes of a prompt counter
   * @param waiting the fewest of any
   */
  record Outcome(
      VoteArrivals arrivals, Duration window, CountedTables tables, long bound, long waiting) {

    double perVote(long count) {
      return (double) count / arrivals.count();
    }

    private List<String> row(double rate) {
      return List.of(
          "%,.0f".formatted(rate),
          text(window),
          DisplayText.number(arrivals.count()),
          decimals(perVote(tables.tallyWrites())),
          decimals(perVote(bound)),
          decimals(perVote(waiting)),
          DisplayText.number(tables.conflicts()),
          decimals(perVote(tables.cityUnits())),
          decimals(perVote(tables.regionUnits())),
          "%,d ms".formatted(tables.longestWaitMillis()),
          "%,.0f ms".formatted(tables.meanWaitMillis()));
    }
  }

  /** What the writers have to learn again, for what they believe of the items is in no snapshot. */
  private void restart(BenchOptions options, BenchReport report, Election election)
      throws Exception {
    double rate = 1_000;
    VoteArrivals half = VoteArrivals.of(election, QUICK_VOTES, rate, options.seed());
    CountedTables tables = new CountedTables(options.seed());
    long before;
    try (VirtualJob job = new VirtualJob(HEADLINE_WINDOW, tables)) {
      job.count(half);
      job.restart();
      before = tables.conflicts();
      job.count(half);
      job.rest();
    }
    report.text(
        "### After a restart",
        "",
        "Amid %s votes/s, the job ends with a snapshot and starts from it: %s conflicts before, %s after,"
            .formatted(
                DisplayText.number((long) rate),
                DisplayText.number(before),
                DisplayText.number(tables.conflicts() - before)),
        "for %s choices. Each costs one write unit more, once."
            .formatted(DisplayText.number(half.choicesTaken())),
        "");
  }

  private static String decimals(double perVote) {
    return String.format(Locale.ROOT, "%.4f", perVote);
  }

  private static String text(Duration window) {
    return window.toMillis() < 1_000 ? window.toMillis() + " ms" : window.toSeconds() + " s";
  }
}
