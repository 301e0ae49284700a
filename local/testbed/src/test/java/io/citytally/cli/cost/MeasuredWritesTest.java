package io.citytally.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.citytally.cli.command.DurationConverter;
import io.citytally.config.VoteCountingConfig;
import io.citytally.count.ChoiceChange;
import io.citytally.count.GatherHistory;
import io.citytally.count.GatherNewest;
import io.citytally.count.KeepNewest;
import io.citytally.count.KeyIncrement;
import io.citytally.count.ListChanges;
import io.citytally.count.MergeNewest;
import io.citytally.count.Origin;
import io.citytally.count.TallyThrottle;
import io.citytally.count.ThrottleTrigger;
import io.citytally.local.city.Elections;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.election.Election;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.runtime.operators.windowing.WindowOperatorBuilder;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is estimated, next to what the job's own operators write, in virtual time. */
@Tag("proof")
class MeasuredWritesTest {

  private static final Percentage CLOSE = Percentage.withPercentage(5);
  private static final int SHOWN = 20;
  private static final int VOTES = 40_000;
  private static final Duration GATHERED_FOR = Duration.ofSeconds(1);
  private static final Duration HISTORY_WINDOW = Duration.ofMinutes(1);
  private static final long TICK_MILLIS = 100;
  private static final double MEASURED_SECONDS = 6_000;
  private static final long BEGINNING_MICROS = 1_780_000_000_000_000L;

  @ParameterizedTest
  @CsvSource({
    "   20, 100ms, 0",
    "    5,  10s,  1",
    "   50, 100ms, 1",
    "   50,   1s,  0",
    "   50,   1s,  1",
    "   50,  10s,  1",
    "  500, 100ms, 1",
    "  500,   1s,  1.5",
    " 2000, 250ms, 1"
  })
  void areWithinFivePercentForVotesByZipfsLaw(double rate, String window, double skew)
      throws Exception {
    Workload workload = new Workload(rate, 10, 20, skew, 0, 0, SHOWN);
    CostModel model = new CostModel(workload, CostFigures.bundled());
    SplittableRandom random = new SplittableRandom(4);

    Written written =
        write(choices(10, 20, skew, random), VOTES, rate, duration(window), random, 1);

    assertThat(model.tallyWritesPerSecond(duration(window)))
        .isCloseTo(written.tallies() / written.seconds(), CLOSE);
    assertThat(model.recentWritesPerSecond(duration(window)))
        .isCloseTo(written.recent() / written.seconds(), CLOSE);
  }

  /** A list with about a vote per window is the worst case. */
  @ParameterizedTest
  @CsvSource({"5, 1s, 3", "50, 1s, 2", "50, 1s, 8", "500, 100ms, 2", "2000, 250ms, 3"})
  void areWithinAnEighthForListsThatAreGatheredInSeveralPlaces(
      double rate, String window, int places, @TempDir Path directory) throws Exception {
    CostFigures figures =
        CostFigures.read(
            Files.writeString(
                directory.resolve("cost.properties"), "assumed.votes.per.kpu=" + rate / places));
    CostModel model = new CostModel(new Workload(rate, 10, 20, 1, 0, 0, SHOWN), figures);
    SplittableRandom random = new SplittableRandom(6);

    Written written =
        write(choices(10, 20, 1, random), VOTES, rate, duration(window), random, places);

    assertThat(model.recentWritesPerSecond(duration(window)))
        .isCloseTo(written.recent() / written.seconds(), Percentage.withPercentage(12.5));
  }

  /** Each vote is a ballot of its region. The window is the job's, if nothing else is set. */
  @ParameterizedTest
  @CsvSource({"1, 0", "5, 1", "50, 1"})
  void areWithinFivePercentForTurnouts(double rate, double skew) throws Exception {
    CostModel model =
        new CostModel(new Workload(rate, 10, 20, skew, 0, 0, SHOWN), CostFigures.bundled());
    SplittableRandom random = new SplittableRandom(8);
    Supplier<Choice> choices = choices(10, 20, skew, random);
    double now = 0;
    int written;
    try (var turnouts = tally(VoteCountingConfig.parse(leastConfiguration()).turnoutWindow())) {
      turnouts.open();
      while (now < MEASURED_SECONDS) {
        long before = (long) (now * 1_000);
        now += -Math.log(1 - random.nextDouble()) / rate;
        for (long time = before; time <= now * 1_000; time += TICK_MILLIS) {
          turnouts.setProcessingTime(time);
        }
        turnouts.processElement(new KeyIncrement(Choice.turnoutOf(choices.get().region), 1, 0), 0);
      }
      written = turnouts.getSideOutput(TallyThrottle.TURNOUT).size();
    }

    assertThat(model.turnoutWritesPerSecond(GATHERED_FOR)).isCloseTo(written / now, CLOSE);
  }

