package io.citytally.cli.cost;

import static io.citytally.cli.cost.CostFigure.*;

import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.SourceKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What it costs to count a city's votes for a period: with the job, and with what a city might have
 * in its place. Prices and assumptions are those of {@link CostFigures}; how many writes there are
 * is {@link ExpectedWrites}.
 *
 * <p>What all of them have in common, the table of votes and the web application, is in each bill,
 * so that its total is the whole.
 */
public final class CostModel {

  /** Any day of our time will do: the number of minutes since 1970 has as many digits on each. */
  private static final Instant A_DAY_OF_2026 = Instant.parse("2026-05-01T12:00:00Z");

  private static final double MILLION = 1e6;
  private static final double GB = 1L << 30;
  private static final double KB = 1 << 10;
  private static final double MS = 1e-3;

  /** What DynamoDB adds to each item it stores. */
  private static final int STORED_OVERHEAD_BYTES = 100;

  private static final Duration REMEMBERED = Duration.ofHours(25);
  private static final int STORAGE_GB_PER_KPU = 50;

  /** A shard of Kinesis takes that much in a second. */
  private static final int SHARD_RECORDS = 1000;

  private static final double SHARD_BYTES = 1 << 20;

  /** What On-demand Advantage bills in each second, for less. */
  private static final double MIN_ADVANTAGE_BYTES = 25 * SHARD_BYTES;

  /** CloudFront keeps a result for a second, and so asks for it once in a second. */
  private static final double MAX_RESULTS_READ_PER_SECOND = 1;

  /** A partition of a table takes that many writes, and has one shard of the table's own stream. */
  private static final int PARTITION_WRITES = 1000;

  /** Lambda asks each shard of a table's stream four times a second, and takes up to 10,000. */
  private static final Duration LAMBDA_POLL = Duration.ofMillis(250);

  private static final int LAMBDA_BATCH = 10_000;

  /** A batch of the Lambda per vote, by default. */
  private static final int SMALL_BATCH = 100;

  /** The job's turnout.window, if nothing else is set. */
  private static final Duration TURNOUT_WINDOW = Duration.ofSeconds(10);

  /** The job's history.window, if nothing else is set. */
  private static final Duration HISTORY_WINDOW = Duration.ofMinutes(1);

  private static final double HISTORY_READS_PER_SECOND = 1.0 / 60;

  /** What a reading of the course of the vote takes, of the city or of a region. */
  public static final double MAX_HISTORY_READ_UNITS = 20;

  private static final double MIN_RATE = 0.001;
  private static final double MAX_RATE = 1e6;
  private static final double RATE_STEP = 1.02;

  private final Workload workload;
  private final CostFigures figures;
  private final Deployment deployment;
  private final BilledPeriod period;

  /** For a month, deployed as usual. */
  public CostModel(Workload workload, CostFigures figures) {
    this(workload, figures, Deployment.USUAL, BilledPeriod.MONTH);
  }

  public CostModel(
      Workload workload, CostFigures figures, Deployment deployment, BilledPeriod period) {
    this.workload = workload;
    this.figures = figures;
    this.deployment = deployment;
    this.period = period;
  }

  /** How often a total is written in a second, by the job. */
  public double tallyWritesPerSecond(Duration window) {
    return sumOverChoices(rate -> ExpectedWrites.atOnceThenOncePerWindow(rate, window));
  }

  /**
   * How often turnouts are written in a second, by the job.
   *
   * @param window of totals; turnouts are written at most as often
   */
  public double turnoutWritesPerSecond(Duration window) {
    Duration longer = window.compareTo(TURNOUT_WINDOW) > 0 ? window : TURNOUT_WINDOW;
    return Arrays.stream(workload.regionShares())
        .map(
            share ->
                ExpectedWrites.atOnceThenOncePerWindow(
                    share * workload.turnoutMovesPerSecond(), longer))
        .sum();
  }

  /**
   * How often a bucket of the course of the vote is written in a second: those of votes and of
   * ballots, of each region by the hour, of the city by the hour and by ten minutes.
   */
  public double historyWritesPerSecond() {
    double votes = workload.movesPerSecond();
    double ballots = workload.turnoutMovesPerSecond();
    return 2 * (historyWrites(votes) + historyWrites(ballots))
        + Arrays.stream(workload.regionShares())
            .map(share -> historyWrites(share * votes) + historyWrites(share * ballots))
            .sum();
  }

