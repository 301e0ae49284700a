package io.citytally.local.bench;

import io.citytally.cli.aws.LocalAws;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.local.bench.VoteTrace.Passage;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.lifecycle.Retry;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.SourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How long a vote takes from its {@code PutItem} into its total, through all of the system that
 * runs on this machine, step by step: votes for quiet choices, then for quiet and for busy ones
 * side by side.
 */
final class VoteToTable implements Benchmark {

  private static final Duration WINDOW = Duration.ofSeconds(1);

  /** Each has its next vote many windows after the one before. */
  private static final int QUIET_CHOICES = 100;

  private static final int BUSY_CHOICES = 2;
  private static final double QUIET_PER_SECOND = 10;
  private static final double BUSY_PER_SECOND = 100;
  private static final int WARM_UP_SECONDS = 5;
  private static final int MAX_WAIT_SECONDS = 60;

  /** How many seconds of votes there are. */
  private record Load(int warmUp, int quiet, int busy) {

    int votes() {
      return (int) (QUIET_PER_SECOND * (warmUp + quiet + busy) + BUSY_PER_SECOND * busy);
    }
  }

  /** What counts the votes that are cast. */
  private interface Counter {
    void start(Closing closing, LocalCloud cloud, VoteTrace trace, FailureSignal alarm)
        throws Exception;
  }

  @Override
  public String name() {
    return "vote-to-table";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    Load load = options.quick() ? new Load(2, 4, 4) : new Load(WARM_UP_SECONDS, 60, 30);
    report.section(
        "From vote to table",
        "The whole system on this machine: dynalite, which puts changes to kinesalite itself,",
        "the job, which polls every 100 ms and has a window of 1 s. %.0f votes/s for quiet choices, each"
            .formatted(QUIET_PER_SECOND),
        "of them with a vote every 10 s; then in addition %.0f votes/s for %d busy ones. In ms."
            .formatted(BUSY_PER_SECOND, BUSY_CHOICES),
        "");
    VoteTrace job =
        trace(
            options,
            load,
            SourceKind.KINESIS,
            (closing, cloud, trace, alarm) -> TracedJob.start(closing, cloud, WINDOW, trace, alarm),
            report);
    report.text("### The job", "");
    report.table(
        header(),
        rows(
            job,
            new Stage("from `PutItem` into Kinesis", Passage::relayMillis),
            new Stage("poll: from there into the job", Passage::pollMillis),
            new Stage("the source, both together", Passage::sourceMillis),
            new Stage("job: until the write is sent", Passage::jobMillis),
            new Stage("write: until DynamoDB answers", Passage::writeMillis),
            new Stage("over the source, both together", Passage::overSourceMillis),
            new Stage("all of it", Passage::totalMillis)));
    VoteTrace lambda =
        trace(options, load, SourceKind.DYNAMODB_STREAMS, VoteToTable::startLambda, report);
    report.text("### The Lambda before it, on the table's own stream", "");
    report.table(
        header(),
        rows(
            lambda,
            new Stage("the source: from `PutItem` into the function", Passage::sourceMillis),
            new Stage("function: until the write is sent", Passage::jobMillis),
            new Stage("write: until DynamoDB answers", Passage::writeMillis),
            new Stage("over the source, both together", Passage::overSourceMillis),
            new Stage("all of it", Passage::totalMillis)));
    report.headline(
        "quiet key p99: %.0f ms over the source's own delay (%.0f ms at p99); the Lambda: %.0f over %.0f"
            .formatted(
                samples(job, false, Passage::overSourceMillis).quantile(0.99),
                samples(job, false, Passage::sourceMillis).quantile(0.99),
                samples(lambda, false, Passage::overSourceMillis).quantile(0.99),
                samples(lambda, false, Passage::sourceMillis).quantile(0.99)));
    report.headline(
        "busy key: at most %.0f ms over the source's own delay, with a window of %d ms"
            .formatted(samples(job, true, Passage::overSourceMillis).max(), WINDOW.toMillis()));
  }

