package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class CreationClockTest {

  @Test
  void tellsTheTimeInMicroseconds() {
    long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

    assertThat(new CreationClock().next()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void neverGivesATimeTwice() {
    CreationClock clock = new CreationClock();
    long last = clock.next(1_000_000) + 1_000_000 - 1;

    assertThat(clock.last()).isEqualTo(last);
    assertThat(clock.next()).isGreaterThan(last);
  }

  @Test
  void goesOnAfterTheLastTimeOfAnotherRun() {
    long last = new CreationClock().next(1_000_000_000) + 999_999_999;

    assertThat(new CreationClock(last).next()).isEqualTo(last + 1);
  }
}