  private static double historyWrites(double movesPerSecond) {
    return ExpectedWrites.atOnceThenOncePerWindow(movesPerSecond, HISTORY_WINDOW);
  }

  /**
   * How often a list of recent votes is written in a second: one of each region, and the city's.
   *
   * <p>What one place hands on is written as it comes, for that is never twice within a window.
   * With more than one KPU, votes are gathered in as many places, and come to a list as if by
   * themselves. That is so for quiet lists and for busy ones; where about one vote comes in a
   * window, it is up to an eighth too few.
   */
  public double recentWritesPerSecond(Duration window) {
    return recentCityWritesPerSecond(window) + recentRegionWritesPerSecond(window);
  }

  private double recentCityWritesPerSecond(Duration window) {
    double moves = workload.listMovesPerSecond();
    return kpus() == 1
        ? ExpectedWrites.handedOn(moves, window)
        : ExpectedWrites.atOnceThenOncePerWindow(moves, window);
  }

  private double recentRegionWritesPerSecond(Duration window) {
    double moves = workload.listMovesPerSecond();
    DoubleStream regions = Arrays.stream(workload.regionShares()).map(share -> share * moves);
    return kpus() == 1
        ? regions.map(rate -> ExpectedWrites.handedOnWithOthers(rate, moves, window)).sum()
        : regions.map(rate -> ExpectedWrites.atOnceThenOncePerWindow(rate, window)).sum();
  }

  /** What the lists of recent votes take in a second, once they are full. */
  private double recentWriteUnitsPerSecond(Duration window) {
    return recentCityWritesPerSecond(window) * ItemSize.writeUnits(recentCityBytes())
        + recentRegionWritesPerSecond(window) * ItemSize.writeUnits(recentRegionBytes());
  }

  /** The job, with this window. */
  public Bill job(Duration window) {
    double writes = tallyWritesPerSecond(window);
    return new Bill(writes)
        .addAll(inCommon())
        .addAll(source())
        .add(
            BillPart.MANAGED_FLINK, (kpus() + 1) * period.flinkHours() * figures.of(FLINK_KPU_HOUR))
        .add(
            BillPart.STATE,
            period.months()
                * (kpus() * STORAGE_GB_PER_KPU * figures.of(FLINK_STORAGE_GB_MONTH)
                    + stateGb() * figures.of(FLINK_BACKUP_GB_MONTH)))
        .add(BillPart.TOTAL_VOTES, writes(writes * ItemSize.writeUnits(totalBytes())))
        .add(
            BillPart.TURNOUT,
            writes(turnoutWritesPerSecond(window) * ItemSize.writeUnits(turnoutBytes())))
        .add(
            BillPart.HISTORY,
            writes(historyWritesPerSecond() * ItemSize.writeUnits(historyBytes())) + historyRead())
        .add(BillPart.RECENT_VOTES, writes(recentWriteUnitsPerSecond(window)));
  }

  /** Without the one of orchestration. */
  private double kpus() {
    return Math.max(
        1,
        Math.max(
            Math.ceil(workload.votesPerSecond() / figures.of(ASSUMED_VOTES_PER_KPU)),
            Math.ceil(stateGb() / STORAGE_GB_PER_KPU)));
  }

  /** Each vote that comes or goes is remembered by itself, and so is a ballot of the turnout. */
  private double stateGb() {
    return (workload.movesPerSecond() + workload.turnoutMovesPerSecond())
        * REMEMBERED.toSeconds()
        * figures.of(ASSUMED_STATE_BYTES_PER_CHANGE)
        / GB;
  }

  /** How the changes of the votes table come to the job. */
  private Bill source() {
    Bill bill = new Bill(0);
    if (deployment.source() == SourceKind.DYNAMODB_STREAMS) {
      double readsPerSecond = partitions() / (figures.of(ASSUMED_STREAM_POLL_MS) * MS);
      return bill.add(
          BillPart.STREAM_READS,
          millions(readsPerSecond) * figures.of(DYNAMODB_MILLION_STREAM_READS));
    }
    // A unit for each kilobyte of the larger image; both are of the same size here.
    double capturedPerSecond = workload.ballotsPerSecond() * ItemSize.writeUnits(ballotBytes());
    return bill.add(
            BillPart.CHANGE_CAPTURE,
            millions(capturedPerSecond) * figures.of(DYNAMODB_MILLION_CAPTURED_CHANGES))
        .add(BillPart.KINESIS, kinesis());
  }

