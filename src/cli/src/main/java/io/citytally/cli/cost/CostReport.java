package io.citytally.cli.cost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.DurationConverter;
import io.citytally.vote.SourceKind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code citytally cost} says. */
final class CostReport {

  /** What the job has unless it is told. */
  private static final Duration USUAL = Duration.ofSeconds(1);

  /** What dashboards might ask at. */
  private static final List<Duration> POLL_INTERVALS =
      Stream.of(1, 3, 10, 30).map(Duration::ofSeconds).toList();

  private final Workload workload;
  private final CostFigures figures;
  private final Deployment deployment;
  private final BilledPeriod period;
  private final CostEstimate estimate;
  private final CostModel model;
  private final List<Duration> windows;
  private final Optional<Double> budget;
  private final Optional<Duration> staleness;

  /**
   * @param windows the shortest first
   */
  CostReport(
      CostEstimate estimate,
      List<Duration> windows,
      Optional<Double> budget,
      Optional<Duration> staleness) {
    this.estimate = estimate;
    this.workload = estimate.workload();
    this.figures = estimate.figures();
    this.deployment = estimate.deployment();
    this.period = estimate.period();
    this.model = estimate.model();
    this.windows = windows;
    this.budget = budget;
    this.staleness = staleness;
  }

  /** The window to choose; none, if none keeps to the budget or the staleness. */
  Optional<Duration> recommended() {
    if (staleness.isPresent()) {
      // The longer the window, the fewer the writes.
      return windows.stream()
          .filter(window -> window.compareTo(staleness.get()) <= 0)
          .reduce((shorter, longer) -> longer);
    }
    if (budget.isPresent()) {
      return windows.stream()
          .filter(window -> model.job(window).total() <= budget.get())
          .findFirst();
    }
    return Optional.of(windows.contains(USUAL) ? USUAL : windows.get(0));
  }

  private String reason() {
    if (staleness.isPresent()) {
      return "the cheapest that shows no total later than "
          + DurationConverter.format(staleness.get());
    }
    return budget
        .map(usd -> "the shortest within " + usd(usd) + " USD")
        .orElse("the one asked for, or the job's usual one; --budget or --staleness choose");
  }

  String text() {
    Optional<Duration> chosen = recommended();
    Duration shown = chosen.orElse(windows.get(windows.size() - 1));
    return head()
        + table(shown)
        + (chosen.isPresent()
            ? format("Window %s: %s.", DurationConverter.format(shown), reason())
            : format("No window fits: %s.", reason()))
        + others(shown)
        + viewers()
        + plan()
        + lambdas(shown);
  }

  private String head() {
    return format(
            "%s votes/s%s on %s choices (%s of %s, skew %s), %s %% of them changed, %s%n",
            plain(workload.votesPerSecond()),
            workload.votesPerBallot() == 1
                ? ""
                : format(", %s to a ballot,", plain(workload.votesPerBallot())),
            DisplayText.number(workload.choices()),
            counted(workload.regions(), "region"),
            DisplayText.number(workload.improvements()),
            plain(workload.skew()),
            plain(workload.changedShare() * 100),
            counted(workload.viewers(), "viewer"))
        + format(
            "USD in %s, in %s, prices of %s; %s, CloudFront %s%s%n%n",
            span(), figures.region(), figures.asOf(), source(), deployment.plan(), waf());
  }

  private static String counted(long number, String thing) {
    return DisplayText.number(number) + " " + thing + (number == 1 ? "" : "s");
  }

  private String span() {
    return period.hours() == BilledPeriod.HOURS_OF_MONTH
        ? "a month of 730 hours"
        : plain(period.hours() / 24) + " days";
  }

  private String source() {
    return deployment.source() == SourceKind.DYNAMODB_STREAMS
        ? "the table's own stream"
        : "Kinesis " + deployment.stream();
  }

  private String waf() {
    return deployment.waf() ? " with WAF" : "";
  }

