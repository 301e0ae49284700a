package io.citytally.local.viewers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ViewersReportTest {

  private static final long[] ONE_TO_HUNDRED_MILLIS =
      LongStream.rangeClosed(1, 100).map(millis -> millis * 1_000_000).toArray();

  private static ViewersReport report(long[] latenciesNanos, long errors, long reads) {
    return new ViewersReport(
        50, Duration.ofSeconds(2), latenciesNanos, errors, 75, 3_000_000, reads, 128_000_000);
  }

  @Test
  void tellsWhatTheViewersSawAndWhatItCost() {
    assertThat(report(ONE_TO_HUNDRED_MILLIS, 0, 2).lines())
        .containsExactly(
            "50 viewers for 2s: 100 requests, 100 answered, 0 errors",
            "latency: half within 50.0 ms, 99% within 99.0 ms, the slowest 100.0 ms",
            "sent: 3.0 MB, 1.50 MB/s; 75.0% of the answers were that nothing has changed",
            "DynamoDB: the results were read 2 times, 1.00 times a second",
            "heap of the whole system: at most 128 MB");
  }

  @Test
  void tellsThatNobodyWasAnswered() {
    assertThat(report(new long[0], 100, 0).lines())
        .contains(
            "50 viewers for 2s: 100 requests, 0 answered, 100 errors",
            "latency: half within - ms, 99% within - ms, the slowest - ms");
  }

  @Test
  void failsWithAnErrorOrWithMoreThanOneReadingASecond() {
    assertThat(report(ONE_TO_HUNDRED_MILLIS, 0, 3).exitStatus()).isZero();
    assertThat(report(ONE_TO_HUNDRED_MILLIS, 1, 2).exitStatus()).isEqualTo(1);
    assertThat(report(ONE_TO_HUNDRED_MILLIS, 0, 4).exitStatus()).isEqualTo(1);
  }
}