  private double kinesis() {
    double gbPerSecond = workload.ballotsPerSecond() * recordBytes() / GB;
    double billedGbPerSecond =
        workload.ballotsPerSecond() * Math.ceil(recordBytes() / KB) * KB / GB;
    switch (deployment.stream()) {
      case ON_DEMAND:
        return period.hours() * figures.of(KINESIS_STREAM_HOUR)
            + period.seconds()
                * (billedGbPerSecond * figures.of(KINESIS_GB_IN)
                    + gbPerSecond * figures.of(KINESIS_GB_OUT));
      case ADVANTAGE:
        return period.seconds()
            * (Math.max(billedGbPerSecond, MIN_ADVANTAGE_BYTES / GB)
                    * figures.of(KINESIS_ADVANTAGE_GB_IN)
                + gbPerSecond * figures.of(KINESIS_ADVANTAGE_GB_OUT));
      case PROVISIONED:
        return shards() * period.hours() * figures.of(KINESIS_SHARD_HOUR)
            + millions(workload.ballotsPerSecond()) * figures.of(KINESIS_MILLION_PUT_UNITS);
    }
    throw new AssertionError(deployment.stream());
  }

  private double shards() {
    double load =
        workload.ballotsPerSecond() * Math.max(1.0 / SHARD_RECORDS, recordBytes() / SHARD_BYTES);
    double needed = Math.max(1, Math.ceil(load / figures.of(ASSUMED_SHARD_LOAD)));
    return Math.max(needed, deployment.shards());
  }

  /** A further vote is one more name in each image, with quotation marks and a comma. */
  private double recordBytes() {
    double name = figures.of(ASSUMED_IMPROVEMENT_BYTES) + 3;
    return figures.of(ASSUMED_CHANGE_RECORD_BYTES)
        + (workload.votesPerBallot() - 1) * name * (1 + workload.changedShare());
  }

  /** How many of what comes so often in a second come in the period. */
  private double millions(double perSecond) {
    return perSecond * period.seconds() / MILLION;
  }

  /**
   * A Lambda on the table's own stream that adds each vote to its total, one write each, and shows
   * no recent votes. It is not exact.
   */
  public Bill lambdaPerVote() {
    double writes = workload.movesPerSecond();
    double invocations =
        Math.max(
            partitions()
                * ExpectedWrites.oncePerInterval(
                    workload.ballotsPerSecond() / partitions(), LAMBDA_POLL),
            workload.ballotsPerSecond() / SMALL_BATCH);
    return lambda(writes, invocations);
  }

  /**
   * A Lambda on the table's own stream that waits for a window, adds up the votes of its batch, and
   * writes each total in it once; it shows no recent votes, either. A shard of the stream has its
   * own batches. It is not exact.
   */
  public Bill lambdaPerBatch(Duration window) {
    double perShard = workload.ballotsPerSecond() / partitions();
    Duration batch = window.compareTo(LAMBDA_POLL) < 0 ? LAMBDA_POLL : window;
    Duration full = Duration.ofNanos((long) (LAMBDA_BATCH / perShard * 1e9));
    Duration interval = batch.compareTo(full) < 0 ? batch : full;
    return lambda(
        partitions()
            * sumOverChoices(rate -> ExpectedWrites.oncePerInterval(rate / partitions(), interval)),
        partitions() * ExpectedWrites.oncePerInterval(perShard, interval));
  }

  private Bill lambda(double writes, double invocations) {
    double gbSeconds =
        figures.of(ASSUMED_LAMBDA_GB)
            * MS
            * (invocations * figures.of(ASSUMED_LAMBDA_OVERHEAD_MS)
                + writes * figures.of(ASSUMED_LAMBDA_WRITE_MS));
    return new Bill(writes)
        .addAll(inCommon())
        .add(
            BillPart.LAMBDA,
            period.seconds()
                * (invocations / MILLION * figures.of(LAMBDA_MILLION_REQUESTS)
                    + gbSeconds * figures.of(LAMBDA_GB_SECOND)))
        .add(BillPart.TOTAL_VOTES, writes(writes * ItemSize.writeUnits(totalBytes())));
  }

  private double partitions() {
    return Math.max(1, Math.ceil(workload.ballotsPerSecond() / PARTITION_WRITES));
  }

