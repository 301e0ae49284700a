package io.citytally.cli.audit;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code citytally audit}. */
@Command(
    name = "audit",
    sortOptions = false,
    description = {
      "Checks the totals while the job runs: compares them with the votes in the table, each turnout"
          + " with the region's ballots, and the vote history with both.",
      "",
      "A difference is drift if two consecutive looks find the same difference and the total does not"
          + " move in between. A vote that is not counted yet is not drift, provided that the job"
          + " counts it within --settle: before you fix anything, make sure that the job runs and has"
          + " caught up (millisBehindLatest near zero, or lagMillis with dynamodb-streams). Until the"
          + " audit ends, stop any other program that"
          + " adds to the totals, and don't run `citytally recast`.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every total is exact, or is so now",
      "1:it failed or was stopped",
      "2:an option was refused",
      "3:there is drift, or the history differs",
      "4:no drift is known, but not every total could be judged"
    },
    footer = {
      "",
      "For instance:",
      "  citytally audit",
      "  citytally audit --region eu-west-1 --read-capacity 200 --json \\",
      "    --votes-table city-storage-votes --total-table city-storage-total_votes \\",
      "    --turnout-table city-storage-turnout --ballot-table city-storage-ballot \\",
      "    --history-table city-storage-vote_history \\",
      "    --rejected-table city-storage-rejected_votes",
      "",
      "To correct the totals, add --fix --corrections-table city-storage-corrections."
    })
public final class AuditCommand implements Callable<Integer> {

  @Option(
      names = "--fix",
      description =
          "Takes the drift out of the totals, after showing it. A difference of the history stays.")
  boolean fix;

  @Mixin AuditMixin audit;

  @Override
  public Integer call() {
    return audit.run(AuditOptions.Concern.EVERYTHING, !fix);
  }
}
