package io.citytally.local.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.cloud.JobSettings;
import io.citytally.vote.SourceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SoakITCase {

  private static final JobSettings JOB =
      new JobSettings(
          SourceKind.DYNAMODB_STREAMS, Duration.ofMillis(500), 5, Duration.ofHours(25), 1, 2, 0);

  @Test
  void comparesAndMeasuresThroughCrashes() throws Exception {
    SoakOptions options =
        new SoakOptions(
            Duration.ofSeconds(20),
            30,
            Optional.of(Duration.ofSeconds(5)),
            Duration.ofSeconds(9),
            Duration.ofSeconds(1),
            Optional.empty(),
            7,
            JOB);

    SoakReport report = new Soak(Path.of("").toAbsolutePath(), options, System.out).run();

    assertThat(report.differing()).isEmpty();
    assertThat(report.checks()).isGreaterThanOrEqualTo(2);
    assertThat(report.crashes()).isPositive();
    assertThat(report.votes()).isPositive();
    assertThat(report.resultsFailed()).isZero();
    assertThat(report.footprints()).isNotEmpty();
  }
}
