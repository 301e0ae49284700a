package io.citytally.cli.recast;

import io.citytally.cli.aws.TablesMixin;
import io.citytally.cli.command.Bounds;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally recast}. */
@Command(
    name = "recast",
    sortOptions = false,
    description = {
      "Casts again the choices that the job refused because they were not on the ballot or exceeded"
          + " max.choices.",
      "",
      "Put them on the ballot first (or, without a ballot, raise max.choices), and wait for"
          + " ballot.refresh. Then this puts each refused choice that is or was on the"
          + " ballot, hidden or not, on the Kinesis stream, and takes it out of the table of"
          + " rejected votes. What was counted already does not count again, even if this is"
          + " interrupted and started again. What the job still refuses returns to the table.",
      "",
      "A job whose epoch was raised does not know what was counted before. Run this before the epoch"
          + " is raised. Afterwards, run `citytally audit --fix` when the job has counted what was"
          + " cast.",
      "",
      "If a refused vote was changed or withdrawn later, the withdrawal is cast only together with its"
          + " vote. If the vote has expired or was counted, the withdrawal stays in the table until it"
          + " expires, too. Its choice is listed, and `citytally audit --fix` makes the total exact.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all that is on the ballot was cast again, or given up",
      "1:it failed or was stopped; what was not cast is still in the table",
      "2:an option was refused",
      "3:some refusals are left. A withdrawal whose vote is not in the table: run `citytally audit"
          + " --fix`. With --give-up, one younger than 25 hours: run it again later; one from a"
          + " Kinesis stream: run it without --give-up. Without --give-up, one from the table's own"
          + " stream: run it with --give-up"
    },
    footer = {
      "",
      "For instance:",
      "  citytally recast --dry-run",
      "  citytally recast --region eu-west-1 --stream city-storage-votes \\",
      "    --rejected-table city-storage-rejected_votes \\",
      "    --ballot-table city-storage-ballot",
      "",
      "For a job on the table's own stream, give --give-up in place of --stream. The command can't"
          + " tell which stream the job reads: what is put on a Kinesis stream that no job reads is"
          + " not counted."
    })
public final class RecastCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Option(names = "--dry-run", description = "Shows what it would do, and does nothing.")
  boolean dryRun;

  @Option(
      names = "--give-up",
      description =
          "For a job on the table's own stream (source dynamodb-streams), where nothing can be cast"
              + " again: deletes the refusals of choices that are or were on the ballot without"
              + " counting them, once they are 25 hours old. Then run `citytally audit --fix`, which"
              + " adds the votes that are in the table of votes.")
  boolean giveUp;

  @Option(
      names = "--no-ballot",
      description = "The job has no ballot (ballot.table is not set): takes all that was refused.")
  boolean noBallot;

  @Mixin TablesMixin tables;

  @Option(
      names = "--stream",
      paramLabel = "NAME",
      defaultValue = "votes",
      description = "The Kinesis stream that the job reads (default: ${DEFAULT-VALUE}).")
  String stream;

  @Option(
      names = "--kinesis-port",
      paramLabel = "PORT",
      defaultValue = "4567",
      description = "Port of the running system's Kinesis (default: ${DEFAULT-VALUE}).")
  int kinesisPort;

  @Override
  public Integer call() {
    return new RecastVotes(options(), command.commandLine().getOut()).execute();
  }

  RecastOptions options() {
    return new RecastOptions(
        tables.target(new Bounds(command), kinesisPort),
        stream,
        tables.rejectedTable(),
        noBallot ? Optional.empty() : Optional.of(tables.ballotTable()),
        giveUp,
        dryRun);
  }
}
