package io.citytally.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.citytally.vote.SourceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostModelTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final double MONTH = 730 * 3600;
  private static final Offset<Double> CENT = within(0.005);
  private static final CostFigures FIGURES = CostFigures.bundled();

  /** One choice, at a thousand votes a second, so that each window has some. */
  private static final Workload ONE_CHOICE = new Workload(1_000, 1, 1, 1, 0, 0, 20);

  @Test
  void writesABusyTotalOncePerWindow() {
    // After each, it takes a millisecond until the next vote comes, which waits for a second.
    assertThat(model(ONE_CHOICE).tallyWritesPerSecond(SECOND)).isEqualTo(1 / 1.001, within(1e-9));
    assertThat(part(ONE_CHOICE, BillPart.TOTAL_VOTES)).isEqualTo(MONTH / 1e6 * 0.625, CENT);
  }

  @Test
  void writesAListOfRecentVotesForTheCityAndForEachRegion() {
    Workload city = new Workload(1_000, 3, 1, 0, 0, 0, 20);

    assertThat(model(city).recentWritesPerSecond(SECOND)).isEqualTo(4, within(1e-9));
    assertThat(part(city, BillPart.RECENT_VOTES)).isEqualTo(4 * MONTH / 1e6 * 0.625, CENT);
    // The city's list names the region of each vote.
    Workload withLongLists = new Workload(1_000, 3, 1, 0, 0, 0, 100);
    assertThat(part(withLongLists, BillPart.RECENT_VOTES))
        .isEqualTo((4 + 3 * 3) * MONTH / 1e6 * 0.625, CENT);
  }

  @Test
  void writesWhatOnePlaceHandsOnAndWhatComesFromSeveralAsIfByItself(@TempDir Path directory)
      throws Exception {
    Workload city = new Workload(4, 2, 1, 0, 0, 0, 20);
    CostFigures twoKpus =
        CostFigures.read(
            Files.writeString(directory.resolve("cost.properties"), "assumed.votes.per.kpu=2"));

    assertThat(model(city).recentWritesPerSecond(SECOND))
        .isEqualTo(
            ExpectedWrites.handedOn(4, SECOND)
                + 2 * ExpectedWrites.handedOnWithOthers(2, 4, SECOND),
            within(1e-9));
    assertThat(new CostModel(city, twoKpus).recentWritesPerSecond(SECOND))
        .isEqualTo(
            ExpectedWrites.atOnceThenOncePerWindow(4, SECOND)
                + 2 * ExpectedWrites.atOnceThenOncePerWindow(2, SECOND),
            within(1e-9));
  }

  @Test
  void writesTheTurnoutOfEachRegionUnlessABallotIsChanged() {
    Workload city = new Workload(4, 2, 1, 0, 0, 0, 20);
    Workload halfChanged = new Workload(4, 2, 1, 0, 0.5, 0, 20);

    assertThat(model(city).turnoutWritesPerSecond(SECOND))
        .isEqualTo(2 * ExpectedWrites.atOnceThenOncePerWindow(2, TEN_SECONDS), within(1e-9));
    assertThat(model(halfChanged).turnoutWritesPerSecond(SECOND))
        .isEqualTo(2 * ExpectedWrites.atOnceThenOncePerWindow(1, TEN_SECONDS), within(1e-9));
    assertThat(model(new Workload(4, 2, 1, 0, 1, 0, 20)).turnoutWritesPerSecond(SECOND)).isZero();
    assertThat(part(ONE_CHOICE, BillPart.TURNOUT)).isEqualTo(MONTH / 10 / 1e6 * 0.625, CENT);
  }

  @Test
  void writesATurnoutNoMoreOftenThanATotal() {
    Workload city = new Workload(4, 2, 1, 0, 0, 0, 20);

    assertThat(model(city).turnoutWritesPerSecond(MINUTE))
        .isEqualTo(2 * ExpectedWrites.atOnceThenOncePerWindow(2, MINUTE), within(1e-9));
  }

  /** Votes and ballots, of each region by the hour, of the city by the hour and by ten minutes. */
  @Test
  void writesEachBucketOfTheHistoryOnceAMinute() {
    Workload city = new Workload(4, 2, 1, 0, 0, 0, 20);

    assertThat(model(city).historyWritesPerSecond())
        .isEqualTo(
            4 * ExpectedWrites.atOnceThenOncePerWindow(2, MINUTE)
                + 4 * ExpectedWrites.atOnceThenOncePerWindow(4, MINUTE),
            within(1e-9))
        .isLessThanOrEqualTo(8 / 60.0);
    assertThat(part(city, BillPart.HISTORY))
        .isEqualTo(model(city).historyWritesPerSecond() * MONTH / 1e6 * 0.625, CENT);
  }

  @Test
  void readsTheHistoryOfEachPlaceThatIsLookedAtOnceAMinute() {
    Workload unseen = new Workload(4, 2, 1, 0, 0, 0, 20);
    Workload seenByOne = new Workload(4, 2, 1, 0, 0, 1, 20);
    Workload seenByMany = new Workload(4, 2, 1, 0, 0, 500, 20);
    double oneReading = 20 * MONTH / 60 / 1e6 * 0.125;

    assertThat(part(seenByOne, BillPart.HISTORY) - part(unseen, BillPart.HISTORY))
        .isEqualTo(oneReading, CENT);
    assertThat(part(seenByMany, BillPart.HISTORY) - part(unseen, BillPart.HISTORY))
        .isEqualTo(3 * oneReading, CENT);
  }

  @Test
  void paysForABallotOfTenVotesAsForOneItemAndOneRecord() {
    Workload ten = ONE_CHOICE.onBallotsOf(10);
    // Nine more names, each with its quotation marks and comma in the record.
    double record = 700 + 9 * 19;
    double gb = 100 * MONTH / Math.pow(2, 30);

    assertThat(part(ten, BillPart.VOTES)).isEqualTo(100 * MONTH / 1e6 * 0.625, CENT);
    assertThat(part(ten, BillPart.VOTES_STORED))
        .isEqualTo(gb * (36 + 12 + 10 * 16 + 2 + 6 + 12 + 100) * 0.45, CENT);
    assertThat(part(ten, BillPart.CHANGE_CAPTURE)).isEqualTo(100 * MONTH / 1e6 * 0.10, CENT);
    assertThat(part(ten, BillPart.KINESIS))
        .isEqualTo(730 * 0.04 + gb * (1024 * 0.08 + record * 0.04), CENT);
    assertThat(part(ten, BillPart.TOTAL_VOTES)).isEqualTo(part(ONE_CHOICE, BillPart.TOTAL_VOTES));
    assertThat(model(ten).turnoutWritesPerSecond(SECOND))
        .isEqualTo(ExpectedWrites.atOnceThenOncePerWindow(100, TEN_SECONDS), within(1e-9));
    assertThat(model(ten).recentWritesPerSecond(SECOND))
        .isEqualTo(
            model(new Workload(100, 1, 1, 1, 0, 0, 20)).recentWritesPerSecond(SECOND),
            within(1e-9));
    assertThat(model(ten).lambdaPerVote().tallyWritesPerSecond()).isEqualTo(1_000);
  }

  @Test
  void aChangedBallotHasItsNamesTwiceInTheRecord() {
    Workload changed = new Workload(1_000, 1, 1, 1, 1, 0, 20).onBallotsOf(10);
    double gb = 100 * MONTH / Math.pow(2, 30);

    assertThat(part(changed, BillPart.KINESIS))
        .isEqualTo(730 * 0.04 + gb * (2048 * 0.08 + (700 + 2 * 9 * 19) * 0.04), CENT);
  }

  @Test
  void spreadsVotesByZipfsLaw() {
    Workload even = new Workload(2, 2, 2, 0, 0, 0, 20);
    Workload skewed = new Workload(2, 1, 3, 1, 0, 0, 20);

    assertThat(model(even).tallyWritesPerSecond(SECOND))
        .isEqualTo(4 * ExpectedWrites.atOnceThenOncePerWindow(0.5, SECOND), within(1e-9));
    // 1 + 1/2 + 1/3 = 11/6
    assertThat(model(skewed).tallyWritesPerSecond(SECOND))
        .isEqualTo(
            ExpectedWrites.atOnceThenOncePerWindow(2 * 6 / 11.0, SECOND)
                + ExpectedWrites.atOnceThenOncePerWindow(2 * 3 / 11.0, SECOND)
                + ExpectedWrites.atOnceThenOncePerWindow(2 * 2 / 11.0, SECOND),
            within(1e-9));
  }

  @Test
  void paysForACapturedChangeByTheKilobyteOfItsLargerImage(@TempDir Path directory)
      throws Exception {
    CostFigures longNames =
        CostFigures.read(
            Files.writeString(
                directory.resolve("cost.properties"), "assumed.improvement.bytes=1500"));

    assertThat(part(ONE_CHOICE, BillPart.CHANGE_CAPTURE))
        .isEqualTo(1_000 * MONTH / 1e6 * 0.10, CENT);
    assertThat(
            new CostModel(ONE_CHOICE, longNames)
                .job(SECOND)
                .of(BillPart.CHANGE_CAPTURE)
                .getAsDouble())
        .isEqualTo(2 * 1_000 * MONTH / 1e6 * 0.10, CENT);
  }

  @Test
  void aChangedVoteMovesTwoTotalsButIsOneChange() {
    Workload changed = new Workload(10, 1, 1, 0, 1, 0, 20);

    assertThat(model(changed).lambdaPerVote().tallyWritesPerSecond()).isEqualTo(20);
    assertThat(part(changed, BillPart.CHANGE_CAPTURE)).isEqualTo(10 * MONTH / 1e6 * 0.10, CENT);
    assertThat(part(changed, BillPart.VOTES_STORED)).isZero();
  }

  @Test
  void paysForTheVotesThemselves() {
    // id 36, region 12, improvement 16, and the names of the three; 100 for the index.
    double gb = 1_000 * MONTH * (36 + 12 + 16 + 2 + 6 + 12 + 100) / Math.pow(2, 30);

    assertThat(part(ONE_CHOICE, BillPart.VOTES)).isEqualTo(1_000 * MONTH / 1e6 * 0.625, CENT);
    assertThat(part(ONE_CHOICE, BillPart.VOTES_STORED)).isEqualTo(gb * 0.45, CENT);
  }

  @Test
  void paysForShardsOrByTheGigabyteInWholeKilobytes() {
    double gb = 1_000 * MONTH / Math.pow(2, 30);

    assertThat(kinesis(StreamMode.ON_DEMAND, Deployment.SHARDS_BY_LOAD))
        .isEqualTo(730 * 0.04 + gb * (1024 * 0.08 + 700 * 0.04), CENT);
    // A thousand records a second fill a shard, and it is to be half full.
    assertThat(kinesis(StreamMode.PROVISIONED, Deployment.SHARDS_BY_LOAD))
        .isEqualTo(2 * 730 * 0.015 + 1_000 * MONTH / 1e6 * 0.014, CENT);
    assertThat(kinesis(StreamMode.PROVISIONED, 1))
        .isEqualTo(kinesis(StreamMode.PROVISIONED, Deployment.SHARDS_BY_LOAD));
    assertThat(kinesis(StreamMode.PROVISIONED, 5))
        .isEqualTo(5 * 730 * 0.015 + 1_000 * MONTH / 1e6 * 0.014, CENT);
    assertThat(part(ONE_CHOICE, BillPart.KINESIS))
        .as("as deploy makes it")
        .isEqualTo(kinesis(StreamMode.ON_DEMAND, Deployment.SHARDS_BY_LOAD));
  }

  @Test
  void paysForTwentyFiveMegabytesASecondOfAdvantageAtLeast() {
    double read = MONTH * 700 / Math.pow(2, 30) * 0.016;
    Workload large = new Workload(100_000, 1, 1, 0, 0, 0, 20);

    assertThat(kinesis(StreamMode.ADVANTAGE, Deployment.SHARDS_BY_LOAD))
        .isEqualTo(MONTH * 25 / 1024 * 0.032 + 1_000 * read, CENT);
    assertThat(
            model(large, with(StreamMode.ADVANTAGE, Deployment.SHARDS_BY_LOAD))
                .job(SECOND)
                .of(BillPart.KINESIS)
                .getAsDouble())
        .isEqualTo(MONTH * 100_000 / Math.pow(2, 20) * 0.032 + 100_000 * read, CENT);
  }

  private static double kinesis(StreamMode mode, int shards) {
    return model(ONE_CHOICE, with(mode, shards)).job(SECOND).of(BillPart.KINESIS).getAsDouble();
  }

  private static Deployment with(StreamMode mode, int shards) {
    return new Deployment(SourceKind.KINESIS, mode, shards, CloudFrontPlan.PAY_AS_YOU_GO, false);
  }

  @Test
  void paysForReadingTheTablesOwnStreamInPlaceOfKinesis() {
    Bill bill =
        model(
                new Workload(2_500, 1, 1, 0, 0, 0, 20),
                new Deployment(
                    SourceKind.DYNAMODB_STREAMS,
                    StreamMode.ON_DEMAND,
                    Deployment.SHARDS_BY_LOAD,
                    CloudFrontPlan.PAY_AS_YOU_GO,
                    false))
            .job(SECOND);

    // Three partitions, each asked five times a second.
    assertThat(bill.of(BillPart.STREAM_READS).getAsDouble())
        .isEqualTo(3 * 5 * MONTH / 1e6 * 0.20, CENT);
    assertThat(bill.parts()).doesNotContainKeys(BillPart.KINESIS, BillPart.CHANGE_CAPTURE);
  }

  @Test
  void paysForTwoWeeksOfAnElectionOnly() {
    Bill month = model(ONE_CHOICE).job(SECOND);
    Bill twoWeeks = billed(14 * 24, 1);

    double share = 14 * 24 / 730.0;
    month
        .parts()
        .forEach(
            (part, usd) ->
                assertThat(twoWeeks.of(part).getAsDouble())
                    .as(part.label())
                    // Fewer votes, and stored for less time.
                    .isEqualTo(
                        usd * (part == BillPart.VOTES_STORED ? share * share : share), CENT));
  }

  @Test
  void paysForTenMinutesOfManagedFlinkAtLeastForEachStart() {
    assertThat(billed(0.1, 1).of(BillPart.MANAGED_FLINK).getAsDouble())
        .isEqualTo(2 * 0.11 / 6, within(1e-9));
    assertThat(billed(1, 7).of(BillPart.MANAGED_FLINK).getAsDouble())
        .isEqualTo(2 * 0.11 * 7 / 6, within(1e-9));
    assertThat(billed(1, 6).of(BillPart.MANAGED_FLINK).getAsDouble())
        .isEqualTo(2 * 0.11, within(1e-9));
  }

  private static Bill billed(double hours, int starts) {
    return new CostModel(ONE_CHOICE, FIGURES, Deployment.USUAL, new BilledPeriod(hours, starts))
        .job(SECOND);
  }

  @Test
  void paysForTheKpuOfOrchestrationWithoutStorage() {
    // The vote, and its ballot in the turnout.
    double stateGb = 2 * 1_000.0 * 25 * 3600 * 64 / Math.pow(2, 30);

    assertThat(part(ONE_CHOICE, BillPart.MANAGED_FLINK)).isEqualTo(2 * 730 * 0.11, CENT);
    assertThat(part(ONE_CHOICE, BillPart.STATE)).isEqualTo(50 * 0.10 + stateGb * 0.023, CENT);
  }

  @Test
  void takesAsManyKpusAsTheVotesOrTheirStateNeed(@TempDir Path directory) throws Exception {
    CostFigures smallState = withStateBytes(1, directory);
    CostFigures largeState = withStateBytes(640, directory);

    assertThat(flink(20_000, smallState)).isEqualTo(2 * 730 * 0.11, CENT);
    assertThat(flink(20_001, smallState)).isEqualTo(3 * 730 * 0.11, CENT);
    // 2,146 GB of state.
    assertThat(flink(20_000, largeState)).isEqualTo(44 * 730 * 0.11, CENT);
  }

  private static CostFigures withStateBytes(int bytes, Path directory) throws Exception {
    return CostFigures.read(
        Files.writeString(
            directory.resolve("cost.properties"), "assumed.state.bytes.per.change=" + bytes));
  }

  private static double flink(double rate, CostFigures figures) {
    return new CostModel(new Workload(rate, 1, 1, 0, 0, 0, 20), figures)
        .job(SECOND)
        .parts()
        .get(BillPart.MANAGED_FLINK);
  }

  @Test
  void viewersCostNothingUnlessThereAreSome() {
    Workload watched = new Workload(1, 1, 100, 0, 0, 7, 20).polling(Polling.each(SECOND));
    Bill bill = model(watched).lambdaPerVote();

    assertThat(model(ONE_CHOICE).lambdaPerVote().parts()).doesNotContainKey(BillPart.CLOUDFRONT);
    assertThat(bill.parts().get(BillPart.CLOUDFRONT))
        .isEqualTo(7 * MONTH * (0.01 / 1e4 + (400 + 16 * 100) / Math.pow(2, 30) * 0.085), CENT);
    // A hundred totals take 8 KB and a bit, a turnout and two lists of recent votes less than 4 KB.
    assertThat(bill.parts().get(BillPart.RESULTS_READ))
        .isEqualTo(
            MONTH * ((1.5 + 0.5 + 0.5) * 0.125e-6 + 1e-6 + 0.2e-6 + 1 * 0.03 * 0.0000133334),
            within(0.02));
  }

  @Test
  void readsTheResultsNoMoreOftenThanViewersAsk() {
    Workload one = new Workload(1, 1, 1, 0, 0, 1, 20);
    double eachSecond = resultsRead(one.polling(Polling.each(SECOND)));

    assertThat(resultsRead(one.polling(Polling.each(Duration.ofSeconds(10)))))
        .isEqualTo(eachSecond / 10, within(1e-9));
    assertThat(resultsRead(new Workload(1, 1, 1, 0, 0, 500, 20))).isEqualTo(eachSecond);
  }

  private static double resultsRead(Workload workload) {
    return model(workload).lambdaPerVote().of(BillPart.RESULTS_READ).getAsDouble();
  }

  @Test
  void viewersWhoPollEachSecondDriveTheBill() {
    Workload ten = new Workload(1, 1, 100, 0, 0, 10, 20);
    Workload fiveHundred = new Workload(1, 1, 100, 0, 0, 500, 20);

    // About a dollar per million requests, and nine cents per gigabyte.
    assertThat(model(fiveHundred).viewersUsd(Polling.each(SECOND)))
        .isEqualTo(
            500 * MONTH * (0.01 / 1e4 + (400 + 16 * 100) / Math.pow(2, 30) * 0.085)
                + resultsRead(fiveHundred),
            CENT);
    assertThat(model(ten).viewersUsd(Polling.each(SECOND)))
        .isLessThan(model(fiveHundred).viewersUsd(Polling.each(SECOND)) / 40);
    assertThat(model(ten).viewersUsd(Polling.each(Duration.ofSeconds(3))))
        .isLessThan(model(ten).viewersUsd(Polling.ADAPTIVE));
  }

  @Test
  void dashboardsPollLessOftenWhileNoVotesCome() {
    assertThat(polls(1_000)).isEqualTo(1, within(1e-9));
    assertThat(polls(1e-9)).isEqualTo(1 / 3.0, within(1e-6));
    for (double votesPerSecond : new double[] {0.1, 0.5, 2}) {
      assertThat(polls(votesPerSecond))
          .isCloseTo(simulatedPolls(votesPerSecond), Percentage.withPercentage(1));
    }
  }

  private static double polls(double votesPerSecond) {
    return new Workload(votesPerSecond, 1, 1, 0, 0, 1, 20).pollsPerSecond();
  }

  private static double simulatedPolls(double votesPerSecond) {
    SplittableRandom random = new SplittableRandom(7);
    double seconds = 0;
    int polls = 200_000;
    int unchanged = 0;
    for (int poll = 0; poll < polls; poll++) {
      double interval = unchanged < Polling.MIN_UNCHANGED ? 1 : 3;
      seconds += interval;
      unchanged = poisson(random, votesPerSecond * interval) > 0 ? 0 : unchanged + 1;
    }
    return polls / seconds;
  }

  @Test
  void aFlatRateIsPaidByTheMonthAndIncludesWaf() {
    Workload watched = new Workload(1, 1, 100, 0, 0, 10, 20).polling(Polling.each(SECOND));
    double million = 10 * MONTH / 1e6;
    Bill byUse = model(watched, with(CloudFrontPlan.PAY_AS_YOU_GO)).lambdaPerVote();
    Bill pro = model(watched, with(CloudFrontPlan.PRO)).lambdaPerVote();

    assertThat(byUse.of(BillPart.WAF).getAsDouble()).isEqualTo(5 + 3 * 1 + million * 0.60, CENT);
    assertThat(pro.of(BillPart.CLOUDFRONT)).hasValue(15);
    assertThat(pro.parts()).doesNotContainKey(BillPart.WAF);
    assertThat(model(watched, with(CloudFrontPlan.FREE)).lambdaPerVote().of(BillPart.CLOUDFRONT))
        .hasValue(0);
    assertThat(
            new CostModel(watched, FIGURES, with(CloudFrontPlan.PRO), new BilledPeriod(40 * 24, 1))
                .lambdaPerVote()
                .of(BillPart.CLOUDFRONT))
        .as("40 days")
        .hasValue(2 * 15);
  }

  @Test
  void saysWhenAFlatRatesAllowanceIsExceeded() {
    Workload one = new Workload(1, 1, 1, 0, 0, 1, 20);
    Workload ten = new Workload(1, 1, 1, 0, 0, 10, 20);
    // 2.628 million requests a month each.
    Polling second = Polling.each(SECOND);
    Polling threeSeconds = Polling.each(Duration.ofSeconds(3));

    assertThat(exceeds(one.polling(second), CloudFrontPlan.FREE)).isTrue();
    assertThat(exceeds(one.polling(threeSeconds), CloudFrontPlan.FREE)).isFalse();
    assertThat(exceeds(ten.polling(second), CloudFrontPlan.PRO)).isTrue();
    assertThat(exceeds(ten.polling(threeSeconds), CloudFrontPlan.PRO)).isFalse();
    assertThat(exceeds(ten.polling(second), CloudFrontPlan.BUSINESS)).isFalse();
    assertThat(exceeds(ten.polling(second), CloudFrontPlan.PAY_AS_YOU_GO)).isFalse();
    // 876,000 requests of 160 KB.
    assertThat(
            exceeds(
                new Workload(1, 1, 10_000, 0, 0, 1, 20).polling(threeSeconds), CloudFrontPlan.FREE))
        .isTrue();
  }

  private static boolean exceeds(Workload workload, CloudFrontPlan plan) {
    return model(workload, with(plan)).exceedsPlan();
  }

  private static Deployment with(CloudFrontPlan plan) {
    return new Deployment(
        SourceKind.KINESIS, StreamMode.ON_DEMAND, Deployment.SHARDS_BY_LOAD, plan, true);
  }

  @Test
  void theLambdaPerVoteWritesEachVote() {
    Bill bill = model(ONE_CHOICE).lambdaPerVote();

    assertThat(bill.tallyWritesPerSecond()).isEqualTo(1_000);
    // It has the hundred votes of a batch ten times a second, and writes for five seconds in one.
    assertThat(bill.parts().get(BillPart.LAMBDA))
        .isEqualTo(
            MONTH * (10 * 0.2e-6 + 0.125 * (10 * 0.005 + 1_000 * 0.005) * 0.0000166667), CENT);
    assertThat(bill.parts())
        .doesNotContainKeys(BillPart.MANAGED_FLINK, BillPart.KINESIS, BillPart.RECENT_VOTES);
  }

  @Test
  void theLambdaPerBatchWritesEachChoiceOfABatch() {
    Workload city = new Workload(3_000, 2, 50, 1, 0, 0, 20);
    double[] regions = city.regionShares();
    double[] improvements = city.improvementShares();
    SplittableRandom random = new SplittableRandom(3);
    int shards = 3;
    long batches = 2_000;
    long writes = 0;
    for (long batch = 0; batch < batches; batch++) {
      boolean[] written = new boolean[100];
      // A second of one shard's votes.
      for (int vote = poisson(random, 1_000); vote > 0; vote--) {
        int choice = pick(random, regions) * 50 + pick(random, improvements);
        writes += written[choice] ? 0 : 1;
        written[choice] = true;
      }
    }

    assertThat(model(city).lambdaPerBatch(SECOND).tallyWritesPerSecond())
        .isCloseTo((double) writes / batches * shards, Percentage.withPercentage(1));
  }

  @Test
  void aBatchOfTheLambdaIsAtMostTenThousandVotes() {
    // Which a shard's thousand votes a second fill in ten seconds.
    assertThat(model(ONE_CHOICE).lambdaPerBatch(Duration.ofMinutes(1)).tallyWritesPerSecond())
        .isEqualTo(0.1, within(1e-9));
    assertThat(model(ONE_CHOICE).lambdaPerBatch(Duration.ofMillis(10)).tallyWritesPerSecond())
        .isEqualTo(4, within(1e-9));
  }

  @Test
  void findsFromWhereOnOneWayCostsLess() {
    CostModel model = model(new Workload(1, 1, 10, 1, 0, 0, 20));
    double from = model.paysFrom(each -> each.job(SECOND), CostModel::lambdaPerVote).orElseThrow();

    assertThat(saving(from * 0.97)).isNegative();
    assertThat(saving(from)).isPositive();
    assertThat(saving(from * 10)).isPositive();
    assertThat(model.paysFrom(CostModel::lambdaPerVote, CostModel::lambdaPerVote)).isEmpty();
  }

  private static double saving(double rate) {
    CostModel model = model(new Workload(rate, 1, 10, 1, 0, 0, 20));
    return model.lambdaPerVote().total() - model.job(SECOND).total();
  }

  private static CostModel model(Workload workload) {
    return new CostModel(workload, FIGURES);
  }

  private static CostModel model(Workload workload, Deployment deployment) {
    return new CostModel(workload, FIGURES, deployment, BilledPeriod.MONTH);
  }

  private static double part(Workload workload, BillPart part) {
    return model(workload).job(SECOND).parts().get(part);
  }

  private static int poisson(SplittableRandom random, double mean) {
    int arrived = -1;
    for (double time = 0; time < 1; arrived++) {
      time += -Math.log(1 - random.nextDouble()) / mean;
    }
    return arrived;
  }

  private static int pick(SplittableRandom random, double[] shares) {
    double left = random.nextDouble();
    for (int i = 0; i < shares.length; i++) {
      left -= shares[i];
      if (left < 0) {
        return i;
      }
    }
    return shares.length - 1;
  }
}
