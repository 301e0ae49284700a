package io.citytally.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against votes that come at random, one by one. */
class ExpectedWritesTest {

  private static final Duration WINDOW = Duration.ofMillis(500);
  private static final int VOTES = 400_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 2, 4, 10, 100})
  void areAsManyAsThereAreVotesAtOnceAndVotesThatWait(double rate) {
    SplittableRandom random = new SplittableRandom(1);
    double now = 0;
    double lastWrite = Double.NEGATIVE_INFINITY;
    long writes = 0;
    for (int vote = 0; vote < VOTES; vote++) {
      now += exponential(random, rate);
      // A write to come is later than now, and takes this vote along.
      if (now >= lastWrite) {
        lastWrite = now >= lastWrite + seconds() ? now : now + seconds();
        writes++;
      }
    }

    assertThat(ExpectedWrites.atOnceThenOncePerWindow(rate, WINDOW))
        .isCloseTo(writes / now, Percentage.withPercentage(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 2, 4, 10, 100})
  void areHandedOnAsOftenAsWindowsEndWithVotesOrOpenWithOne(double rate) {
    SplittableRandom random = new SplittableRandom(1);
    double now = 0;
    double windowEnds = 0;
    boolean gathered = false;
    long writes = 0;
    for (int vote = 0; vote < VOTES; vote++) {
      now += exponential(random, rate);
      while (now >= windowEnds) {
        if (gathered) {
          writes++;
          gathered = false;
          windowEnds += seconds();
        } else {
          windowEnds = Double.POSITIVE_INFINITY;
        }
      }
      if (windowEnds == Double.POSITIVE_INFINITY) {
        writes++;
        windowEnds = now + seconds();
      } else {
        gathered = true;
      }
    }

    assertThat(ExpectedWrites.handedOn(rate, WINDOW))
        .isCloseTo(writes / now, Percentage.withPercentage(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 2, 4, 10, 100})
  void areAsManyAsThereAreIntervalsOfTheClockWithAVote(double rate) {
    SplittableRandom random = new SplittableRandom(2);
    double now = 0;
    long last = -1;
    long writes = 0;
    for (int vote = 0; vote < VOTES; vote++) {
      now += exponential(random, rate);
      long interval = (long) (now / seconds());
      if (interval != last) {
        writes++;
        last = interval;
      }
    }

    assertThat(ExpectedWrites.oncePerInterval(rate, WINDOW))
        .isCloseTo(writes / now, Percentage.withPercentage(1));
  }

  @Test
  void areBetweenSevenPercentMoreThanByTheClockAndEighteenPercentFewer() {
    DoubleSummaryStatistics ratios =
        DoubleStream.iterate(1e-9, rate -> rate < 1e9, rate -> rate * 1.01)
            .map(
                rate ->
                    ExpectedWrites.atOnceThenOncePerWindow(rate, WINDOW)
                        / ExpectedWrites.oncePerInterval(rate, WINDOW))
            .summaryStatistics();

    assertThat(ratios.getMax()).isCloseTo(1.0744, within(0.0001));
    assertThat(ratios.getMin()).isCloseTo(0.8197, within(0.0001));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 0.1, 1.6, 3, 1e9})
  void areNeverMoreThanVotesOrWindows(double rate) {
    double most = Math.min(rate, 1 / seconds()) * 1.000_001;

    assertThat(ExpectedWrites.atOnceThenOncePerWindow(rate, WINDOW)).isLessThanOrEqualTo(most);
    assertThat(ExpectedWrites.handedOn(rate, WINDOW)).isLessThanOrEqualTo(most);
  }

  /** A third of all votes is of this region. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 2, 4, 10, 100})
  void areAsManyAsThereAreBatchesWithAVoteOfTheRegion(double rateOfAll) {
    SplittableRandom random = new SplittableRandom(3);
    double now = 0;
    double windowEnds = Double.POSITIVE_INFINITY;
    boolean gathered = false;
    boolean ofRegion = false;
    long writes = 0;
    for (int vote = 0; vote < VOTES; vote++) {
      now += exponential(random, rateOfAll);
      while (now >= windowEnds) {
        writes += ofRegion ? 1 : 0;
        windowEnds = gathered ? windowEnds + seconds() : Double.POSITIVE_INFINITY;
        gathered = false;
        ofRegion = false;
      }
      boolean thisRegion = random.nextInt(3) == 0;
      if (windowEnds == Double.POSITIVE_INFINITY) {
        writes += thisRegion ? 1 : 0;
        windowEnds = now + seconds();
      } else {
        gathered = true;
        ofRegion |= thisRegion;
      }
    }

    assertThat(ExpectedWrites.handedOnWithOthers(rateOfAll / 3, rateOfAll, WINDOW))
        .isCloseTo(writes / now, Percentage.withPercentage(1));
  }

  @Test
  void noVotesAreNotWritten() {
    assertThat(ExpectedWrites.atOnceThenOncePerWindow(0, WINDOW)).isZero();
    assertThat(ExpectedWrites.oncePerInterval(0, WINDOW)).isZero();
    assertThat(ExpectedWrites.handedOn(0, WINDOW)).isZero();
  }

  private static double seconds() {
    return WINDOW.toMillis() / 1_000.0;
  }

  private static double exponential(SplittableRandom random, double rate) {
    return -Math.log(1 - random.nextDouble()) / rate;
  }
}
