package io.citytally.cli.command;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads durations as the job's properties spell them, such as {@code 500ms}, {@code 5 s}, {@code 1
 * min}, {@code 25h}, {@code 30 days}. A number without a unit, which the job reads as milliseconds,
 * is refused: on a command line it is more often meant as seconds.
 */
public final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})\\s*([a-zA-Z]+)");

  private enum Unit {
    DAYS("d|days?"),
    HOURS("h|hours?"),
    MINUTES("m|min|minutes?"),
    SECONDS("s|secs?|seconds?"),
    MILLIS("ms|millis?|milliseconds?");

    private final Pattern labels;
    private final Duration duration = ChronoUnit.valueOf(name()).getDuration();

    Unit(String labels) {
      this.labels = Pattern.compile(labels, Pattern.CASE_INSENSITIVE);
    }

    private String shortest() {
      return labels.pattern().substring(0, labels.pattern().indexOf('|'));
    }
  }

  @Override
  public Duration convert(String value) {
    Matcher matcher = FORM.matcher(value.trim());
    if (matcher.matches()) {
      for (Unit unit : Unit.values()) {
        if (unit.labels.matcher(matcher.group(2)).matches()) {
          return unit.duration.multipliedBy(Long.parseLong(matcher.group(1)));
        }
      }
    }
    throw new TypeConversionException(
        "'"
            + value
            + "' is not a duration. Use a whole number and a unit, for example 500ms, 2s, 1m, 3h or"
            + " 1d.");
  }

  /**
   * Returns the shortest text that {@link #convert} reads as this duration, in whole milliseconds.
   */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    for (Unit unit : Unit.values()) {
      long unitMillis = unit.duration.toMillis();
      if (millis >= unitMillis && millis % unitMillis == 0) {
        return millis / unitMillis + unit.shortest();
      }
    }
    return millis + Unit.MILLIS.shortest();
  }
}
