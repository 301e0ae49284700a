package io.citytally.cli.audit;

import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.recast.Recast;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Audits and corrects, and tells how it goes and what became of it. */
public final class AuditRun {

  /** The exit status if it failed or was stopped. */
  public static final int FAILED = 1;

  /** The exit status if there is drift that was not taken out, or the history differs. */
  public static final int DRIFT = 3;

  /** The exit status if no drift is known, but not every total could be judged. */
  public static final int NOT_JUDGED = 4;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LINE = Duration.ofSeconds(2);

  /**
   * The most findings that are listed of each kind that is not drift: an attack may have named a
   * million.
   */
  private static final int MAX_LISTED = 20;

  private final DynamoDbClient dynamoDb;
  private final String place;
  private final String advice;
  private final AuditOptions options;
  private final Supplier<String> operator;
  private final PrintWriter out;

  /** What is said next to the report. */
  private final PrintWriter aside;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private long lastLineNanos = System.nanoTime();

  /**
   * @param dynamoDb stays the caller's to close
   * @param place where that is, such as "in eu-west-1"
   * @param advice what to do if nothing answers there
   * @param operator tells who runs the audit; asked only before a correction
   */
  public AuditRun(
      DynamoDbClient dynamoDb,
      String place,
      String advice,
      AuditOptions options,
      Supplier<String> operator,
      PrintWriter out,
      PrintWriter err) {
    this.dynamoDb = dynamoDb;
    this.place = place;
    this.advice = advice;
    this.options = options;
    this.operator = operator;
    this.out = out;
    this.aside = options.json ? err : out;
  }