  private String table(Duration window) {
    Bill job = model.job(window);
    Bill perVote = model.lambdaPerVote();
    Bill perBatch = model.lambdaPerBatch(window);
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "  %-22s %14s %14s %14s%n",
            "", "job at " + DurationConverter.format(window), "Lambda/vote", "Lambda/batch"));
    for (BillPart part : BillPart.values()) {
      if (job.of(part).isPresent() || perVote.of(part).isPresent()) {
        text.append(row(part.label(), job, perVote, perBatch, bill -> bill.of(part)));
      }
    }
    text.append(row("all", job, perVote, perBatch, bill -> OptionalDouble.of(bill.total())));
    text.append(
        format(
            "  %-22s %14.4f %14.4f %14.4f%n%n",
            "writes per vote",
            writesPerVote(job),
            writesPerVote(perVote),
            writesPerVote(perBatch)));
    return text.toString();
  }

  private double writesPerVote(Bill bill) {
    return bill.tallyWritesPerSecond() / workload.votesPerSecond();
  }

  private String others(Duration shown) {
    String each =
        windows.stream()
            .filter(window -> !window.equals(shown))
            .map(window -> DurationConverter.format(window) + " " + usd(model.job(window).total()))
            .collect(Collectors.joining(", "));
    return each.isEmpty() ? format("%n") : format("%nOthers: %s.%n", each);
  }

  private String viewers() {
    if (workload.viewers() == 0) {
      return "";
    }
    String intervals =
        POLL_INTERVALS.stream()
            .map(
                interval ->
                    DurationConverter.format(interval)
                        + ": "
                        + usd(model.viewersUsd(Polling.each(interval))))
            .collect(Collectors.joining(", "));
    return format(
        "Viewers: %s, polling %s, cost %s. Polling each %s.%n",
        DisplayText.number(workload.viewers()),
        polling(),
        usd(model.viewersUsd(workload.polling())),
        intervals);
  }

  private String polling() {
    Polling polling = workload.polling();
    String busy = "each " + DurationConverter.format(polling.busy());
    return polling.isAdaptive() ? busy + " to " + DurationConverter.format(polling.quiet()) : busy;
  }

  /** Whether the flat rate is enough; and which one would be, and cost less than pay as you go. */
  private String plan() {
    if (model.exceedsPlan()) {
      CloudFrontPlan plan = deployment.plan();
      return format(
          "CloudFront %s allows %s M requests and %s GB a month; %s M and %s GB exceed that.%n",
          plan,
          plain(figures.of(plan.millionRequests())),
          plain(figures.of(plan.gbOut())),
          plain(model.monthlyMillionRequests()),
          plain(model.monthlyGbOut()));
    }
    return betterPlan()
        .map(
            plan ->
                format(
                    "CloudFront %s has room for it, at %s less: --cloudfront %s.%n",
                    plan, usd(total(deployment) - total(with(plan))), plan))
        .orElse("");
  }

  private Optional<CloudFrontPlan> betterPlan() {
    return Arrays.stream(CloudFrontPlan.values())
        .filter(CloudFrontPlan::isFlatRate)
        .filter(plan -> !estimate.model(with(plan)).exceedsPlan())
        .filter(plan -> total(with(plan)) < total(deployment))
        .findFirst();
  }

  private Deployment with(CloudFrontPlan plan) {
    return new Deployment(
        deployment.source(), deployment.stream(), deployment.shards(), plan, deployment.waf());
  }

  /** At any window: only CloudFront and WAF differ by plan. */
  private double total(Deployment other) {
    return estimate.model(other).lambdaPerVote().total();
  }

  private String lambdas(Duration shown) {
    return format(
            "%nThe job costs less than a Lambda per vote %s, and than one per batch %s.%n",
            from(paysFromAgainstPerVote(shown)), from(paysFromAgainstPerBatch(shown)))
        + format(
            "Below that it costs more, but has what neither Lambda has: each vote counted once, even if"
                + " it is repeated, retried,%nlost or out of order; votes changed and withdrawn; recent"
                + " votes; an upgrade that keeps all of it.%n");
  }

  private static String row(
      String name, Bill job, Bill perVote, Bill perBatch, Function<Bill, OptionalDouble> amount) {
    return format(
        "  %-22s %14s %14s %14s%n",
        name, usd(amount.apply(job)), usd(amount.apply(perVote)), usd(amount.apply(perBatch)));
  }

  private OptionalDouble paysFromAgainstPerVote(Duration window) {
    return model.paysFrom(each -> each.job(window), CostModel::lambdaPerVote);
  }

  private OptionalDouble paysFromAgainstPerBatch(Duration window) {
    return model.paysFrom(each -> each.job(window), each -> each.lambdaPerBatch(window));
  }

  private static String from(OptionalDouble votesPerSecond) {
    return votesPerSecond.isPresent()
        ? "from " + plain(votesPerSecond.getAsDouble()) + " votes/s on"
        : "at no rate";
  }

  String json() {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("pricesAsOf", figures.asOf());
    report.put("region", figures.region());
    report.put("hours", period.hours());
    report.put("votesPerBallot", workload.votesPerBallot());
    report.put("source", deployment.source().toString());
    if (deployment.source() == SourceKind.KINESIS) {
      report.put("stream", deployment.stream().toString());
    }
    report.put("viewersUsd", model.viewersUsd(workload.polling()));
    ObjectNode cloudFront = report.putObject("cloudFront");
    cloudFront.put("plan", deployment.plan().toString());
    cloudFront.put("monthlyMillionRequests", model.monthlyMillionRequests());
    cloudFront.put("monthlyGbOut", model.monthlyGbOut());
    cloudFront.put("exceedsPlan", model.exceedsPlan());
    recommended()
        .ifPresent(window -> report.put("recommendedWindow", DurationConverter.format(window)));
    ArrayNode each = report.putArray("windows");
    for (Duration window : windows) {
      ObjectNode node = each.addObject();
      node.put("window", DurationConverter.format(window));
      put(node, model.job(window));
      node.put("turnoutWritesPerSecond", model.turnoutWritesPerSecond(window));
      node.put("historyWritesPerSecond", model.historyWritesPerSecond());
      node.put("recentVotesWritesPerSecond", model.recentWritesPerSecond(window));
      put(node.putObject("lambdaPerBatch"), model.lambdaPerBatch(window));
    }
    put(report.putObject("lambdaPerVote"), model.lambdaPerVote());
    Duration shown = recommended().orElse(windows.get(windows.size() - 1));
    paysFromAgainstPerVote(shown)
        .ifPresent(rate -> report.put("paysFromAgainstLambdaPerVote", rate));
    paysFromAgainstPerBatch(shown)
        .ifPresent(rate -> report.put("paysFromAgainstLambdaPerBatch", rate));
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report)
          + System.lineSeparator();
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
  }

  private static void put(ObjectNode node, Bill bill) {
    node.put("tallyWritesPerSecond", bill.tallyWritesPerSecond());
    node.put("usd", bill.total());
    ObjectNode parts = node.putObject("parts");
    bill.parts().forEach((part, usd) -> parts.put(part.label(), usd));
  }

  private static String usd(OptionalDouble usd) {
    return usd.isPresent() ? usd(usd.getAsDouble()) : "-";
  }

  private static String usd(double usd) {
    return format("%,.2f", usd);
  }

  /** With three digits. */
  private static String plain(double number) {
    return number >= 100
        ? format("%,.0f", number)
        : new BigDecimal(number).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
