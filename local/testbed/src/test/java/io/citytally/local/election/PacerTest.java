package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {

  private static final class FakeClock implements Pacer.Clock {
    long now = 1_000;
    long oversleepNanos;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(long nanos) {
      now += nanos + oversleepNanos;
    }
  }

  private final FakeClock clock = new FakeClock();

  private long millisAfter(Pacer pacer, int steps) throws InterruptedException {
    for (int i = 0; i < steps; i++) {
      pacer.await(1);
    }
    return (clock.now - 1_000) / 1_000_000;
  }

  @Test
  void takesTheFirstStepAtOnceAndTheOthersAtTheirDistance() throws Exception {
    Pacer pacer = new Pacer(10, clock);

    assertThat(millisAfter(pacer, 1)).isZero();
    assertThat(millisAfter(pacer, 1)).isEqualTo(100);
    assertThat(millisAfter(pacer, 9)).isEqualTo(1_000);
  }

  @Test
  void doesNotDrift() throws Exception {
    clock.oversleepNanos = 70_000;

    assertThat(millisAfter(new Pacer(3, clock), 300_001)).isEqualTo(100_000_000);
  }

  @Test
  void catchesUpAfterAPause() throws Exception {
    Pacer pacer = new Pacer(10, clock);
    millisAfter(pacer, 1);

    clock.now += 1_000_000_000;

    assertThat(millisAfter(pacer, 10)).isEqualTo(1_000);
    assertThat(millisAfter(pacer, 1)).isEqualTo(1_100);
  }

  @Test
  void waitsForAllOfABatch() throws Exception {
    Pacer pacer = new Pacer(10, clock);

    pacer.await(25);

    assertThat(millisAfter(pacer, 1)).isEqualTo(2_500);
  }

  @Test
  void neverWaitsWhereThereIsNoLimit() throws Exception {
    assertThat(millisAfter(new Pacer(Double.POSITIVE_INFINITY, clock), 1_000)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void refusesARateThatIsNone(double rate) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pacer(rate));
  }
}
