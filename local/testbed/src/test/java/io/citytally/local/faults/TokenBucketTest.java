package io.citytally.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

  private static final long START = Long.MAX_VALUE - 5;

  private final TokenBucket bucket = new TokenBucket(10, START);

  @Test
  void givesASecondsWorthAtOnceAndThenNoMore() {
    assertThat(taken(30, START)).isEqualTo(10);
  }

  @Test
  void givesAsManyASecondAsItIsFor() {
    taken(30, START);

    int taken = 0;
    for (int millis = 50; millis <= 2_000; millis += 50) {
      taken += taken(3, after(millis));
    }

    assertThat(taken).isBetween(19, 20);
  }

  @Test
  void savesUpNoMoreThanASecondsWorth() {
    taken(30, START);

    assertThat(taken(30, after(3_600_000))).isEqualTo(10);
  }

  @Test
  void isForAtLeastOneASecond() {
    assertThatThrownBy(() -> new TokenBucket(0, START)).hasMessageContaining("not 0");
  }

  /** Nanoseconds of a clock that overflows in that time, as a clock may. */
  private static long after(long millis) {
    return START + Duration.ofMillis(millis).toNanos();
  }

  private int taken(int attempts, long nowNanos) {
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += bucket.take(nowNanos) ? 1 : 0;
    }
    return taken;
  }
}