  /** Each vote is a ballot of its region, too. */
  @ParameterizedTest
  @CsvSource({"1, 0", "5, 1", "50, 1"})
  void areWithinFivePercentForTheCourseOfTheVote(double rate, double skew) throws Exception {
    CostModel model =
        new CostModel(new Workload(rate, 10, 20, skew, 0, 0, SHOWN), CostFigures.bundled());
    SplittableRandom random = new SplittableRandom(7);
    Supplier<Choice> choices = choices(10, 20, skew, random);
    double now = 0;
    long written = 0;
    try (var gather = new OneInputStreamOperatorTestHarness<>(new GatherHistory(GATHERED_FOR));
        var history = tally(HISTORY_WINDOW)) {
      gather.open();
      history.open();
      for (long vote = 0; now < MEASURED_SECONDS; vote++) {
        long before = (long) (now * 1_000);
        now += -Math.log(1 - random.nextDouble()) / rate;
        for (long time = before; time <= now * 1_000; time += TICK_MILLIS) {
          history.setProcessingTime(time);
          gather.setProcessingTime(time);
          for (KeyIncrement increment : gather.extractOutputValues()) {
            history.processElement(increment, 0);
          }
          gather.getOutput().clear();
        }
        Choice choice = choices.get();
        gather.processElement(change(vote, choice), 0);
        gather.processElement(change(vote, Choice.turnoutOf(choice.region)), 0);
        written += drain(history.getOutput());
      }
    }

    assertThat(model.historyWritesPerSecond()).isCloseTo(written / now, CLOSE);
  }

  @ParameterizedTest
  @CsvSource({"5, 1s", "50, 100ms", "50, 1s", "50, 10s", "500, 1s"})
  void areWithinFivePercentForAnElection(double rate, String window) throws Exception {
    assertCloseForAnElection(Elections.lunden(), rate, duration(window));
  }

  @ParameterizedTest
  @CsvSource({"5, 1s", "50, 100ms", "50, 1s", "50, 10s", "500, 1s"})
  void areWithinFivePercentForToulouse(double rate, String window) throws Exception {
    Optional<List<Path>> files = Elections.real("toulouse-2022");
    assumeTrue(files.isPresent(), Elections.NO_REAL_ONES);

    assertCloseForAnElection(files.get(), rate, duration(window));
  }

  /** Held over and over, for it may be over within a few windows. */
  private static void assertCloseForAnElection(List<Path> files, double rate, Duration window)
      throws Exception {
    Election election = Election.read(files);
    long times = VOTES / election.votes() + 1;
    double expectedPerSecond =
        election.published().values().stream()
            .mapToDouble(
                votes ->
                    ExpectedWrites.atOnceThenOncePerWindow(rate * votes / election.votes(), window))
            .sum();
    Iterator<CastVote> cast =
        LongStream.range(0, times)
            .mapToObj(election::votesInOrder)
            .flatMap(each -> StreamSupport.stream(spliterator(each), false))
            .iterator();

    Written written =
        write(
            () -> cast.next().choice(),
            times * election.votes(),
            rate,
            window,
            new SplittableRandom(5),
            1);

    assertThat(expectedPerSecond).isCloseTo(written.tallies() / written.seconds(), CLOSE);
  }

  private static Spliterator<CastVote> spliterator(Iterator<CastVote> votes) {
    return Spliterators.spliteratorUnknownSize(votes, Spliterator.ORDERED);
  }

  private record Written(long tallies, long recent, double seconds) {}