  /** The votes of the period, and the web application. */
  private Bill inCommon() {
    double newBallots =
        workload.ballotsPerSecond() * (1 - workload.changedShare()) * period.seconds();
    double storedGb = newBallots * (ballotBytes() + STORED_OVERHEAD_BYTES) / GB;
    Bill bill =
        new Bill(0)
            .add(
                BillPart.VOTES,
                writes(workload.ballotsPerSecond() * ItemSize.writeUnits(ballotBytes())))
            .add(
                BillPart.VOTES_STORED,
                period.months()
                    * storedGb
                    * (figures.of(DYNAMODB_GB_MONTH) + figures.of(DYNAMODB_BACKUP_GB_MONTH)));
    if (deployment.waf() && !deployment.plan().isFlatRate()) {
      bill.add(BillPart.WAF, waf());
    }
    if (workload.viewers() > 0) {
      bill.add(BillPart.RESULTS_READ, resultsRead());
    }
    if (workload.viewers() > 0 || deployment.plan().isFlatRate()) {
      bill.add(BillPart.CLOUDFRONT, cloudFront(workload.pollsPerSecond()));
    }
    return bill;
  }

  private double waf() {
    return period.months()
            * (figures.of(WAF_ACL_MONTH)
                + figures.of(ASSUMED_WAF_RULES) * figures.of(WAF_RULE_MONTH))
        + wafRequests();
  }

  private double wafRequests() {
    return millions(workload.pollsPerSecond()) * figures.of(WAF_MILLION_REQUESTS);
  }

  private double resultsRead() {
    double readUnits =
        ItemSize.scanUnits(totalBytes() * workload.choices())
            + ItemSize.scanUnits(turnoutBytes() * workload.regions())
            + ItemSize.scanUnits(recentCityBytes() + recentRegionBytes() * workload.regions());
    double usdPerRead =
        readUnits / MILLION * figures.of(DYNAMODB_MILLION_READ_UNITS)
            + figures.of(API_MILLION_REQUESTS) / MILLION
            + figures.of(LAMBDA_MILLION_REQUESTS) / MILLION
            + figures.of(ASSUMED_WEB_LAMBDA_GB)
                * figures.of(ASSUMED_WEB_LAMBDA_MS)
                * MS
                * figures.of(LAMBDA_ARM64_GB_SECOND);
    return period.seconds()
        * Math.min(workload.pollsPerSecond(), MAX_RESULTS_READ_PER_SECOND)
        * usdPerRead;
  }

  /** Someone looks at the city, and at as many regions as there are viewers left. */
  private double historyRead() {
    double places = Math.min(workload.viewers(), workload.regions() + 1);
    return period.seconds()
        * places
        * HISTORY_READS_PER_SECOND
        * MAX_HISTORY_READ_UNITS
        / MILLION
        * figures.of(DYNAMODB_MILLION_READ_UNITS);
  }

  private double cloudFront(double requestsPerSecond) {
    if (deployment.plan().isFlatRate()) {
      return period.wholeMonths() * deployment.plan().month().map(figures::of).orElse(0.0);
    }
    return period.seconds()
        * requestsPerSecond
        * (figures.of(CLOUDFRONT_TEN_THOUSAND_REQUESTS) / 1e4
            + resultGb() * figures.of(CLOUDFRONT_GB_OUT));
  }

  private double resultGb() {
    return (figures.of(ASSUMED_RESULT_BYTES)
            + figures.of(ASSUMED_RESULT_BYTES_PER_CHOICE) * workload.choices())
        / GB;
  }

  /** What all viewers cost, or a flat rate, with dashboards that poll so. */
  public double viewersUsd(Polling polling) {
    CostModel watched = new CostModel(workload.polling(polling), figures, deployment, period);
    Bill bill = watched.inCommon();
    return bill.of(BillPart.RESULTS_READ).orElse(0)
        + bill.of(BillPart.CLOUDFRONT).orElse(0)
        + (bill.of(BillPart.WAF).isPresent() ? watched.wafRequests() : 0);
  }

  /** Requests to CloudFront within a month, or the period where that is shorter, in millions. */
  public double monthlyMillionRequests() {
    return workload.pollsPerSecond()
        * 3600
        * Math.min(period.hours(), BilledPeriod.HOURS_OF_MONTH)
        / MILLION;
  }

  /** What CloudFront sends within a month, or the period where that is shorter. */
  public double monthlyGbOut() {
    return monthlyMillionRequests() * MILLION * resultGb();
  }

