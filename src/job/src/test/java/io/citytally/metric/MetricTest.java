package io.citytally.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetricTest {

  private final RecordedMetrics metrics = new RecordedMetrics();

  @Test
  void theOperatorsGuideListsEachMetricAsTheCodeHasIt() throws Exception {
    String guide = Files.readString(Path.of("docs/operate.md"));

    assertThat(guide).contains(table());
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| metric | kind | what it shows |\n");
    table.append("| --- | --- | --- |\n");
    for (Metric metric : Metric.values()) {
      table.append(
          "| `%s` | %s | %s |%n"
              .formatted(
                  metric.label(), metric.kind().name().toLowerCase(Locale.ROOT), metric.meaning()));
    }
    return table.toString();
  }

  @Test
  void aCounterCountsAndAGaugeShowsUnderItsName() {
    Metric.CHANGES_COUNTED.counterOf(metrics.group()).inc(3);
    Metric.CHOICES_AHEAD.showIn(metrics.group(), () -> 7);

    assertThat(metrics.counter(Metric.CHANGES_COUNTED)).isEqualTo(3);
    assertThat(metrics.gauge(Metric.CHOICES_AHEAD)).isEqualTo(7);
  }

  @Test
  void aCounterIsNoGauge() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Metric.CHANGES_COUNTED.showIn(metrics.group(), () -> 1))
        .withMessage("changesCounted is a COUNTER, not a GAUGE");
    assertThatIllegalStateException()
        .isThrownBy(() -> Metric.CHOICES_AHEAD.counterOf(metrics.group()));
  }
}
