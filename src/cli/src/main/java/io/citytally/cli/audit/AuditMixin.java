package io.citytally.cli.audit;

import io.citytally.cli.aws.TablesMixin;
import io.citytally.cli.aws.Target;
import io.citytally.cli.command.Bounds;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** How to look at the tables, and where they are. */
public final class AuditMixin {

  private static final Duration MAX_TIME = Duration.ofHours(1);

  /** The course of the vote settles later: the job writes its buckets once a minute by default. */
  private static final Duration SETTLE_HISTORY = Duration.ofSeconds(90);

  /** The turnout is written every ten seconds by default, and the stream adds its delay. */
  private static final Duration SETTLE_ON_AWS = Duration.ofSeconds(30);

  /** Streams and tables on the same machine take far less, and each window there is a second. */
  private static final Duration SETTLE_HERE = Duration.ofSeconds(3);

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--json",
      description = "Prints the report as JSON, and the rest to the error output.")
  boolean json;

  @Option(
      names = "--settle",
      paramLabel = "TIME",
      description = {
        "How long to wait before totals are read again. It must exceed the time until a vote shows in"
            + " its total and in its region's turnout: the stream's lag + the longer window + the"
            + " write (default: 30s; on this machine 3s)."
      })
  @Nullable Duration settle;

  @Option(
      names = "--settle-history",
      paramLabel = "TIME",
      description = {
        "How long to wait before the history is read again. It must exceed the time until a vote"
            + " shows in its bucket: --settle + the job's history.window (default: 90s; on this"
            + " machine twice --settle)."
      })
  @Nullable Duration settleHistory;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "2m",
      description =
          "How long to go on looking at totals that move, at most 1h (default: ${DEFAULT-VALUE}).")
  Duration duration;

  @Option(
      names = "--looks",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Minimum number of looks before it gives up on totals that move; at least 2 (default:"
              + " ${DEFAULT-VALUE}).")
  int looks;

  @Option(
      names = "--read-capacity",
      paramLabel = "N",
      description = "Maximum read capacity units per second (default: as many as it gets).")
  @Nullable Integer readCapacity;

  @Mixin TablesMixin tables;

  @Option(
      names = "--votes-table",
      paramLabel = "NAME",
      defaultValue = "votes",
      description = "The table of votes (default: ${DEFAULT-VALUE}).")
  String votesTable;

  @Option(
      names = "--total-table",
      paramLabel = "NAME",
      defaultValue = "total_votes",
      description = "The table of totals (default: ${DEFAULT-VALUE}).")
  String totalTable;

  @Option(
      names = "--turnout-table",
      paramLabel = "NAME",
      defaultValue = "turnout",
      description = "The table of turnouts (default: ${DEFAULT-VALUE}).")
  String turnoutTable;

  @Option(
      names = "--history-table",
      paramLabel = "NAME",
      defaultValue = "vote_history",
      description = "The table of the vote history (default: ${DEFAULT-VALUE}).")
  String historyTable;

  @Option(
      names = "--corrections-table",
      paramLabel = "NAME",
      defaultValue = "corrections",
      description = "The table that records each correction (default: ${DEFAULT-VALUE}).")
  String correctionsTable;

  @Option(names = "--no-ballot", description = "The job has no ballot (ballot.table is not set).")
  boolean noBallot;

  public String totalTable() {
    return totalTable;
  }

  public String turnoutTable() {
    return turnoutTable;
  }

  public String ballotTable() {
    return tables.ballotTable();
  }

  /** Where the tables are. */
  public Target target() {
    return tables.target(new Bounds(command));
  }

  /**
   * @param concern what of the drift is to be taken out
   * @return the exit status
   */
  public int run(AuditOptions.Concern concern, boolean dryRun) {
    Target target = target();
    AuditOptions options = options(concern, dryRun);
    try (DynamoDbClient dynamoDb = target.dynamoDb()) {
      return new AuditRun(
              dynamoDb,
              target.ofDynamoDb(),
              target.advice(),
              options,
              target::operator,
              command.commandLine().getOut(),
              command.commandLine().getErr())
          .execute();
    }
  }

  private AuditOptions options(AuditOptions.Concern concern, boolean dryRun) {
    Bounds bounds = new Bounds(command);
    bounds.within("--looks", looks, Audit.MIN_LOOKS, Long.MAX_VALUE);
    if (readCapacity != null) {
      bounds.within("--read-capacity", readCapacity, 1, Long.MAX_VALUE);
    }
    Duration settling =
        Objects.requireNonNullElse(settle, tables.isAws() ? SETTLE_ON_AWS : SETTLE_HERE);
    Duration settlingHistory =
        Objects.requireNonNullElse(
            settleHistory, tables.isAws() ? SETTLE_HISTORY : settling.multipliedBy(2));
    requireAtMostAnHour(bounds, "--settle", settling);
    requireAtMostAnHour(bounds, "--settle-history", settlingHistory);
    requireAtMostAnHour(bounds, "--for", duration);
    return new AuditOptions(
        new Tables(
            votesTable,
            totalTable,
            turnoutTable,
            historyTable,
            tables.rejectedTable(),
            correctionsTable),
        noBallot ? Optional.empty() : Optional.of(tables.ballotTable()),
        new Pace(settling, looks, duration),
        settlingHistory,
        readCapacity == null ? OptionalInt.empty() : OptionalInt.of(readCapacity),
        concern,
        dryRun,
        json);
  }

  private static void requireAtMostAnHour(Bounds bounds, String option, Duration time) {
    if (time.compareTo(MAX_TIME) > 0) {
      throw bounds.refusal(option + " is " + time.toSeconds() + "s, but must be at most 1h");
    }
  }
}
