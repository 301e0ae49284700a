package io.citytally.local.chaos;

import io.citytally.cli.command.DisplayText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured during a campaign.
 *
 * @param footprints in the order of time
 * @param jobClassLoaders the most that one of Flink's processes held at the end of a round
 * @param resultsAnswered how often the dashboard's results were asked for and came
 * @param resultsFailed how often they did not, though DynamoDB was there
 */
record Measured(
    List<Footprint> footprints, long jobClassLoaders, long resultsAnswered, long resultsFailed) {

  private static final double MEGA = 1_000_000;
  private static final int MAX_ROWS = 20;

  /** The most class loaders of jobs that a process may hold: that of the job that runs. */
  static final int MAX_JOB_CLASS_LOADERS = 1;

  /** Empty where too few footprints tell nothing. */
  List<Trend> trends() {
    return footprints.size() < Trend.MIN_FOOTPRINTS ? List.of() : Trend.of(footprints);
  }

  /** Whether every look at the results was answered, and nothing leaks. */
  boolean isGood() {
    return resultsFailed == 0 && leaks().isEmpty();
  }

  /** What grows while it should not. */
  List<String> leaks() {
    List<String> leaks = new ArrayList<>();
    trends().stream().filter(Trend::leaks).map(Trend::name).forEach(leaks::add);
    if (jobClassLoaders > MAX_JOB_CLASS_LOADERS) {
      leaks.add(jobClassLoaders + " class loaders of jobs in one process");
    }
    return leaks;
  }

  /** Its part of the closing line. */
  String phrase() {
    return "%s results shown, %s not; %s"
        .formatted(
            DisplayText.number(resultsAnswered),
            DisplayText.number(resultsFailed),
            !leaks().isEmpty()
                ? "LEAK: " + String.join(", ", leaks())
                : trends().isEmpty() ? "too short to see a leak" : "no leak");
  }

  /**
   * A page on it, in Markdown.
   *
   * @param command by which the campaign was started
   * @param closingLine of the campaign
   */
  List<String> page(String command, String closingLine) {
    List<String> page = new ArrayList<>();
    page.add("# Chaos, measured");
    page.add("");
    page.add("By `" + command + "`, on a machine of " + processors() + " processors:");
    page.add("");
    page.add("```");
    page.add(closingLine);
    page.add("```");
    page.add("");
    page.add("All processes together: the launcher, Flink's, the emulators.");
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
