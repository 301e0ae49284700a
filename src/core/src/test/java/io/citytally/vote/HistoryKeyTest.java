package io.citytally.vote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryKeyTest {

  private static final long HALF_PAST = tenMinutesAt("2026-11-29T11:30:00Z");

  @Test
  void aRegionIsCountedByTheHour() {
    Choice key = HistoryKey.ofRegion("Old Town", HistoryKey.VOTES, HALF_PAST);

    assertThat(HistoryKey.placeOf(key)).isEqualTo("region:Old Town");
    assertThat(HistoryKey.bucketOf(key)).isEqualTo("v:2026-11-29T11");
    assertThat(HistoryKey.isOfBallots(key)).isFalse();
    assertThat(key).hasToString("history of region:Old Town, v:2026-11-29T11");
  }

  @Test
  void theCityIsCountedByTheHourAndByTenMinutes() {
    Choice hour = HistoryKey.ofCity(HistoryKey.BALLOTS, HALF_PAST);
    Choice tenMinutes = HistoryKey.ofCityTenMinutes(HistoryKey.BALLOTS, HALF_PAST);

    assertThat(HistoryKey.placeOf(hour)).isEqualTo("city");
    assertThat(HistoryKey.bucketOf(hour)).isEqualTo("b:2026-11-29T11");
    assertThat(HistoryKey.placeOf(tenMinutes)).isEqualTo("city-ten-minutes");
    assertThat(HistoryKey.bucketOf(tenMinutes)).isEqualTo("b:2026-11-29T11:30");
    assertThat(HistoryKey.isOfBallots(tenMinutes)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"city", "city-ten-minutes", "region:city", "\uD83C\uDF33", " a "})
  void aRegionOfAnyNameIsTakenForNoOther(String region) {
    Choice key = HistoryKey.ofRegion(region, HistoryKey.VOTES, HALF_PAST);

    assertThat(HistoryKey.placeOf(key)).isEqualTo("region:" + region);
    assertThat(HistoryKey.of(HistoryKey.placeOf(key), HistoryKey.bucketOf(key))).isEqualTo(key);
  }

  @Test
  void noVoteHasSuchAKey() {
    Choice key = HistoryKey.ofRegion("Old Town", HistoryKey.VOTES, HALF_PAST);

    assertThat(key.isHistory()).isTrue();
    assertThat(key.isTurnout()).isFalse();
    assertThat(VoteText.of(key.improvement).problem()).isNotNull();
    assertThat(new Choice("Old Town", "benches").isHistory()).isFalse();
    assertThat(Choice.turnoutOf("Old Town").isHistory()).isFalse();
  }

  @Test
  void aBucketBeginsOnTheMinuteAndEndsBeforeTheNext() {
    assertThat(tenMinutesAt("2026-11-29T11:39:59.999999Z")).isEqualTo(HALF_PAST);
    assertThat(tenMinutesAt("2026-11-29T11:40:00Z")).isEqualTo(HALF_PAST + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1970-01-01T00:00:00Z", "2019-12-31T23:59:59.999999Z", "2100-01-01T00:00:00Z"})
  void aTimeOutOfRangeIsNone(String time) {
    assertThat(tenMinutesAt(time)).isEqualTo(HistoryKey.UNDATED_TIME);
    assertThat(
            HistoryKey.bucketOf(
                HistoryKey.ofRegion("Old Town", HistoryKey.VOTES, tenMinutesAt(time))))
        .isEqualTo("v:undated");
    assertThat(HistoryKey.placeOf(HistoryKey.ofCity(HistoryKey.VOTES, tenMinutesAt(time))))
        .isEqualTo("city");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2020-01-01T00:00:00Z", "2099-12-31T23:59:59.999999Z"})
  void aTimeInRangeIsTakenAtItsWord(String time) {
    assertThat(tenMinutesAt(time)).isPositive();
  }

  private static long tenMinutesAt(String time) {
    Instant instant = Instant.parse(time);
    return HistoryKey.tenMinutesOf(
        TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000);
  }
}
