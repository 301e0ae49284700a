package io.citytally.local.audit;

import io.citytally.local.command.Bounds;
import io.citytally.local.command.TablesMixin;
import io.citytally.ops.Audit;
import io.citytally.ops.AuditOptions;
import io.citytally.ops.AuditRun;
import io.citytally.ops.Tables;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** How to look at the tables, and where they are. */
final class AuditMixin {

  private static final Duration LONGEST_SETTLE = Duration.ofHours(1);

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--json",
      description = "Prints the report as JSON, and the rest to the error output.")
  boolean json;

  @Option(
      names = "--settle",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = {
        "Longer than the job takes from a vote to its total: the stream's lag, the window, the"
            + " write (default: ${DEFAULT-VALUE})."
      })
  Duration settle;

  @Option(
      names = "--looks",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often to look, at most, from 2 (default: ${DEFAULT-VALUE}).")
  int looks;

  @Option(
      names = "--read-capacity",
      paramLabel = "N",
      description =
          "Read capacity units to take in a second, at most (default: as many as it gets).")
  Integer readCapacity;

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

  @Option(names = "--no-ballot", description = "The job has no ballot (ballot.table is not set).")
  boolean noBallot;

  /**
   * @param concern what of the drift is to be taken out
   * @return the exit status
   */
  int run(AuditOptions.Concern concern, boolean dryRun) {
    AuditedTables place =
        new AuditedTables(tables.region(), tables.dynamoDbPort(new Bounds(command)));
    AuditOptions options = options(concern, dryRun);
    try (DynamoDbClient dynamoDb = place.client()) {
      return new AuditRun(
              dynamoDb,
              place.place(),
              place.advice(),
              options,
              command.commandLine().getOut(),
              command.commandLine().getErr())
          .execute();
    }
  }

  private AuditOptions options(AuditOptions.Concern concern, boolean dryRun) {
    Bounds bounds = new Bounds(command);
    bounds.within("--looks", looks, Audit.FEWEST_LOOKS, Long.MAX_VALUE);
    if (readCapacity != null) {
      bounds.within("--read-capacity", readCapacity, 1, Long.MAX_VALUE);
    }
    if (settle.compareTo(LONGEST_SETTLE) > 0) {
      throw bounds.refusal("--settle is " + settle.toSeconds() + "s, but must be at most 1h");
    }
    return new AuditOptions(
        new Tables(votesTable, totalTable, tables.rejectedTable()),
        noBallot ? Optional.empty() : Optional.of(tables.ballotTable()),
        settle,
        looks,
        readCapacity == null ? OptionalInt.empty() : OptionalInt.of(readCapacity),
        concern,
        dryRun,
        json);
  }
}