  /** Votes that come at random, at a rate, one after the other, each to any of the places. */
  private static Written write(
      Supplier<Choice> choices,
      long votes,
      double rate,
      Duration window,
      SplittableRandom random,
      int places)
      throws Exception {
    long tallies = 0;
    long recent = 0;
    double now = 0;
    // A timer of the harness fires at the time that is set, so that must not be much too late.
    long tick = Math.max(1, window.toMillis() / 200);
    long time = 0;
    List<OneInputStreamOperatorTestHarness<ChoiceChange, ListChanges>> gathers = new ArrayList<>();
    try (var tally = tally(window);
        var keep = keep(window)) {
      tally.open();
      keep.open();
      for (int place = 0; place < places; place++) {
        gathers.add(new OneInputStreamOperatorTestHarness<>(new GatherNewest(window, SHOWN)));
        gathers.get(place).open();
      }
      for (long vote = 0; vote < votes; vote++) {
        now += -Math.log(1 - random.nextDouble()) / rate;
        for (; time <= now * 1_000; time += tick) {
          tally.setProcessingTime(time);
          // Before what is handed on at that time, which must not come to it too early.
          keep.setProcessingTime(time);
          for (var gather : gathers) {
            gather.setProcessingTime(time);
            passOn(gather, keep);
          }
        }
        ChoiceChange change = change(vote, choices.get());
        tally.processElement(new KeyIncrement(change.choice, 1, 0), 0);
        var gather = gathers.get(random.nextInt(places));
        gather.processElement(change, 0);
        passOn(gather, keep);
        tallies += drain(tally.getOutput());
        recent += drain(keep.getOutput());
      }
      tally.setProcessingTime(time + window.toMillis());
      return new Written(tallies + drain(tally.getOutput()), recent, now);
    } finally {
      for (var gather : gathers) {
        gather.close();
      }
    }
  }

  private static void passOn(
      OneInputStreamOperatorTestHarness<ChoiceChange, ListChanges> gather,
      OneInputStreamOperatorTestHarness<ListChanges, RecentVotes> keep)
      throws Exception {
    List<ListChanges> gathered = new ArrayList<>(gather.extractOutputValues());
    gather.getOutput().clear();
    for (ListChanges each : gathered) {
      keep.processElement(each, 0);
    }
  }

  private static long drain(Queue<Object> output) {
    long size = output.size();
    output.clear();
    return size;
  }

  private static ChoiceChange change(long vote, Choice choice) {
    ChoiceChange change = new ChoiceChange();
    change.choice = choice;
    change.taken = true;
    change.voteHash = vote;
    change.changedAtMicros = BEGINNING_MICROS + vote;
    return change;
  }

  private static Map<String, Properties> leastConfiguration() {
    Properties aws = new Properties();
    aws.setProperty("region", "eu-west-1");
    Properties source = new Properties();
    source.setProperty("stream.name", "votes");
    return Map.of("citytally.aws", aws, "citytally.source", source);
  }

  private static KeyedOneInputStreamOperatorTestHarness<Choice, KeyIncrement, Tally> tally(
      Duration window) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new TallyThrottle(window, new Origin(1, "kinesis")),
        KeyIncrement::key,
        TypeInformation.of(Choice.class));
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, ListChanges, RecentVotes> keep(
      Duration window) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new WindowOperatorBuilder<>(
                GlobalWindows.create(),
                new ThrottleTrigger(window),
                new ExecutionConfig(),
                TypeInformation.of(ListChanges.class),
                ListChanges::list,
                Types.STRING)
            .reduce(new MergeNewest(SHOWN), new KeepNewest(SHOWN)),
        ListChanges::list,
        Types.STRING);
  }

  private static Duration duration(String text) {
    return new DurationConverter().convert(text);
  }

  private static Supplier<Choice> choices(
      int regions, int improvements, double skew, SplittableRandom random) {
    double[] ofRegions = zipf(regions, skew);
    double[] ofImprovements = zipf(improvements, skew);
    return () -> new Choice("region " + pick(random, ofRegions), "" + pick(random, ofImprovements));
  }

  private static double[] zipf(int n, double exponent) {
    double[] shares = new double[n];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      shares[k] = 1 / Math.pow(k + 1, exponent);
      sum += shares[k];
    }
    for (int k = 0; k < n; k++) {
      shares[k] /= sum;
    }
    return shares;
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
