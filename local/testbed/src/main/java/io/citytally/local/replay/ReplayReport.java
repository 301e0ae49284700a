package io.citytally.local.replay;

import static io.citytally.cli.command.DisplayText.number;
import static io.citytally.cli.command.DisplayText.plain;

import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.Totals;
import io.citytally.local.recount.Recount;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What came of a replay: every total next to the one that the ballots give.
 *
 * @param votes that were cast
 * @param items that were written to {@code votes}, or put on the stream: a vote each, or a ballot
 *     each, some of them again as they were changed
 * @param expected the totals that the ballots give, with those that are 0
 * @param expectedTurnout the ballots of each region
 * @param contradictions the published totals that their own file contradicts
 * @param counted the totals as the job left them; none is 0
 * @param countedTurnout the turnout of each region as the job left it; none is 0
 * @param countedHistory as {@link LocalCloud#history}
 * @param titles of the improvements
 * @param crashes that the job went through
 * @param duplicatesDelivered change records that were delivered a second time on purpose
 * @param duplicatesDropped change records that the job took for a second delivery; more than were
 *     delivered, where it read some again after a crash
 * @param tableWrites to {@code total_votes}
 * @param recount the verdict of the independent checker
 * @param took from the first vote until the last was counted
 */
record ReplayReport(
    long votes,
    long items,
    Map<Choice, Long> expected,
    Map<String, Long> expectedTurnout,
    long contradictions,
    Map<Choice, Long> counted,
    Map<String, Long> countedTurnout,
    Map<Choice, Long> countedHistory,
    Map<Choice, String> titles,
    int crashes,
    long duplicatesDelivered,
    long duplicatesDropped,
    long tableWrites,
    Recount.Verdict recount,
    Duration took) {

  /** The totals that are not as expected, and those of choices that nobody could vote for. */
  List<Choice> differing() {
    return Totals.differing(List.of(expected, counted));
  }

  /** The regions whose turnout is not as expected. */
  SortedSet<String> differingTurnouts() {
    SortedSet<String> regions = new TreeSet<>(expectedTurnout.keySet());
    regions.addAll(countedTurnout.keySet());
    regions.removeIf(region -> turnout(expectedTurnout, region) == turnout(countedTurnout, region));
    return regions;
  }

  private static long turnout(Map<String, Long> turnouts, String region) {
    return turnouts.getOrDefault(region, 0L);
  }

  /** The places and kinds whose course of the vote does not sum up to what was counted. */
  List<Choice> differingHistories() {
    return Totals.differing(List.of(expectedHistory(), countedHistory));
  }

  private Map<Choice, Long> expectedHistory() {
    return LocalCloud.historyOf(counted, countedTurnout);
  }

  /** Whether neither verdict, ours or the recount's, found a difference. */
  boolean exact() {
    return differing().isEmpty()
        && differingTurnouts().isEmpty()
        && differingHistories().isEmpty()
        && !recount.differs();
  }

  /** The exit status of the command. */
  int exitStatus() {
    return exact() ? 0 : 1;
  }

  /**
   * A line for each total, turnout and history that differs, under a heading, what the recount
   * said, and the closing line.
   */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<Choice> differing = differing();
    if (!differing.isEmpty() || !differingTurnouts().isEmpty() || !differingHistories().isEmpty()) {
      lines.add(String.format("%12s %12s", "expected", "counted"));
    }
    for (Choice key : differing) {
      String title = titles.get(key);
      lines.add(
          String.format(
              "%12s %12s  %s",
              expected.containsKey(key) ? number(expectedFor(key)) : "-",
              number(countedFor(key)),
              plain(key + (title == null ? "" : ": " + title))));
    }
    for (String region : differingTurnouts()) {
      lines.add(
          String.format(
              "%12s %12s  %s",
              number(turnout(expectedTurnout, region)),
              number(turnout(countedTurnout, region)),
              plain("turnout of " + region)));
    }
    for (Choice place : differingHistories()) {
      lines.add(
          String.format(
              "%12s %12s  %s",
              number(expectedHistory().getOrDefault(place, 0L)),
              number(countedHistory.getOrDefault(place, 0L)),
              plain("history of " + place)));
    }
    recount.lines().forEach(line -> lines.add("recount: " + plain(line)));
    lines.add(closingLine());
    return lines;
  }

  private String closingLine() {
    double seconds = took.toNanos() / 1e9;
    return (exact() ? "exact: " : "NOT EXACT: ")
        + count(votes, "vote")
        + (items == votes ? "" : " in " + count(items, "item"))
        + ", "
        + count(expected.size(), "total")
        + ", "
        + count(expectedTurnout.size(), "turnout")
        + ", "
        + number(differing().size() + differingTurnouts().size() + differingHistories().size())
        + " differ; "
        + (crashes == 1 ? "1 crash" : number(crashes) + " crashes")
        + "; "
        + count(duplicatesDelivered, "duplicate")
        + " delivered, "
        + number(duplicatesDropped)
        + " dropped; "
        + count(tableWrites, "table write")
        + (tableWrites == 0
            ? ""
            : String.format(Locale.ROOT, ", %.2f votes per write", (double) votes / tableWrites))
        + (seconds == 0 ? "" : "; " + number(Math.round(votes / seconds)) + " votes/s")
        + (contradictions == 0
            ? ""
            : "; " + count(contradictions, "published total") + " not as the ballots")
        + "; "
        + recount.phrase();
  }

  private static String count(long number, String what) {
    return number(number) + " " + what + (number == 1 ? "" : "s");
  }

  private long expectedFor(Choice key) {
    return expected.getOrDefault(key, 0L);
  }

  private long countedFor(Choice key) {
    return counted.getOrDefault(key, 0L);
  }
}
