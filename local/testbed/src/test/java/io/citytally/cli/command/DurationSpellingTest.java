package io.citytally.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The commands and the job's properties spell durations alike. */
class DurationSpellingTest {

  private final DurationConverter converter = new DurationConverter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d",
        "day",
        "days",
        "h",
        "hour",
        "hours",
        "m",
        "min",
        "minute",
        "minutes",
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "ms",
        "milli",
        "millis",
        "millisecond",
        "milliseconds",
        "Min"
      })
  void readsEachUnitOfMillisecondsAndMoreAsFlinkDoes(String unit) {
    for (String text : new String[] {"25" + unit, " 1 " + unit + " ", "0\t" + unit}) {
      assertThat(converter.convert(text)).isEqualTo(TimeUtils.parseDuration(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "5", "-5s", "1.5h", "1h 5m", "5 parsecs", "7 ns", "7 micros", "P1D"})
  void refusesWhatIsNoDurationInMilliseconds(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is not a duration");
  }
}
