package io.citytally.cli.cost;

import io.citytally.cli.command.AboveZeroConverter;
import io.citytally.cli.command.Bounds;
import io.citytally.cli.command.NumberConverter;
import io.citytally.table.VotesTable;
import io.citytally.vote.SourceKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally cost}. */
@Command(
    name = "cost",
    sortOptions = false,
    description = {
      "Estimates the AWS bill of counting a city's votes, for a month or for --days, with several"
          + " windows, and the bill of a Lambda in place of the job.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:estimated",
      "1:nothing fits the budget or the staleness",
      "2:an option was refused"
    },
    footer = {
      "",
      "For instance:",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30 --budget 400",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30 --staleness 2s"
          + " --format json",
      "  citytally cost --votes-per-second 100 --regions 20 --improvements 30 --votes-per-ballot 10",
      "  citytally cost --votes-per-second 0.5 --regions 1 --improvements 50 --days 14"
          + " --source dynamodb-streams --cloudfront pro"
    })
public final class CostCommand implements Callable<Integer> {

  private static final List<Duration> WINDOWS =
      Stream.of(100, 250, 1_000, 5_000, 10_000, 60_000).map(Duration::ofMillis).toList();
  private static final int MAX_COUNT = 100_000;
  private static final double MAX_VOTES_PER_SECOND = 1_000_000;
  private static final int MAX_DAYS = 366;

  /** As many as the template of the stream allows. */
  private static final int MAX_SHARDS = 200;

  @Spec CommandSpec command;

  @Option(
      names = "--votes-per-second",
      paramLabel = "N",
      required = true,
      converter = AboveZeroConverter.class,
      description = "Votes cast, changed or withdrawn, on average; above 0.")
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
  @Nullable Duration window;

  @Option(
      names = "--skew",
      paramLabel = "S",
      defaultValue = "1",
      converter = NumberConverter.class,
      description = {
        "How unevenly votes are spread, the exponent of Zipf's law: 0 evenly, 1 the second gets"
            + " half of the first (default: ${DEFAULT-VALUE})."
      })
  double skew;

  @Option(
      names = "--changed-share",
      paramLabel = "P",
      defaultValue = "0",
      converter = NumberConverter.class,
      description =
          "The share of votes that change an earlier one, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double changedShare;

  @Option(
      names = "--votes-per-ballot",
      paramLabel = "N",
      defaultValue = "1",
      converter = AboveZeroConverter.class,
      description = {
        "Votes that a citizen gives in a region, on average, 1 to 100: together they are one item and"
            + " one record (default: ${DEFAULT-VALUE})."
      })
  double votesPerBallot;

  @Option(
      names = "--viewers",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many people look at any time, on average (default: ${DEFAULT-VALUE}).")
  int viewers;

  @Option(
      names = "--recent-size",
      paramLabel = "N",
      defaultValue = "20",
      description = "Votes in a list of recent votes (default: ${DEFAULT-VALUE}).")
  int recentSize;

  @Option(
      names = "--poll-interval",
      paramLabel = "TIME",
      description = {
        "How often each dashboard asks (default: as the pages do, every second while votes come,"
            + " otherwise every 3s)."
      })
  @Nullable Duration pollInterval;

  @Option(
      names = "--days",
      paramLabel = "N",
      converter = AboveZeroConverter.class,
      description = "How long the election is open (default: a month of 730 hours).")
  @Nullable Double days;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "1",
      description = {
        "Starts of the job in that time; Managed Flink bills ten minutes for each at least"
            + " (default: ${DEFAULT-VALUE})."
      })
  int starts;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      defaultValue = "kinesis",
      description = "kinesis or dynamodb-streams, as for deploy (default: ${DEFAULT-VALUE}).")
  String source;

