package io.citytally.local.viewers;

import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.DurationConverter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What many viewers saw, and what the system had to bear.
 *
 * @param latenciesNanos of the requests that were answered, in no order
 * @param errors requests without an answer, or with another one than 200 or 304
 * @param notModified requests whose answer was that nothing has changed
 * @param bytes of the bodies, as they were sent
 * @param resultsReads how often the results were read in DynamoDB in that time
 * @param mostHeapBytes that the whole system took at once, as seen once a second
 */
public record ViewersReport(
    int viewers,
    Duration duration,
    long[] latenciesNanos,
    long errors,
    long notModified,
    long bytes,
    long resultsReads,
    long mostHeapBytes) {

  private static final double MEGA = 1_000_000;

  /**
   * Returns 0 if each request was answered and the results were read at most once a second, else 1.
   * One reading more is allowed: the first and the last may both fall into the duration.
   */
  public int exitStatus() {
    return errors == 0 && resultsReads <= duration.toSeconds() + 1 ? 0 : 1;
  }

  List<String> lines() {
    double seconds = duration.toMillis() / 1000.0;
    long answered = latenciesNanos.length;
    return List.of(
        "%s viewers for %s: %s requests, %s answered, %s errors"
            .formatted(
                DisplayText.number(viewers),
                DurationConverter.format(duration),
                DisplayText.number(answered + errors),
                DisplayText.number(answered),
                DisplayText.number(errors)),
        "latency: half within %s ms, 99%% within %s ms, the slowest %s ms"
            .formatted(millis(0.5), millis(0.99), millis(1)),
        format(
            "sent: %.1f MB, %.2f MB/s; %.1f%% of the answers were that nothing has changed",
            bytes / MEGA,
            bytes / MEGA / seconds,
            answered == 0 ? 0 : 100.0 * notModified / answered),
        format(
            "DynamoDB: the results were read %d times, %.2f times a second",
            resultsReads, resultsReads / seconds),
        format("heap of the whole system: at most %.0f MB", mostHeapBytes / MEGA));
  }

  /** The latency that this fraction of the requests did not exceed. */
  private String millis(double fraction) {
    if (latenciesNanos.length == 0) {
      return "-";
    }
    long[] sorted = latenciesNanos.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.max(1, Math.ceil(fraction * sorted.length));
    return format("%.1f", sorted[rank - 1] / MEGA);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
