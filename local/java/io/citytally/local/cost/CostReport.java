package io.citytally.local.cost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.local.command.DurationConverter;
import io.citytally.local.screen.DisplayText;
import io.citytally.ops.Bill;
import io.citytally.ops.BillPart;
import io.citytally.ops.CostFigures;
import io.citytally.ops.CostModel;
import io.citytally.ops.StreamMode;
import io.citytally.ops.Workload;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What {@code citytally cost} says. */
final class CostReport {

  /** What the job has unless it is told. */
  private static final Duration USUAL = Duration.ofSeconds(1);

  private final Workload workload;
  private final CostFigures figures;
  private final CostModel model;
  private final StreamMode stream;
  private final List<Duration> windows;
  private final Optional<Double> budget;
  private final Optional<Duration> staleness;

  /**
   * @param windows the shortest first
   */
  CostReport(
      Workload workload,
      CostFigures figures,
      CostModel model,
      StreamMode stream,
      List<Duration> windows,
      Optional<Double> budget,
      Optional<Duration> staleness) {
    this.workload = workload;
    this.figures = figures;
    this.model = model;
    this.stream = stream;
    this.windows = windows;
    this.budget = budget;
    this.staleness = staleness;
  }

  static String name(StreamMode mode) {
    return mode == StreamMode.ON_DEMAND ? "on-demand" : "shards";
  }

  private Bill job(Duration window) {
    return model.job(window, stream);
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
      return windows.stream().filter(window -> job(window).total() <= budget.get()).findFirst();
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
        .orElse("the one asked for, or the job's usual one: --budget or --staleness choose");
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%s votes/s on %s choices (%s regions of %s, skew %s), %s %% of them changed, %s viewers%n",
            plain(workload.votesPerSecond()),
            DisplayText.number(workload.choices()),
            DisplayText.number(workload.regions()),
            DisplayText.number(workload.improvements()),
            plain(workload.skew()),
            plain(workload.changedShare() * 100),
            DisplayText.number(workload.viewers())));
    text.append(
        format(
            "USD in a month of %d hours, in %s, prices of %s; Kinesis by %s%n%n",
            CostModel.HOURS, figures.region(), figures.asOf(), name(stream)));
    Optional<Duration> chosen = recommended();
    text.append(
        format(
            "  %-8s %12s %12s %14s %14s %14s%n",
            "window", "writes/s", "writes/vote", "total votes", "recent votes", "all"));
    for (Duration window : windows) {
      Bill bill = job(window);
      text.append(
          format(
              "%s %-8s %12.3f %12.4f %14s %14s %14s%n",
              chosen.filter(window::equals).isPresent() ? ">" : " ",
              DurationConverter.format(window),
              bill.tallyWritesPerSecond(),
              bill.tallyWritesPerSecond() / workload.votesPerSecond(),
              usd(bill.of(BillPart.TOTAL_VOTES)),
              usd(bill.of(BillPart.RECENT_VOTES)),
              usd(bill.total())));
    }
    Duration shown = chosen.orElse(windows.get(windows.size() - 1));
    text.append(
        chosen
            .map(window -> format("> %s%n", reason()))
            .orElse(format("No window fits: %s%n", reason())));
    Bill job = job(shown);
    Bill perVote = model.lambdaPerVote();
    Bill perBatch = model.lambdaPerBatch(shown);
    text.append(
        format(
            "%n  %-22s %14s %14s %14s%n",
            "at " + DurationConverter.format(shown), "job", "Lambda/vote", "Lambda/batch"));
    for (BillPart part : BillPart.values()) {
      if (job.of(part).isPresent() || perVote.of(part).isPresent()) {
        text.append(row(part.label(), job, perVote, perBatch, bill -> bill.of(part)));
      }
    }
    text.append(row("all", job, perVote, perBatch, bill -> OptionalDouble.of(bill.total())));
    text.append(
        format(
            "%nThe job costs less than a Lambda per vote %s, and than one per batch %s.%n",
            from(paysFromAgainstPerVote(shown)), from(paysFromAgainstPerBatch(shown))));
    text.append(
        format(
            "Below that it buys what neither Lambda has: each vote counted once, whatever is"
                + " repeated, retried,%nlost or out of order; votes changed and withdrawn; recent"
                + " votes; a change of any of it with its state.%n"));
    return text.toString();
  }

  private static String row(
      String name, Bill job, Bill perVote, Bill perBatch, Function<Bill, OptionalDouble> amount) {
    return format(
        "  %-22s %14s %14s %14s%n",
        name, usd(amount.apply(job)), usd(amount.apply(perVote)), usd(amount.apply(perBatch)));
  }

  private OptionalDouble paysFromAgainstPerVote(Duration window) {
    return model.paysFrom(each -> each.job(window, each.cheaperStream()), CostModel::lambdaPerVote);
  }

  private OptionalDouble paysFromAgainstPerBatch(Duration window) {
    return model.paysFrom(
        each -> each.job(window, each.cheaperStream()), each -> each.lambdaPerBatch(window));
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
    report.put("hours", CostModel.HOURS);
    report.put("stream", name(stream));
    recommended()
        .ifPresent(window -> report.put("recommendedWindow", DurationConverter.format(window)));
    ArrayNode each = report.putArray("windows");
    for (Duration window : windows) {
      ObjectNode node = each.addObject();
      node.put("window", DurationConverter.format(window));
      put(node, job(window));
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
