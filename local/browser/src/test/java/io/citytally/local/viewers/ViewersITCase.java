package io.citytally.local.viewers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import io.citytally.local.city.City;
import io.citytally.local.cloud.Ports;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ViewersITCase {

  private static final Duration BRIEFLY = Duration.ofSeconds(3);

  @Test
  void manyViewersCostOneReadingASecond() throws Exception {
    try (City city = City.withDynamoDbStreams()) {
      ViewersReport report = new Viewers(city.startWeb().address(), 50, BRIEFLY).watch();

      assertThat(report.errors()).isZero();
      assertThat(report.latenciesNanos()).hasSizeGreaterThanOrEqualTo(50);
      assertThat(report.notModified()).isPositive();
      assertThat(report.resultsReads()).isBetween(1L, report.duration().toSeconds() + 1);
      assertThat(report.mostHeapBytes()).isPositive();
      assertThat(report.exitStatus()).isZero();
    }
  }

  @Test
  void saysThatNothingRuns() {
    URI nowhere = URI.create("http://127.0.0.1:" + Ports.free());

    assertThatThrownBy(() -> new Viewers(nowhere, 1, BRIEFLY).watch())
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("nothing answers at " + nowhere)
        .hasMessageContaining("citytally run");
  }
}
