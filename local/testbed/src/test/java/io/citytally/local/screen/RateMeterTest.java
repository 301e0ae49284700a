package io.citytally.local.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateMeterTest {

  private static final long SECOND = 1_000_000_000L;

  private final RateMeter meter = new RateMeter(Duration.ofSeconds(10));

  @Test
  void knowsNothingAtFirst() {
    assertThat(meter.read(5 * SECOND, 100)).isZero();
  }

  @Test
  void tellsTheMeanOfTheLastWhile() {
    meter.read(0, 0);

    assertThat(meter.read(5 * SECOND, 500)).isEqualTo(100);
    assertThat(meter.read(10 * SECOND, 500)).isEqualTo(50);
    assertThat(meter.read(15 * SECOND, 500)).isZero();
    assertThat(meter.read(20 * SECOND, 600)).isEqualTo(10);
  }

  @Test
  void remembersAReadingThatIsOlderIfThereIsNoOther() {
    meter.read(0, 0);

    assertThat(meter.read(60 * SECOND, 600)).isEqualTo(10);
  }
}