  private static VoteTrace trace(
      BenchOptions options, Load load, SourceKind source, Counter counter, BenchReport report)
      throws Exception {
    FailureSignal alarm = new FailureSignal();
    VoteTrace trace = new VoteTrace(load.votes());
    try (Closing closing = new Closing()) {
      LocalCloud cloud = TracedJob.startCloud(closing, options.home(), source, alarm, report);
      counter.start(closing, cloud, trace, alarm);
      report.progress("Casting votes for %d s".formatted(load.warmUp + load.quiet + load.busy));
      cast(
          new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME),
          load,
          trace,
          options.seed());
      if (!trace.awaitWritten(MAX_WAIT_SECONDS)) {
        alarm.sleep(Duration.ZERO);
        throw new IllegalStateException("not all votes are counted after a minute");
      }
    }
    return trace;
  }

  private static void startLambda(
      Closing closing, LocalCloud cloud, VoteTrace trace, FailureSignal alarm) throws Exception {
    LegacyLambdaTrace.start(
        closing,
        cloud,
        closing.add(
            new DynamoDbEndpoint(
                    LocalAws.REGION.id(),
                    cloud.dynamoDbEndpoint(),
                    DynamoDbEndpoint.Credentials.LOCAL)
                .createClient(1)),
        trace,
        alarm);
  }

  private static void cast(DynamoDbVotes votes, Load load, VoteTrace trace, long seed)
      throws InterruptedException {
    int warmUp = (int) (QUIET_PER_SECOND * load.warmUp);
    int quiet = (int) (QUIET_PER_SECOND * load.quiet);
    int whileBusy = (int) (QUIET_PER_SECOND * load.busy);
    SplittableRandom random = new SplittableRandom(seed);
    castQuiet(votes, 0, warmUp, true, trace, random);
    castQuiet(votes, warmUp, quiet, false, trace, random);
    SplittableRandom ofBusy = random.split();
    Thread busy =
        new Thread(
            () -> castBusy(votes, (int) (BUSY_PER_SECOND * load.busy), trace, ofBusy), "busy");
    busy.start();
    castQuiet(votes, warmUp + quiet, whileBusy, false, trace, random);
    busy.join();
  }

  private static void castQuiet(
      DynamoDbVotes votes,
      int first,
      int count,
      boolean warmUp,
      VoteTrace trace,
      SplittableRandom random) {
    for (int i = first; i < first + count; i++) {
      pause(QUIET_PER_SECOND, random);
      String vote = "quiet-" + i;
      trace.cast(vote, false, warmUp);
      votes.cast(vote, new Choice("Quiet", "choice " + i % QUIET_CHOICES));
    }
  }

  private static void castBusy(
      DynamoDbVotes votes, int count, VoteTrace trace, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      pause(BUSY_PER_SECOND, random);
      String vote = "busy-" + i;
      trace.cast(vote, true, false);
      votes.cast(vote, new Choice("Busy", "choice " + i % BUSY_CHOICES));
    }
  }

  /** At random, so that votes don't keep in step with those who poll. */
  private static void pause(double perSecond, SplittableRandom random) {
    Retry.pause(Math.round(-1_000 * Math.log(1 - random.nextDouble()) / perSecond));
  }

  private record Stage(String name, ToDoubleFunction<Passage> millis) {}

  private static List<String> header() {
    return List.of("", "quiet: p50", "p99", "max", "busy: p50", "p99", "max");
  }

  private static List<List<String>> rows(VoteTrace trace, Stage... stages) {
    List<List<String>> rows = new ArrayList<>();
    for (Stage stage : stages) {
      List<String> row = new ArrayList<>(List.of(stage.name));
      for (boolean busy : new boolean[] {false, true}) {
        Samples samples = samples(trace, busy, stage.millis);
        for (double value :
            new double[] {samples.median(), samples.quantile(0.99), samples.max()}) {
          row.add("%.0f".formatted(value));
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private static Samples samples(VoteTrace trace, boolean busy, ToDoubleFunction<Passage> millis) {
    return new Samples(trace.passages(busy).stream().mapToDouble(millis).toArray());
  }
}