  @Option(
      names = "--stream",
      paramLabel = "MODE",
      description = {
        "The mode of the Kinesis stream: on-demand, advantage or provisioned (default: what deploy"
            + " makes, on-demand, or provisioned with --shards)."
      })
  @Nullable String stream;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description =
          "Minimum number of shards of a provisioned stream (default: as the load needs them).")
  @Nullable Integer shards;

  @Option(
      names = "--cloudfront",
      paramLabel = "PLAN",
      defaultValue = "pay-as-you-go",
      description = {
        "pay-as-you-go, or a flat rate: free, pro or business (default: ${DEFAULT-VALUE})."
      })
  String cloudFront;

  @Option(names = "--waf", description = "With a web ACL, as deploy --waf makes it.")
  boolean waf;

  @Option(
      names = "--budget",
      paramLabel = "USD",
      converter = NumberConverter.class,
      description = "Recommends the shortest window that costs no more than that in all.")
  @Nullable Double budget;

  @Option(
      names = "--staleness",
      paramLabel = "TIME",
      description = "Recommends what costs least and shows no total later than that.")
  @Nullable Duration staleness;

  @Option(
      names = "--price-region",
      paramLabel = "REGION",
      description = {
        "The AWS region whose prices are used (default: us-east-1). For eu-west-1, give the prices"
            + " of Kinesis, change capture, stream reads and Managed Flink with --prices: no source"
            + " was found for them."
      })
  @Nullable String priceRegion;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description =
          "A file of prices and assumptions, in the format of"
              + " src/cli/src/main/resources/io/citytally/cli/cost/cost.properties.")
  @Nullable Path prices;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  String format;

  @Override
  public Integer call() {
    Bounds bounds = new Bounds(command);
    if (votesPerSecond > MAX_VOTES_PER_SECOND) {
      throw bounds.refusal("--votes-per-second must be above 0, and at most 1000000");
    }
    bounds.within("--regions", regions, 1, MAX_COUNT);
    bounds.within("--improvements", improvements, 1, MAX_COUNT);
    bounds.within(
        "--regions times --improvements", (long) regions * improvements, 1, 10L * MAX_COUNT);
    bounds.within("--viewers", viewers, 0, 10L * MAX_COUNT);
    bounds.within("--recent-size", recentSize, 1, 100);
    if (window != null) {
      bounds.within("--window", window, Duration.ofMillis(10), Duration.ofHours(1));
    }
    if (changedShare > 1) {
      throw bounds.refusal("--changed-share is a fraction, 0 to 1");
    }
    if (votesPerBallot < 1 || votesPerBallot > VotesTable.MAX_IMPROVEMENTS) {
      throw bounds.refusal(
          "--votes-per-ballot is a number from 1 to " + VotesTable.MAX_IMPROVEMENTS);
    }
    if (votesPerBallot > improvements) {
      throw bounds.refusal(
          "--votes-per-ballot is more than --improvements: a ballot names each at most once");
    }
    if (budget != null && staleness != null) {
      throw bounds.refusal("--budget doesn't go with --staleness: one of them decides");
    }
    if (!List.of("text", "json").contains(format)) {
      throw bounds.refusal("--format is text or json");
    }
    CostEstimate estimate =
        new CostEstimate(workload(bounds), figures(bounds), deployment(bounds), period(bounds));
    CostReport report =
        new CostReport(
            estimate,
            window == null ? WINDOWS : List.of(window),
            Optional.ofNullable(budget),
            Optional.ofNullable(staleness));
    String text;
    try {
      text = format.equals("json") ? report.json() : report.text();
    } catch (MissingPriceException e) {
      throw bounds.refusal(String.valueOf(e.getMessage()));
    }
    command.commandLine().getOut().print(text);
    command.commandLine().getOut().flush();
    return report.recommended().isPresent() ? 0 : 1;
  }

  private Workload workload(Bounds bounds) {
    Workload workload =
        new Workload(votesPerSecond, regions, improvements, skew, changedShare, viewers, recentSize)
            .onBallotsOf(votesPerBallot);
    if (pollInterval == null) {
      return workload;
    }
    bounds.within("--poll-interval", pollInterval, Duration.ofSeconds(1), Duration.ofHours(1));
    return workload.polling(Polling.each(pollInterval));
  }

  private BilledPeriod period(Bounds bounds) {
    bounds.within("--starts", starts, 1, MAX_COUNT);
    if (days == null) {
      return new BilledPeriod(BilledPeriod.HOURS_OF_MONTH, starts);
    }
    if (days > MAX_DAYS) {
      throw bounds.refusal("--days must be above 0, and at most " + MAX_DAYS);
    }
    return new BilledPeriod(days * 24, starts);
  }

  private Deployment deployment(Bounds bounds) {
    SourceKind source = oneOf(bounds, "--source", this.source, SourceKind.values());
    if (source == SourceKind.DYNAMODB_STREAMS && (stream != null || shards != null)) {
      throw bounds.refusal(
          "--source dynamodb-streams has no Kinesis stream: leave out --stream and --shards");
    }
    StreamMode mode = shards == null ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED;
    if (stream != null) {
      mode = oneOf(bounds, "--stream", stream, StreamMode.values());
    }
    if (shards != null) {
      bounds.within("--shards", shards, 1, MAX_SHARDS);
      if (mode != StreamMode.PROVISIONED) {
        throw bounds.refusal("--shards goes with --stream provisioned only, not " + mode);
      }
    }
    return new Deployment(
        source,
        mode,
        shards == null ? Deployment.SHARDS_BY_LOAD : shards,
        oneOf(bounds, "--cloudfront", cloudFront, CloudFrontPlan.values()),
        waf);
  }

  /** The value that has this name. */
  private static <T> T oneOf(Bounds bounds, String option, String value, T[] allowed) {
    return Arrays.stream(allowed)
        .filter(each -> each.toString().equals(value))
        .findAny()
        .orElseThrow(
            () ->
                bounds.refusal(
                    "%s: '%s' is none of the values. Use one of %s."
                        .formatted(
                            option,
                            value,
                            Arrays.stream(allowed)
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")))));
  }

  private CostFigures figures(Bounds bounds) {
    if (prices == null) {
      return priceRegion == null ? CostFigures.bundled() : CostFigures.bundled(priceRegion);
    }
    try {
      return priceRegion == null ? CostFigures.read(prices) : CostFigures.read(prices, priceRegion);
    } catch (IOException | IllegalArgumentException e) {
      throw bounds.refusal(
          prices + ": " + (e instanceof IOException ? "can't be read" : e.getMessage()));
    }
  }
}
