package io.citytally.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class DurationConverterTest {

  @Property
  void readsWhatItWrites(@ForAll @LongRange(min = 0, max = 999_999_999) long millis) {
    Duration duration = Duration.ofMillis(millis);

    assertThat(new DurationConverter().convert(DurationConverter.format(duration)))
        .isEqualTo(duration);
  }
}