  /**
   * Whether what is sent within a month is more than the plan allows. Never without a flat rate.
   */
  public boolean exceedsPlan() {
    CloudFrontPlan plan = deployment.plan();
    return plan.isFlatRate()
        && (monthlyMillionRequests() > figures.of(plan.millionRequests())
            || monthlyGbOut() > figures.of(plan.gbOut()));
  }

  /**
   * Returns the rate, in votes per second, from which on one way costs less than another; empty if
   * there is no such rate up to a million.
   */
  public OptionalDouble paysFrom(Function<CostModel, Bill> one, Function<CostModel, Bill> other) {
    double from = Double.NaN;
    for (double rate = MIN_RATE; rate <= MAX_RATE; rate *= RATE_STEP) {
      CostModel model = new CostModel(workload.at(rate), figures, deployment, period);
      if (one.apply(model).total() >= other.apply(model).total()) {
        from = Double.NaN;
      } else if (Double.isNaN(from)) {
        from = rate;
      }
    }
    return Double.isNaN(from) ? OptionalDouble.empty() : OptionalDouble.of(from);
  }

  private double writes(double unitsPerSecond) {
    return millions(unitsPerSecond) * figures.of(DYNAMODB_MILLION_WRITE_UNITS);
  }

  /** The sum, over all choices, of what each is expected to cause, given its rate. */
  private double sumOverChoices(Function<Double, Double> expected) {
    double sum = 0;
    for (double region : workload.regionShares()) {
      for (double improvement : workload.improvementShares()) {
        sum += expected.apply(region * improvement * workload.movesPerSecond());
      }
    }
    return sum;
  }

  private Choice choice() {
    return new Choice(text(ASSUMED_REGION_BYTES), text(ASSUMED_IMPROVEMENT_BYTES));
  }

  private String text(CostFigure bytes) {
    return "x".repeat((int) figures.of(bytes));
  }

  /** With as many names as a ballot has on average. */
  private long ballotBytes() {
    long one =
        ItemSize.bytes(
            VotesTable.itemOf(
                text(ASSUMED_ID_BYTES), choice().region, List.of(choice().improvement)));
    double others = (workload.votesPerBallot() - 1) * figures.of(ASSUMED_IMPROVEMENT_BYTES);
    return one + (long) Math.ceil(others);
  }

  private long turnoutBytes() {
    Map<String, AttributeValue> item = new HashMap<>(TurnoutTable.keyOf(choice().region));
    AttributeValue number = AttributeValue.fromN("1000000");
    item.put(TurnoutTable.BALLOTS, number);
    item.put(TotalVotesTable.ADDED, number);
    item.put(TotalVotesTable.REMOVED, number);
    item.put(TotalVotesTable.EPOCH, AttributeValue.fromN("1"));
    return ItemSize.bytes(item);
  }

  /** One of ballots, whose names are the longer ones. */
  private long historyBytes() {
    Map<String, AttributeValue> item =
        new HashMap<>(
            HistoryTable.keyOf(
                HistoryKey.ofRegion(choice().region, HistoryKey.BALLOTS, 3_000_000)));
    AttributeValue number = AttributeValue.fromN("1000000");
    item.put(HistoryTable.BALLOTS, number);
    item.put(TotalVotesTable.ADDED, number);
    item.put(TotalVotesTable.REMOVED, number);
    item.put(TotalVotesTable.EPOCH, AttributeValue.fromN("1"));
    return ItemSize.bytes(item);
  }

  private long totalBytes() {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(choice()));
    AttributeValue number = AttributeValue.fromN("1000000");
    item.put(TotalVotesTable.TOTAL_VOTES, number);
    item.put(TotalVotesTable.ADDED, number);
    item.put(TotalVotesTable.REMOVED, number);
    item.put(TotalVotesTable.EPOCH, AttributeValue.fromN("1"));
    return ItemSize.bytes(item);
  }

  private long recentCityBytes() {
    return recentBytes(RecentVotes.CITY);
  }

  private long recentRegionBytes() {
    return recentBytes(RecentVotes.listOf(text(ASSUMED_REGION_BYTES)));
  }

  private long recentBytes(String list) {
    RecentVotes.Vote[] votes = new RecentVotes.Vote[workload.recentSize()];
    Arrays.fill(votes, new RecentVotes.Vote(choice(), A_DAY_OF_2026.toEpochMilli()));
    return ItemSize.bytes(RecentVotesTable.itemOf(new RecentVotes(list, votes)));
  }
}
