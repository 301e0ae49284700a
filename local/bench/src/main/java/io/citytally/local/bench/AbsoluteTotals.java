package io.citytally.local.bench;

import static io.citytally.cli.command.DisplayText.number;

import io.citytally.CountingSettings;
import io.citytally.CountingSinks;
import io.citytally.VoteCountingPipeline;
import io.citytally.cli.aws.LocalAws;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.faults.HttpMessage;
import io.citytally.local.faults.WriteFault;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.sink.TallySink;
import io.citytally.source.Admission;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.SourceKind;
import io.citytally.vote.TotalsReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.util.FileUtils;

/**
 * What becomes of the totals in trouble: Citytally's, and those of Flink SQL with Flink's own
 * DynamoDB connector. The connector puts whole items, so SQL writes each total as it stands, and
 * under no condition. Both write to the emulator of DynamoDB.
 */
final class AbsoluteTotals implements Benchmark {

  private static final int REGIONS = 4;
  private static final int IMPROVEMENTS = 5;
  private static final int VOTES_PER_SECOND = 200;
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MAX_IN_FLIGHT_REQUESTS = 100;

  private static final String SUCCEEDED = "the job has ended, SUCCEEDED";

  private static final Set<String> WRITES = Set.of("UpdateItem", "BatchWriteItem");

  private static final String SINK =
      "CREATE TABLE total_votes (region STRING, improvement STRING, total_votes BIGINT,"
          + " PRIMARY KEY (region, improvement) NOT ENFORCED)"
          + " PARTITIONED BY (region, improvement) WITH ("
          + "'connector' = 'dynamodb', 'table-name' = '%s',"
          + " 'aws.region' = '%s', 'aws.endpoint' = '%s', 'aws.http.protocol.version' = 'HTTP1_1',"
          + " 'aws.credentials.provider' = 'BASIC',"
          + " 'aws.credentials.basic.accesskeyid' = 'local',"
          + " 'aws.credentials.basic.secretkey' = 'local')";

  /** A job that writes totals to DynamoDB. */
  private interface Counter {

    /**
     * @param epoch in which it counts, where it knows such a thing
     */
    void addTo(StreamExecutionEnvironment env, PacedSource source, URI dynamoDb, long epoch);
  }

  /** What is done to a job while it counts. */
  private interface Trouble {
    void befall(Run run, long votes) throws Exception;
  }

