package io.citytally.local.screen;

import static io.citytally.cli.command.DisplayText.bar;
import static io.citytally.cli.command.DisplayText.cut;
import static io.citytally.cli.command.DisplayText.fit;
import static io.citytally.cli.command.DisplayText.number;
import static io.citytally.cli.command.DisplayText.rate;
import static io.citytally.cli.command.DisplayText.time;
import static io.citytally.cli.command.DisplayText.width;

import io.citytally.cli.command.DisplayText;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The result while it comes in: how many votes stand, how fast they come, each region's sum with
 * the improvements that lead, the votes cast last, and where everything listens.
 *
 * @param running since the start
 * @param votesPerSecond at present
 * @param totals the votes of each improvement, as {@code total_votes} shows them
 * @param ballot titles the improvements, and says which are hidden; one without a title is shown by
 *     its id
 * @param recent the newest first
 * @param zone in which times of day are shown
 * @param endpoints where to reach what, by name, in the order to show
 */
public record LiveSummary(
    Duration running,
    double votesPerSecond,
    Map<Choice, Long> totals,
    Map<Choice, BallotEntry> ballot,
    List<RecentVotes.Vote> recent,
    ZoneId zone,
    Map<String, String> endpoints)
    implements Screen.Picture {

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");
  private static final int MAX_LEADERS = 3;
  private static final int MAX_RECENT = 5;

  /** The columns below which there is no room for bars, and for leaders next to them. */
  private static final int COLUMNS_FOR_BARS = 40;

  private static final int COLUMNS_FOR_LEADERS = 64;

  private record Leader(String title, long votes) {}

  private record Region(String name, long votes, List<Leader> leaders) {}

  /** Leaves out what is hidden, as the pages do. */
  public LiveSummary {
    totals = new HashMap<>(totals);
    totals.keySet().removeIf(choice -> isHidden(ballot, choice));
    recent = recent.stream().filter(vote -> !isHidden(ballot, vote.choice)).toList();
  }

  private static boolean isHidden(Map<Choice, BallotEntry> ballot, Choice choice) {
    return ballot.containsKey(choice) && ballot.get(choice).status() == BallotEntry.Status.HIDDEN;
  }

  @Override
  public List<String> draw(int columns, int rows) {
    List<String> head =
        List.of(
            "Citytally   "
                + number(votes())
                + " votes   "
                + rate(votesPerSecond)
                + "   running "
                + time(running),
            "");
    List<String> foot = foot();
    List<Region> regions = regions();
    int recentLines = Math.min(recent.size(), MAX_RECENT);
    int room = rows - head.size() - foot.size();
    // The recent votes take a heading and a blank line besides, and are the first to go.
    while (recentLines > 0 && room - recentLines - 2 < regions.size()) {
      recentLines--;
    }
    int roomForRegions = recentLines == 0 ? room : room - recentLines - 2;

    List<String> lines = new ArrayList<>(head);
    lines.addAll(regionLines(regions, columns, roomForRegions));
    if (recentLines > 0) {
      lines.add("");
      lines.add("Recent votes");
      recent.stream().limit(recentLines).map(this::recentLine).forEach(lines::add);
    }
    lines.addAll(foot);
    return lines.stream().limit(Math.max(1, rows)).map(line -> cut(line, columns)).toList();
  }

  @Override
  public String line() {
    String regions =
        regions().stream()
            .map(region -> region.name + " " + number(region.votes))
            .collect(Collectors.joining(", "));
    return DisplayText.plain(
        time(running)
            + "  "
            + number(votes())
            + " votes, "
            + rate(votesPerSecond)
            + (regions.isEmpty() ? "" : "; " + regions));
  }

  private long votes() {
    return totals.values().stream().mapToLong(Long::longValue).sum();
  }

  private List<String> foot() {
    List<String> lines = new ArrayList<>(List.of(""));
    int widest = endpoints.keySet().stream().mapToInt(DisplayText::width).max().orElse(0);
    endpoints.forEach((name, address) -> lines.add(fit(name, widest) + "  " + address));
    lines.add("Ctrl-C stops everything.");
    return lines;
  }

  /** All regions, that with the most votes first. */
  private List<Region> regions() {
    Map<String, List<Leader>> choices = new TreeMap<>();
    totals.forEach(
        (key, votes) ->
            choices
                .computeIfAbsent(key.region, region -> new ArrayList<>())
                .add(new Leader(titleOf(key), votes)));
    List<Region> regions = new ArrayList<>();
    choices.forEach(
        (name, all) -> {
          all.sort(Comparator.comparingLong(Leader::votes).reversed().thenComparing(Leader::title));
          regions.add(new Region(name, all.stream().mapToLong(Leader::votes).sum(), all));
        });
    regions.sort(Comparator.comparingLong(Region::votes).reversed());
    return regions;
  }

  private String titleOf(Choice key) {
    return ballot.containsKey(key) ? ballot.get(key).title() : key.improvement;
  }

  private List<String> regionLines(List<Region> regions, int columns, int room) {
    if (regions.isEmpty()) {
      return List.of("No votes yet.");
    }
    boolean all = regions.size() <= room;
    int shown = all ? regions.size() : Math.max(0, room - 1);
    int leaders = all ? Math.min(MAX_LEADERS, room / regions.size() - 1) : 0;
    int nameWidth =
        Math.min(
            regions.stream().mapToInt(region -> width(region.name)).max().orElse(0),
            Math.max(8, columns / 3));
    int numberWidth = number(regions.get(0).votes).length();
    int barWidth = columns < COLUMNS_FOR_BARS ? 0 : columns / 5;
    double most = Math.max(1, regions.get(0).votes);

    List<String> lines = new ArrayList<>();
    for (Region region : regions.subList(0, shown)) {
      String line =
          fit(region.name, nameWidth)
              + "  "
              + " ".repeat(Math.max(0, numberWidth - number(region.votes).length()))
              + number(region.votes)
              + "  "
              + fit(bar(region.votes / most, barWidth), barWidth);
      if (leaders > 0) {
        lines.add(line);
        region.leaders.stream()
            .limit(leaders)
            .forEach(
                choice -> lines.add(leaderLine(choice, nameWidth, numberWidth, barWidth, most)));
      } else {
        Leader first = region.leaders.get(0);
        lines.add(
            columns < COLUMNS_FOR_LEADERS
                ? line
                : line + "  " + number(first.votes) + " " + first.title);
      }
    }
    if (!all) {
      lines.add("and " + (regions.size() - shown) + " more regions");
    }
    return lines;
  }

  /** An improvement under its region, its number and bar in the same columns, its title after. */
  private static String leaderLine(
      Leader choice, int nameWidth, int numberWidth, int barWidth, double most) {
    String votes = number(choice.votes);
    return " ".repeat(nameWidth + 2 + Math.max(0, numberWidth - votes.length()))
        + votes
        + "  "
        + fit(bar(choice.votes / most, barWidth), barWidth)
        + "  "
        + choice.title;
  }

  private String recentLine(RecentVotes.Vote vote) {
    return CLOCK.format(Instant.ofEpochMilli(vote.castAtMillis).atZone(zone))
        + "  "
        + vote.choice.region
        + ": "
        + titleOf(vote.choice);
  }
}
