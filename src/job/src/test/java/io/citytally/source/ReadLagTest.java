package io.citytally.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadLagTest {

  private static final long HOUR = 3_600_000;

  private long now = 10 * HOUR;
  private final ReadLag lag = new ReadLag(() -> now);

  @Test
  void isZeroBeforeTheFirstRecord() {
    assertThat(lag.millis()).isZero();
  }

  @Test
  void isTheAgeOfTheLastRecordWhenItWasRead() {
    read(now - HOUR);
    now += 5_000;
    assertThat(lag.millis()).isEqualTo(HOUR);

    read(now - 200);
    now += 5_000;
    assertThat(lag.millis()).isEqualTo(200);
  }

  @Test
  void staysForAMinuteAndIsZeroOnAQuietStream() {
    read(now - HOUR);

    now += ReadLag.MAX_PAUSE.toMillis();
    assertThat(lag.millis()).isEqualTo(HOUR);
    now++;
    assertThat(lag.millis()).isZero();
  }

  @Test
  void growsWhileTheRecordIsHeldBack() {
    lag.begin(now - 200);
    now += HOUR;

    assertThat(lag.millis()).isEqualTo(HOUR + 200);

    lag.end();
    assertThat(lag.millis()).isZero();
  }

  @Test
  void isNeverBelowZero() {
    read(now + 5);
    assertThat(lag.millis()).isZero();

    lag.begin(now + 5);
    assertThat(lag.millis()).isZero();
  }

  private void read(long arrivedAtMillis) {
    lag.begin(arrivedAtMillis);
    lag.end();
  }
}
