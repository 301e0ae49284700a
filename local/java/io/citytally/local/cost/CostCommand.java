package io.citytally.local.cost;

import io.citytally.local.command.Bounds;
import io.citytally.local.command.NumberConverter;
import io.citytally.ops.CostFigures;
import io.citytally.ops.CostModel;
import io.citytally.ops.StreamMode;
import io.citytally.ops.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally cost}. */
@Command(
    name = "cost",
    sortOptions = false,
    description = {
      "Reckons what it costs on AWS to count a city's votes, in a month, by windows; and what a"
          + " Lambda would cost in the job's place.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:reckoned",
      "1:nothing fits the budget or the staleness",
      "2:an option was refused"
    },
    footer = {
      "",
      "For instance:",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30 --budget 400",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30 --staleness 2s"
          + " --format json"
    })
public final class CostCommand implements Callable<Integer> {

  private static final List<Duration> WINDOWS =
      Stream.of(100, 250, 1_000, 5_000, 10_000, 60_000).map(Duration::ofMillis).toList();
  private static final int MOST = 100_000;
  private static final double MOST_VOTES_PER_SECOND = 1_000_000;

  @Spec CommandSpec command;

  @Option(
      names = "--votes-per-second",
      paramLabel = "N",
      required = true,
      converter = NumberConverter.class,
      description = "Votes cast, changed or withdrawn, on the average of the month.")
  double votesPerSecond;

  @Option(names = "--regions", paramLabel = "N", required = true, description = "Regions.")
  int regions;

  @Option(
      names = "--improvements",
      paramLabel = "N",
      required = true,
      description = "Improvements of each region.")
  int improvements;

  @Option(
      names = "--window",
      paramLabel = "TIME",
      description = "Only this window (default: those from 100ms to 1m).")
  Duration window;

  @Option(
      names = "--skew",
      paramLabel = "S",
      defaultValue = "1",
      converter = NumberConverter.class,
      description = {
        "How unevenly votes are spread, the exponent of Zipf's law: 0 evenly, 1 the second gets half"
            + " of the first (default: ${DEFAULT-VALUE})."
      })
  double skew;

  @Option(
      names = "--changed-share",
      paramLabel = "P",
      defaultValue = "0",
      converter = NumberConverter.class,
      description = "How many of the votes change an earlier one (default: ${DEFAULT-VALUE}).")
  double changedShare;

  @Option(
      names = "--viewers",
      paramLabel = "N",
      defaultValue = "10",
      description = "Who look, all the time, on the average (default: ${DEFAULT-VALUE}).")
  int viewers;

  @Option(
      names = "--recent-size",
      paramLabel = "N",
      defaultValue = "20",
      description = "Votes in a list of recent votes (default: ${DEFAULT-VALUE}).")
  int recentSize;

  @Option(
      names = "--stream",
      paramLabel = "MODE",
      description = "on-demand or shards (default: whichever costs less).")
  String stream;

  @Option(
      names = "--budget",
      paramLabel = "USD",
      converter = NumberConverter.class,
      description = "Recommends the shortest window that costs no more than that in a month.")
  Double budget;

  @Option(
      names = "--staleness",
      paramLabel = "TIME",
      description = "Recommends what costs least and shows no total later than that.")
  Duration staleness;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "Prices and assumptions, in the form of cost.properties of io.citytally.ops.")
  Path prices;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  String format;

  @Override
  public Integer call() {
    Bounds bounds = new Bounds(command);
    if (!(votesPerSecond > 0 && votesPerSecond <= MOST_VOTES_PER_SECOND)) {
      throw bounds.refusal("--votes-per-second must be above 0, and at most 1000000");
    }
    bounds.within("--regions", regions, 1, MOST);
    bounds.within("--improvements", improvements, 1, MOST);
    bounds.within("--regions times --improvements", (long) regions * improvements, 1, 10L * MOST);
    bounds.within("--viewers", viewers, 0, 10L * MOST);
    bounds.within("--recent-size", recentSize, 1, 100);
    if (window != null) {
      bounds.within("--window", window, Duration.ofMillis(10), Duration.ofHours(1));
    }
    if (changedShare > 1) {
      throw bounds.refusal("--changed-share is a fraction, 0 to 1");
    }
    if (budget != null && staleness != null) {
      throw bounds.refusal("--budget doesn't go with --staleness: one of them decides");
    }
    if (!List.of("text", "json").contains(format)) {
      throw bounds.refusal("--format is text or json");
    }
    Workload workload =
        new Workload(
            votesPerSecond, regions, improvements, skew, changedShare, viewers, recentSize);
    CostFigures figures = figures(bounds);
    CostModel model = new CostModel(workload, figures);
    CostReport report =
        new CostReport(
            workload,
            figures,
            model,
            mode(bounds).orElseGet(model::cheaperStream),
            window == null ? WINDOWS : List.of(window),
            Optional.ofNullable(budget),
            Optional.ofNullable(staleness));
    command.commandLine().getOut().print(format.equals("json") ? report.json() : report.text());
    command.commandLine().getOut().flush();
    return report.recommended().isPresent() ? 0 : 1;
  }

  private Optional<StreamMode> mode(Bounds bounds) {
    if (stream == null) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(StreamMode.values())
            .filter(mode -> CostReport.name(mode).equals(stream))
            .findAny()
            .orElseThrow(() -> bounds.refusal("--stream is on-demand or shards")));
  }

  private CostFigures figures(Bounds bounds) {
    if (prices == null) {
      return CostFigures.bundled();
    }
    try {
      return CostFigures.read(prices);
    } catch (IOException | IllegalArgumentException e) {
      throw bounds.refusal(
          prices + ": " + (e instanceof IOException ? "can't be read" : e.getMessage()));
    }
  }
}
