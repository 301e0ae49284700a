package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.LongStream;
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

    assertThat(LongStream.generate(clock::next).limit(100_000).boxed().toList())
        .isSorted()
        .doesNotHaveDuplicates();
  }
}
