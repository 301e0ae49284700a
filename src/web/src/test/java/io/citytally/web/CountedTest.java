package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.table.CounterState;
import org.junit.jupiter.api.Test;

class CountedTest {

  @Test
  void whatTheHistoryDoesNotHaveYetWasNotThereBefore() {
    Counted totals = Counted.of(30, CounterState.at(1, 21, 1));
    Counted history = Counted.of(15, CounterState.at(1, 16, 1));

    assertThat(Counted.before(totals, history)).isEqualTo(10);
  }

  @Test
  void aTotalThatTheJobNeverWroteWasThereBefore() {
    Counted totals =
        Counted.of(30, CounterState.NEVER_WRITTEN).plus(Counted.of(4, CounterState.at(1, 4, 0)));

    assertThat(Counted.before(totals, Counted.of(4, CounterState.at(1, 4, 0)))).isEqualTo(30);
  }

  /** 10 of 100 votes were there before epoch 1; only the newest epoch of each total is known. */
  @Test
  void bucketsOfAnEarlierEpochAreStillBuckets() {
    Counted totals =
        Counted.of(60, CounterState.at(2, 20, 0)).plus(Counted.of(40, CounterState.at(1, 40, 0)));
    Counted history =
        Counted.of(70, CounterState.at(1, 70, 0)).plus(Counted.of(15, CounterState.at(2, 15, 0)));

    assertThat(Counted.before(totals, history)).isEqualTo(10);
  }

  @Test
  void aRegionIsLeftOutOfTheCity() {
    Counted city = Counted.of(9, CounterState.at(1, 9, 0));
    Counted region = Counted.of(2, CounterState.at(1, 2, 0));

    assertThat(city.minus(region)).isEqualTo(Counted.of(7, CounterState.at(1, 7, 0)));
  }
}
