package io.citytally.cli.audit;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code citytally backfill}. */
@Command(
    name = "backfill",
    sortOptions = false,
    description = {
      "Counts the votes that were in the table before the stream was switched on, and their ballots"
          + " in the turnout.",
      "",
      "Switch the stream on and start the job first. Then this adds what totals and turnouts lack."
          + " Nothing is added twice, even if it is interrupted and started again: each run"
          + " computes what is missing from the votes and the totals. It does what `citytally audit"
          + " --fix` does, but does not reduce totals that are too high. Read `citytally audit"
          + " --help` first.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no total lacks votes any more",
      "1:it failed or was stopped",
      "2:an option was refused",
      "3:there are totals that lack votes",
      "4:no total is known to lack votes, but not every total could be judged: run it again when"
          + " fewer people vote"
    },
    footer = {
      "",
      "For instance:",
      "  citytally backfill --dry-run",
      "  citytally backfill --region eu-west-1 --read-capacity 200 \\",
      "    --votes-table city-storage-votes --total-table city-storage-total_votes \\",
      "    --turnout-table city-storage-turnout --ballot-table city-storage-ballot \\",
      "    --rejected-table city-storage-rejected_votes \\",
      "    --corrections-table city-storage-corrections"
    })
public final class BackfillCommand implements Callable<Integer> {

  @Option(names = "--dry-run", description = "Shows what it would add, and adds nothing.")
  boolean dryRun;

  @Mixin AuditMixin audit;

  @Override
  public Integer call() {
    return audit.run(AuditOptions.Concern.MISSING_VOTES, dryRun);
  }
}
