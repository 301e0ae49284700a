package io.citytally.local.audit;

import static io.citytally.local.screen.DisplayText.number;

import io.citytally.local.cloud.LocalAws;
import io.citytally.local.lifecycle.CannotStartException;
import io.citytally.local.screen.DisplayText;
import io.citytally.ops.Audit;
import io.citytally.ops.AuditReport;
import io.citytally.ops.Correction;
import io.citytally.ops.Finding;
import io.citytally.ops.PacedScan;
import io.citytally.ops.Recast;
import io.citytally.vote.TallyKey;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Audits and corrects, and tells how it goes and what became of it. */
final class AuditVotes {

  static final int DRIFT = 3;
  static final int NOT_JUDGED = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LINE = Duration.ofSeconds(2);

  /** Of what is not drift, only as many as can be taken in; an attack may have named a million. */
  private static final int MOST_LISTED = 20;

  private final AuditOptions options;
  private final PrintWriter out;

  /** What is said beside the report. */
  private final PrintWriter aside;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private long lastLineNanos = System.nanoTime();

  AuditVotes(AuditOptions options, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.out = out;
    this.aside = options.json() ? err : out;
  }

  /**
   * @return the exit status
   * @throws CannotStartException if there is no such table; the message says what to do
   */
  int execute() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndAwait, "stop"));
    try (DynamoDbClient dynamoDb = dynamoDb()) {
      return execute(dynamoDb);
    } catch (CancellationException e) {
      say("stopped: nothing was changed");
      return 1;
    } finally {
      ended.countDown();
    }
  }

  private void stopAndAwait() {
    stopped.countDown();
    try {
      ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int execute(DynamoDbClient dynamoDb) {
    PacedScan reader =
        new PacedScan(dynamoDb, options.readCapacity(), Clock.systemUTC(), this::sleep);
    AuditReport report = audit(dynamoDb, reader).run();
    List<Finding> drifts =
        report.of(Finding.Kind.DRIFT).stream().filter(this::isOfConcern).toList();
    if (!options.json() || !options.dryRun()) {
      list(report);
    }
    Set<TallyKey> corrected =
        options.dryRun() || drifts.isEmpty() ? Set.of() : correct(dynamoDb, drifts);
    if (options.json()) {
      out.println(report.json(corrected));
    }
    say(closing(report, drifts.size(), corrected.size(), reader));
    out.flush();
    if (stopped.getCount() == 0) {
      return 1;
    }
    if (drifts.size() > corrected.size()) {
      return DRIFT;
    }
    return report.leavesOpen() ? NOT_JUDGED : 0;
  }

  private Audit audit(DynamoDbClient dynamoDb, PacedScan reader) {
    String option = "--votes-table";
    try {
      dynamoDb.describeTable(describe -> describe.tableName(options.tables().votes()));
      option = "--total-table";
      dynamoDb.describeTable(describe -> describe.tableName(options.tables().totalVotes()));
      option = "--rejected-table";
      dynamoDb.describeTable(describe -> describe.tableName(options.tables().rejectedVotes()));
      option = "--ballot-table, or say --no-ballot if the job has none";
      Set<TallyKey> ballot =
          options.ballotTable().map(name -> Recast.ballotOf(dynamoDb, name)).orElse(Set.of());
      return new Audit(
          reader, options.tables(), ballot, options.settle(), options.looks(), this::scanned);
    } catch (ResourceNotFoundException e) {
      throw new CannotStartException(
          "there is a table missing %s: name it with %s".formatted(place(), option), e);
    } catch (SdkClientException e) {
      throw new CannotStartException(
          "no DynamoDB answers %s: %s"
              .formatted(
                  place(),
                  options.region().isPresent()
                      ? e.getMessage()
                      : "start `citytally run`, or give the port that it shows with"
                          + " --dynamodb-port"),
          e);
    }
  }

  private Set<TallyKey> correct(DynamoDbClient dynamoDb, List<Finding> drifts) {
    Correction correction = new Correction(dynamoDb, options.tables().totalVotes());
    try {
      correction.correct(
          drifts,
          () -> {
            line("%s of %s corrected", correction.done().size(), drifts.size());
            requireNotStopped();
          });
    } catch (CancellationException e) {
      // What was corrected until then is told in the closing line.
    } catch (RuntimeException e) {
      say(
          "failed: %s of %s corrected, run it again"
              .formatted(correction.done().size(), drifts.size()));
      throw e;
    }
    return correction.done();
  }

  private boolean isOfConcern(Finding drift) {
    return options.fix() == AuditOptions.Fix.EVERYTHING || drift.low() < 0;
  }

  private void list(AuditReport report) {
    for (Finding drift : report.of(Finding.Kind.DRIFT)) {
      say(
          "drift      %s: the total is %s, the votes are %s: %s %s"
              .formatted(
                  name(drift),
                  number(drift.total()),
                  number(drift.votes()),
                  number(Math.abs(drift.low())),
                  drift.low() > 0 ? "too many" : "missing"));
    }
    list(
        report.of(Finding.Kind.BUSY),
        busy ->
            "busy       %s: not judged, the total is too great by %s to %s"
                .formatted(name(busy), number(busy.low()), number(busy.high())));
    list(
        report.of(Finding.Kind.REFUSED),
        refused ->
            "refused    %s: not judged, refused votes for it wait to be cast again"
                .formatted(name(refused)));
    list(
        report.of(Finding.Kind.NOT_ADMITTED),
        other ->
            "no choice  %s: not on the ballot, so its %s votes don't count"
                .formatted(name(other), number(other.votes())));
    report
        .uncountable()
        .forEach(
            (reason, votes) ->
                say("no vote    %s can't be counted: %s".formatted(number(votes), reason)));
    if (report.lags()) {
      say(
          "Votes were on their way for longer than --settle, or are not counted at all. Does the"
              + " job run, and has it caught up? Look at millisBehindLatest, and try again then.");
    }
  }

  private void list(List<Finding> findings, Function<Finding, String> text) {
    findings.stream().limit(MOST_LISTED).map(text).forEach(this::say);
    if (findings.size() > MOST_LISTED) {
      say("           and %s more of these".formatted(number(findings.size() - MOST_LISTED)));
    }
  }

  private static String name(Finding finding) {
    return DisplayText.plain(finding.key().toString());
  }

  private String closing(AuditReport report, int drifts, int corrected, PacedScan reader) {
    boolean backfill = options.fix() == AuditOptions.Fix.MISSING_VOTES;
    int notJudged = report.of(Finding.Kind.BUSY).size() + report.of(Finding.Kind.REFUSED).size();
    String verdict =
        drifts > corrected
            ? "drift"
            : report.leavesOpen() ? "not all judged" : backfill ? "complete" : "exact";
    return "%s%s: %s votes, %s totals, %s %s%s, %s not judged; %s looks, %s read units"
        .formatted(
            stopped.getCount() == 0 ? "stopped, " : "",
            verdict,
            number(report.votes()),
            number(report.choices()),
            number(drifts),
            backfill ? "lack votes" : "differ",
            options.dryRun() ? "" : ", %s corrected".formatted(number(corrected)),
            number(notJudged),
            report.looks(),
            number((long) Math.ceil(reader.unitsTaken())));
  }

  private void scanned(int look, long votes) {
    requireNotStopped();
    line("look %d: %s votes scanned", look, number(votes));
  }

  private void sleep(Duration time) {
    try {
      stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
    requireNotStopped();
  }

  private void requireNotStopped() {
    if (stopped.getCount() == 0) {
      throw new CancellationException("stopped");
    }
  }

  /** A line now and then. */
  private void line(String format, Object... values) {
    if (System.nanoTime() - lastLineNanos > LINE.toNanos()) {
      lastLineNanos = System.nanoTime();
      say(format.formatted(values));
    }
  }

  private void say(String line) {
    aside.println(line);
    aside.flush();
  }

  private DynamoDbClient dynamoDb() {
    return options
        .region()
        .map(
            region ->
                DynamoDbClient.builder()
                    .region(Region.of(region))
                    .httpClientBuilder(ApacheHttpClient.builder())
                    .build())
        .orElseGet(
            () ->
                LocalAws.dynamoDb(
                    URI.create("http://127.0.0.1:" + options.dynamoDbPort()), PATIENCE));
  }

  private String place() {
    return options
        .region()
        .map(region -> "in " + region)
        .orElse("at http://127.0.0.1:" + options.dynamoDbPort());
  }
}
