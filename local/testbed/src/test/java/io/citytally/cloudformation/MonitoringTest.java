package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What alarms make of what is reported. */
class MonitoringTest {

  private static final int REPORT_SECONDS = 15;
  private static final int MINUTE = 60;

  /** What an instance of the job reports at a time. */
  private record Report(int second, double uptimeMillis, double rejected) {}

  /** A job's reports from its start on; it rejects a record at each of these seconds. */
  private static List<Report> job(int start, int end, int... rejections) {
    List<Report> reports = new ArrayList<>();
    for (int second = start; second < end; second += REPORT_SECONDS) {
      int now = second;
      reports.add(
          new Report(
              second,
              1000.0 * (second - start),
              Arrays.stream(rejections).filter(time -> time <= now).count()));
    }
    return reports;
  }

  private static List<Report> then(List<Report> job, List<Report> nextJob) {
    return Stream.concat(job.stream(), nextJob.stream()).toList();
  }

  /** Whether the alarm's threshold is passed in any minute from second 0 on. */
  private static boolean isRaised(List<Report> all) {
    List<Report> reports = all.stream().filter(report -> report.second >= 0).toList();
    Map<String, Map<?, ?>> queries = Monitoring.queriesOf("VotesRejected");
    Map<String, ToDoubleFunction<Report>> reported =
        Map.of("uptime", Report::uptimeMillis, "votesRejected", Report::rejected);
    Map<String, List<Double>> metrics = new HashMap<>();
    queries.forEach(
        (id, query) -> {
          if (query.get("MetricStat") instanceof Map<?, ?> stat) {
            assertThat(stat.get("Period")).isEqualTo(MINUTE);
            Object name = ((Map<?, ?>) stat.get("Metric")).get("MetricName");
            metrics.put(id, byMinute(reports, reported.get(name), stat.get("Stat").toString()));
          }
        });
    return MetricMath.evaluate(queries.get("result").get("Expression").toString(), metrics).stream()
        .anyMatch(value -> value != null && value > 0);
  }

  private static List<Double> byMinute(
      List<Report> reports, ToDoubleFunction<Report> metric, String statistic) {
    List<Double> values = new ArrayList<>();
    int minutes = reports.get(reports.size() - 1).second / MINUTE + 1;
    for (int minute = 0; minute < minutes; minute++) {
      int now = minute;
      DoubleStream inMinute =
          reports.stream().filter(report -> report.second / MINUTE == now).mapToDouble(metric);
      DoubleSummaryStatistics summary = inMinute.summaryStatistics();
      if (summary.getCount() == 0) {
        values.add(null);
      } else {
        values.add(statistic.equals("Maximum") ? summary.getMax() : summary.getAverage());
      }
    }
    return values;
  }

  @Test
  void tellsOfARejectionInTheFirstMinuteOfANewJob() {
    assertThat(isRaised(job(5, 600, 5))).isTrue();
  }

  @Test
  void tellsOfARejectionInTheFirstMinuteAfterARestart() {
    // As many as before, in the minute of the restart or after minutes without a report.
    assertThat(isRaised(then(job(-600, 45, -300), job(45, 600, 45)))).isTrue();
    assertThat(isRaised(then(job(-600, 60, -300), job(200, 600, 200)))).isTrue();
    // None before, in the first or the second minute after.
    assertThat(isRaised(then(job(-600, 20), job(20, 600, 30)))).isTrue();
    assertThat(isRaised(then(job(-600, 20), job(20, 600, 90)))).isTrue();
  }

  @Test
  void tellsOfARejectionAtAnyOtherTime() {
    assertThat(isRaised(job(-6000, 600, -5000, 300))).isTrue();
  }

  @Test
  void isSilentWhereNothingIsRejected() {
    List<Report> steady = job(-6000, 600, -5000);
    List<Report> gap =
        steady.stream().filter(report -> report.second < 200 || report.second > 330).toList();

    assertThat(isRaised(steady)).isFalse();
    assertThat(isRaised(gap)).isFalse();
  }

  @Test
  void isSilentAboutWhatWasRejectedBeforeARestart() {
    List<Report> before = job(-6000, 600, -5000);

    for (int pause = 0; pause < 180; pause += 5) {
      assertThat(isRaised(then(before, job(600 + pause, 1500)))).as("%d s", pause).isFalse();
    }
  }

  /** The consumer of a DynamoDB stream does not tell millisBehindLatest. */
  @ParameterizedTest
  @CsvSource({
    "JobBehind, kinesis, millisBehindLatest",
    "JobBehind, dynamodb-streams, lagMillis",
    "TotalsAhead, kinesis, millisBehindLatest",
    "TotalsAhead, dynamodb-streams, lagMillis"
  })
  void asksForTheLagThatTheSourceTells(String alarm, String source, String metric) {
    Template monitoring = Template.of("monitoring", Map.of("Source", source));

    assertThat(Monitoring.queriesOf(alarm, monitoring).get("behind").get("Expression").toString())
        .startsWith("SELECT MAX(" + metric + ") FROM ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"totalsWritten", "historyWritten", "recentWritten", "rejectedWritten"})
  void seesWhatIsNotWrittenWhileAllElseIs(String stalled) {
    assertThat(backlog(stalled)).containsExactly(null, 1.0, 1.0);
  }

  @Test
  void isSilentWhileWhatWaitsIsWritten() {
    assertThat(backlog("nothing")).containsExactly(null, 0.0, 0.0);
  }

  /** What becomes of a backlog of everything while all is written but what this counts. */
  private static List<Double> backlog(String stalled) {
    Map<String, Map<?, ?>> queries = Monitoring.queriesOf("BacklogStalled");
    Map<String, List<Double>> metrics = new HashMap<>();
    for (String id : queries.keySet()) {
      boolean grows = id.endsWith("Written") && !id.equals(stalled);
      metrics.put(id, grows ? List.of(7.0, 8.0, 9.0) : List.of(7.0, 7.0, 7.0));
    }
    metrics.put("undecided", List.of(0.0, 0.0, 0.0));
    return MetricMath.evaluate(queries.get("result").get("Expression").toString(), metrics);
  }

  @Test
  void seesAnAlarmThatReachesNobody() {
    String expression =
        Monitoring.queriesOf("NobodyIsTold").get("result").get("Expression").toString();
    Double none = null;

    List<Double> result =
        MetricMath.evaluate(
            expression,
            Map.of(
                "published", Arrays.asList(none, 1.0, 2.0, 1.0),
                "delivered", Arrays.asList(none, none, 2.0, 0.0)));

    assertThat(result).containsExactly(null, 1.0, 0.0, 1.0);
  }
}
