package io.citytally.cli.result;

import io.citytally.cli.audit.AuditMixin;
import io.citytally.cli.audit.AuditOptions;
import io.citytally.cli.election.ServiceTime;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** {@code citytally close}. */
@Command(
    name = "close",
    sortOptions = false,
    description = {
      "Makes the result of the election final, and writes it into files.",
      "",
      "Waits until the election is over and the last ballot is written, audits every total, and"
          + " stores the result and its SHA-256 with the election. From then on the dashboard shows"
          + " it as final. If the audit finds a difference, nothing is stored.",
      "Run it again, at any time and on any machine, to get the same files.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the result is final, and its files are written",
      "1:it failed or was stopped; run it again",
      "2:an option was refused, there is no election to close, or the clock of this machine is"
          + " wrong",
      "3:the totals are not exact; nothing was stored"
    },
    footer = {
      "",
      "For instance:",
      "  citytally close --to result",
      "  citytally close --region eu-west-1 --to result \\",
      "    --election-table city-storage-election \\",
      "    --votes-table city-storage-votes --total-table city-storage-total_votes \\",
      "    --turnout-table city-storage-turnout --ballot-table city-storage-ballot \\",
      "    --rejected-table city-storage-rejected_votes"
    })
public final class CloseCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      defaultValue = "result",
      description =
          "Directory for result.json, result.csv and SHA256SUMS; created if missing (default:"
              + " ${DEFAULT-VALUE}).")
  Path folder;

  @Option(
      names = "--election-table",
      paramLabel = "NAME",
      defaultValue = "election",
      description = "The table of the election (default: ${DEFAULT-VALUE}).")
  String electionTable;

  @Mixin AuditMixin audit;

  @Override
  public Integer call() throws Exception {
    try (DynamoDbClient dynamoDb = audit.target().dynamoDb()) {
      return new CloseElection(
              dynamoDb,
              new ResultTables(
                  electionTable, audit.totalTable(), audit.turnoutTable(), audit.ballotTable()),
              () -> audit.run(AuditOptions.Concern.TOTALS, true),
              command.root().version()[0],
              Clock.systemUTC(),
              duration -> {
                try {
                  TimeUnit.NANOSECONDS.sleep(duration.toNanos());
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  throw new CancellationException("interrupted");
                }
              },
              ServiceTime::inHeader,
              command.commandLine().getOut())
          .execute(folder);
    }
  }
}