  /**
   * @return the exit status
   * @throws CannotStartException if there is no such table; the message says what to do
   */
  public int execute() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndAwait, "stop"));
    try {
      return auditAndCorrect();
    } catch (CancellationException e) {
      say("stopped: nothing was changed");
      return FAILED;
    } finally {
      ended.countDown();
    }
  }

  private void stopAndAwait() {
    stopped.countDown();
    try {
      ended.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int auditAndCorrect() {
    PacedScan reader =
        new PacedScan(dynamoDb, options.readCapacity, Clock.systemUTC(), this::sleep);
    AuditReport report = audit(reader).run();
    List<Finding> drifts = ofConcern(report, Finding.Kind.DRIFT);
    int wrong = ofConcern(report, Finding.Kind.WRONG).size();
    boolean isListed = !options.json || !options.dryRun;
    if (isListed) {
      list(report);
    }
    // A correction is refused if the total was written since the last look, so it comes before the
    // long wait for the history, which it does not change.
    Set<Choice> corrected = options.dryRun || drifts.isEmpty() ? Set.of() : correct(drifts);
    List<HistoryAudit.Difference> history = differencesOfHistory(report, reader, corrected);
    if (isListed) {
      listHistory(history);
    }
    if (options.json) {
      out.println(report.json(corrected, history));
    }
    int differ = drifts.size() + wrong + history.size();
    say(closing(report, differ, corrected.size(), reader));
    out.flush();
    if (stopped.getCount() == 0) {
      return FAILED;
    }
    if (differ > corrected.size()) {
      return DRIFT;
    }
    return report.leavesOpen() ? NOT_JUDGED : 0;
  }

  private Audit audit(PacedScan reader) {
    try {
      require(options.tables.votes(), "--votes-table");
      require(options.tables.totalVotes(), "--total-table");
      require(options.tables.turnout(), "--turnout-table");
      if (options.concern == AuditOptions.Concern.EVERYTHING) {
        require(options.tables.history(), "--history-table");
      }
      require(options.tables.rejectedVotes(), "--rejected-table");
      if (!options.dryRun) {
        require(options.tables.corrections(), "--corrections-table");
      }
      Optional<Set<Choice>> ballot = options.ballotTable.map(this::ballot);
      return new Audit(reader, options.tables, ballot, options.pace, this::scanned);
    } catch (SdkClientException e) {
      throw new CannotStartException(
          String.format("DynamoDB %s does not answer: %s (%s)", place, advice, e.getMessage()), e);
    }
  }

  private void require(String table, String option) {
    found(table, option, () -> dynamoDb.describeTable(describe -> describe.tableName(table)));
  }

  private Set<Choice> ballot(String table) {
    return found(
        table,
        "--ballot-table, or say --no-ballot if the job has none",
        () -> Recast.ballotOf(dynamoDb, table));
  }

  private <T> T found(String table, String option, Supplier<T> read) {
    try {
      return read.get();
    } catch (ResourceNotFoundException e) {
      throw new CannotStartException(
          String.format("There is no table '%s' %s. Give its name with %s.", table, place, option),
          e);
    }
  }

  private Set<Choice> correct(List<Finding> drifts) {
    Correction correction =
        new Correction(dynamoDb, options.tables, operator.get(), Clock.systemUTC());
    try {
      correction.correct(
          drifts,
          () -> {
            line(correction.done().size() + " of " + drifts.size() + " corrected");
            requireNotStopped();
          });
    } catch (CancellationException e) {
      // What was corrected until then is told in the closing line.
    } catch (RuntimeException e) {
      say(
          String.format(
              "failed: %s of %s corrected, run it again", correction.done().size(), drifts.size()));
      throw e;
    }
    return correction.done();
  }

  private List<HistoryAudit.Difference> differencesOfHistory(
      AuditReport report, PacedScan reader, Set<Choice> corrected) {
    // What a malformed item has taken in is not known, so its region can't be compared.
    if (options.concern != AuditOptions.Concern.EVERYTHING
        || !report.of(Finding.Kind.MALFORMED).isEmpty()) {
      return List.of();
    }
    try {
      requireNotStopped();
      return new HistoryAudit(reader, options.tables, options.settleHistory).run();
    } catch (CancellationException e) {
      if (corrected.isEmpty()) {
        throw e;
      }
      // The closing line says what was corrected until then.
      return List.of();
    }
  }

  private List<Finding> ofConcern(AuditReport report, Finding.Kind kind) {
    return report.of(kind).stream()
        .filter(each -> options.concern != AuditOptions.Concern.MISSING_VOTES || each.high() < 0)
        .collect(Collectors.toList());
  }

  private void list(AuditReport report) {
    for (Finding drift : report.of(Finding.Kind.DRIFT)) {
      say(
          String.format(
              "drift      %s: the total is %s, the %s are %s: %s %s",
              name(drift),
              number(drift.total()),
              unit(drift),
              number(drift.votes()),
              number(Math.abs(drift.low())),
              drift.low() > 0 ? "too many" : "missing"));
    }
    list(
        report.of(Finding.Kind.WRONG),
        wrong ->
            String.format(
                "wrong      %s: the total is too great by %s to %s, and moves: look again",
                name(wrong), number(wrong.low()), number(wrong.high())));
    list(
        report.of(Finding.Kind.BUSY),
        busy ->
            String.format(
                "busy       %s: not judged, the total is too great by %s to %s",
                name(busy), number(busy.low()), number(busy.high())));
    list(
        report.of(Finding.Kind.MALFORMED),
        malformed ->
            String.format(
                "malformed  %s: not judged, a number of its item is missing or wrong, and the job"
                    + " can't write it",
                name(malformed)));
    list(
        report.of(Finding.Kind.REFUSED),
        refused ->
            String.format(
                "refused    %s: not judged, refused %s wait to be cast again",
                name(refused), unit(refused)));
    list(
        report.of(Finding.Kind.NOT_ADMITTED),
        other ->
            String.format(
                "no choice  %s: never on the ballot, so its %s %s don't count",
                name(other), number(other.votes()), unit(other)));
    report
        .uncountable()
        .forEach(
            (reason, ballots) ->
                say(String.format("no vote    %s can't be counted: %s", number(ballots), reason)));
    if (report.lags()) {
      say(
          "Votes were on their way for longer than --settle, or are not counted at all. Does the"
              + " job run, and has it caught up? Look at millisBehindLatest (with dynamodb-streams"
              + " at lagMillis), and try again then.");
    }
  }

  private void listHistory(List<HistoryAudit.Difference> differences) {
    for (HistoryAudit.Difference each : differences) {
      say(
          String.format(
              "history    %s, %s: its buckets count at least %s changes %s than its %s",
              plain(each.place()),
              each.isOfBallots() ? "ballots" : "votes",
              number(Math.abs(each.changes())),
              each.changes() > 0 ? "more" : "fewer",
              sumOf(each)));
    }
  }

  private static String sumOf(HistoryAudit.Difference difference) {
    if (difference.place().equals(HistoryKey.CITY_TEN_MINUTES)) {
      return "hours";
    }
    return difference.isOfBallots() ? "turnout" : "totals";
  }

  private void list(List<Finding> findings, Function<Finding, String> text) {
    findings.stream().limit(MAX_LISTED).map(text).forEach(this::say);
    if (findings.size() > MAX_LISTED) {
      say(String.format("           and %s more of these", number(findings.size() - MAX_LISTED)));
    }
  }

  private static String name(Finding finding) {
    return plain(finding.key().toString());
  }

  private static String unit(Finding finding) {
    return finding.isTurnout() ? "ballots" : "votes";
  }

  private String closing(AuditReport report, int differ, int corrected, PacedScan reader) {
    boolean backfill = options.concern == AuditOptions.Concern.MISSING_VOTES;
    int notJudged =
        Stream.of(Finding.Kind.BUSY, Finding.Kind.MALFORMED, Finding.Kind.REFUSED)
            .mapToInt(kind -> report.of(kind).size())
            .sum();
    String verdict =
        differ > corrected
            ? "drift"
            : report.leavesOpen() ? "not all judged" : backfill ? "complete" : "exact";
    return String.format(
        "%s%s: %s votes on %s ballots, %s totals, %s %s%s, %s not judged; %s looks, %s read units",
        stopped.getCount() == 0 ? "stopped, " : "",
        verdict,
        number(report.votes()),
        number(report.ballots()),
        number(report.choices()),
        number(differ),
        backfill ? "lack votes" : "differ",
        options.dryRun ? "" : String.format(", %s corrected", number(corrected)),
        number(notJudged),
        report.looks(),
        number((long) Math.ceil(reader.unitsTaken())));
  }

  private void scanned(int look, long ballots) {
    requireNotStopped();
    line("look " + look + ": " + number(ballots) + " ballots scanned");
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
  private void line(String line) {
    if (System.nanoTime() - lastLineNanos > LINE.toNanos()) {
      lastLineNanos = System.nanoTime();
      say(line);
    }
  }

  private void say(String line) {
    aside.println(line);
    aside.flush();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Names come from voters, and could steer the terminal. */
  private static String plain(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", " ");
  }
}
