package io.citytally.local.soak;

import io.citytally.cli.command.DisplayText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a soak has seen.
 *
 * @param asked how long it was to last
 * @param took how long it lasted
 * @param votes cast, changed and withdrawn
 * @param footprints in the order of time
 * @param checks how often the totals were compared with the votes
 * @param drifted in how many of those comparisons one or more totals differed
 * @param differing the totals that differed, one line each
 * @param crashes of task and job managers
 * @param resultsAnswered how often the dashboard's results were asked for and came
 * @param resultsFailed how often they did not
 */
record SoakReport(
    Duration asked,
    Duration took,
    long votes,
    List<Footprint> footprints,
    int checks,
    int drifted,
    List<String> differing,
    int crashes,
    long resultsAnswered,
    long resultsFailed) {

  private static final double MEGA = 1_000_000;
  private static final int MAX_ROWS = 20;

  /** Empty where too few footprints tell nothing. */
  List<Trend> trends() {
    return footprints.size() < Trend.MIN_FOOTPRINTS ? List.of() : Trend.of(footprints);
  }

  int exitStatus() {
    return took.compareTo(asked) >= 0
            && checks > 0
            && drifted == 0
            && resultsFailed == 0
            && trends().stream().noneMatch(Trend::leaks)
        ? 0
        : 1;
  }

  /** The line that closes it. */
  String closingLine() {
    List<String> leaks = trends().stream().filter(Trend::leaks).map(Trend::name).toList();
    return "soak: %s%s, %s votes, %d crashes, compared %d times: %d times a total differed; %s results shown, %d not; %s"
        .formatted(
            DisplayText.time(took),
            took.compareTo(asked) >= 0 ? "" : " of " + DisplayText.time(asked),
            DisplayText.number(votes),
            crashes,
            checks,
            drifted,
            DisplayText.number(resultsAnswered),
            resultsFailed,
            trends().isEmpty()
                ? "too short to see a leak"
                : leaks.isEmpty() ? "no leak" : "LEAK: " + String.join(", ", leaks));
  }

  /** A page on it, in Markdown. */
  List<String> page(String command) {
    List<String> page = new ArrayList<>();
    page.add("# A soak");
    page.add("");
    page.add("By `" + command + "`, on a machine of " + processors() + " processors:");
    page.add("");
    page.add("```");
    page.add(closingLine());
    page.add("```");
    page.add("");
    page.add("| after | votes | live heap | resident | threads | open files | checkpoint took |");
    page.add("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    int rows = Math.min(MAX_ROWS, footprints.size());
    for (int row = 0; row < rows; row++) {
      page.add(row(footprints.get(row * (footprints.size() - 1) / Math.max(1, rows - 1))));
    }
    page.add("");
    page.add("| after the first quarter | typical | grows by | tolerated |");
    page.add("| --- | ---: | ---: | ---: |");
    for (Trend trend : trends()) {
      page.add(
          String.format(
                  Locale.ROOT,
                  "| %s | %.0f %s | %+.1f %s | %.0f %s |",
                  trend.name(),
                  trend.typical(),
                  trend.unit(),
                  trend.growth(),
                  trend.unit(),
                  trend.tolerance(),
                  trend.unit())
              .replace("  |", " |"));
    }
    if (!differing.isEmpty()) {
      page.add("");
      page.add("Totals that differed:");
      page.add("");
      differing.forEach(line -> page.add("- " + line));
    }
    return page;
  }

  private static String row(Footprint footprint) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.0f MB | %.0f MB | %d | %d | %d ms |",
        DisplayText.time(footprint.at()),
        DisplayText.number(footprint.votes()),
        footprint.heapBytes() / MEGA,
        footprint.residentBytes() / MEGA,
        footprint.threads(),
        footprint.openFiles(),
        footprint.checkpoint().toMillis());
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