  @Override
  public String name() {
    return "absolute-totals";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    int seconds = options.quick() ? 3 : 20;
    Duration outage = Duration.ofSeconds(options.quick() ? 1 : 10);
    report.section(
        "In trouble, next to Flink SQL",
        "Flink SQL counts the votes of each choice once and writes the totals with Flink's DynamoDB",
        "connector. %d votes a second for %d s, of %d choices; a checkpoint each second."
            .formatted(VOTES_PER_SECOND, seconds, REGIONS * IMPROVEMENTS),
        "");
    Map<String, Trouble> troubles = new LinkedHashMap<>();
    troubles.put("nothing happens", Run::countAll);
    troubles.put(
        "DynamoDB is away for " + outage.toSeconds() + " s",
        (run, votes) -> run.countThroughAnOutage(votes, outage));
    troubles.put("the first write arrives last", Run::countWithALateWrite);
    troubles.put("it starts without its state", Run::countWithoutState);

    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, Trouble> trouble : troubles.entrySet()) {
      List<String> row = new ArrayList<>(List.of(trouble.getKey()));
      for (Counter counter :
          List.<Counter>of(AbsoluteTotals::addCitytally, AbsoluteTotals::addSql)) {
        row.add(
            outcome(
                counter, trouble.getValue(), (long) VOTES_PER_SECOND * seconds, options, report));
      }
      rows.add(row);
      report.progress(trouble.getKey());
    }
    report.table(List.of("", "Citytally", "Flink SQL"), rows);
  }

  private static String outcome(
      Counter counter, Trouble trouble, long votes, BenchOptions options, BenchReport report)
      throws Exception {
    try (Run run = new Run(counter, options, report)) {
      trouble.befall(run, votes);
      return run.outcome(votes);
    }
  }

  private static void addCitytally(
      StreamExecutionEnvironment env, PacedSource source, URI dynamoDb, long epoch) {
    DynamoDbEndpoint endpoint =
        new DynamoDbEndpoint(LocalAws.REGION.id(), dynamoDb, DynamoDbEndpoint.Credentials.LOCAL);
    new VoteCountingPipeline(
            source,
            Admission.ofAtMost(source.votes().choices(), TotalsReader.NONE),
            new CountingSettings(
                epoch,
                CitytallyContender.WINDOWS,
                Contender.MEMORY,
                Contender.MEMORY,
                CitytallyContender.RECENT),
            new CountingSinks(
                new TallySink(endpoint, TotalVotesTable.DEFAULT_NAME, MAX_IN_FLIGHT_REQUESTS),
                new DiscardingSink<>(),
                new DiscardingSink<>(),
                new DiscardingSink<>(),
                new DiscardingSink<>()))
        .addTo(env);
  }

  private static void addSql(
      StreamExecutionEnvironment env, PacedSource source, URI dynamoDb, long epoch) {
    StreamTableEnvironment tables = SqlContender.tables(env, source.addTo(env));
    tables.executeSql(SINK.formatted(TotalVotesTable.DEFAULT_NAME, LocalAws.REGION.id(), dynamoDb));
    StreamStatementSet statements = tables.createStatementSet();
    statements.addInsertSql("INSERT INTO total_votes " + SqlContender.QUERY);
    statements.attachAsDataStream();
  }

  /** One job between its own Flink and its own DynamoDB. */
  private static final class Run implements AutoCloseable {

    private final Closing closing = new Closing();
    private final FailureSignal alarm = new FailureSignal();
    private final Counter counter;
    private final SyntheticVotes votes;
    private final LocalCloud cloud;
    private final FaultyDynamoDb dynamoDb;
    private final LocalFlink flink;

    Run(Counter counter, BenchOptions options, BenchReport report) throws Exception {
      this.counter = counter;
      votes = new SyntheticVotes(REGIONS, IMPROVEMENTS, 1, options.seed());
      cloud =
          TracedJob.startCloud(closing, options.home(), SourceKind.DYNAMODB_STREAMS, alarm, report);
      dynamoDb = closing.add(new FaultyDynamoDb(cloud.dynamoDbEndpoint()));
      Path directory = Files.createTempDirectory("citytally-bench-");
      closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
      flink =
          closing.add(new LocalFlink(0, directory, 1, CHECKPOINT_INTERVAL, new Configuration()));
    }

    void countAll(long votes) throws Exception {
      submit(0, votes, 1);
      awaitEnd();
    }

    void countThroughAnOutage(long count, Duration outage) throws Exception {
      submit(0, count, 1);
      awaitCounted(count / 2);
      if (dynamoDb.refuse(outage) == 0) {
        throw new IllegalStateException("nobody was connected when DynamoDB went away");
      }
      awaitEnd();
    }

    /** The connection breaks, the job writes again and goes on, and the request arrives at last. */
    void countWithALateWrite(long count) throws Exception {
      AtomicReference<HttpMessage> late = new AtomicReference<>();
      dynamoDb.intercept(
          request ->
              WRITES.contains(request.operation()) && late.compareAndSet(null, request)
                  ? Optional.of(WriteFault.REQUEST_LOST)
                  : Optional.empty());
      submit(0, count, 1);
      awaitEnd();
      dynamoDb.deliverLate(late.get());
    }

    void countWithoutState(long count) throws Exception {
      submit(0, count / 2, 1);
      awaitEnd();
      submit(count / 2, count - count / 2, 2);
      awaitEnd();
    }

    private void submit(long first, long count, long epoch) throws Exception {
      PacedSource source = new PacedSource(votes, first, count, VOTES_PER_SECOND);
      flink.submit(env -> counter.addTo(env, source, dynamoDb.endpoint(), epoch), Optional.empty());
    }

    private void awaitEnd() throws Exception {
      String end = flink.ended().get();
      if (!end.equals(SUCCEEDED)) {
        throw new IllegalStateException(end);
      }
    }

    private void awaitCounted(long count) throws Exception {
      while (cloud.totals().values().stream().mapToLong(Long::longValue).sum() < count) {
        if (flink.ended().isDone()) {
          throw new IllegalStateException(flink.ended().get());
        }
        alarm.sleep(POLL);
      }
    }

    /** How the totals differ from the truth, and how often the job began again. */
    String outcome(long count) throws Exception {
      Map<Choice, Long> truth = new HashMap<>();
      for (long vote = 0; vote < count; vote++) {
        truth.merge(votes.choice(vote), 1L, Long::sum);
      }
      Map<Choice, Long> totals = cloud.totals();
      int wrong = 0;
      long off = 0;
      for (Map.Entry<Choice, Long> each : truth.entrySet()) {
        long difference = each.getValue() - totals.getOrDefault(each.getKey(), 0L);
        wrong += difference == 0 ? 0 : 1;
        off += Math.abs(difference);
      }
      String verdict =
          wrong == 0
              ? "exact"
              : "%d of %d totals wrong, by %s votes".formatted(wrong, truth.size(), number(off));
      int restarts = flink.restarts();
      return restarts == 0
          ? verdict
          : verdict + ", after " + (restarts == 1 ? "a restart" : restarts + " restarts");
    }

    @Override
    public void close() throws Exception {
      closing.close();
    }
  }
}
