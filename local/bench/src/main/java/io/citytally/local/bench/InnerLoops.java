package io.citytally.local.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What is done for each vote, step by step, measured by JMH in virtual machines of its own. */
final class InnerLoops implements Benchmark {

  @Override
  public String name() {
    return "inner-loops";
  }

  @Override
  public void run(BenchOptions options, BenchReport report) throws Exception {
    report.section(
        "Inner loops", "Nanoseconds for a vote, in one thread; 99.9 % confidence (JMH).");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(VoteSteps.class.getName() + "\\..*")
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .forks(options.quick() ? 1 : 3)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.milliseconds(options.quick() ? 300 : 1_000))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(options.quick() ? 200 : 1_000))
                    .build())
            .run();
    List<List<String>> rows = new ArrayList<>();
    for (RunResult result : results) {
      rows.add(
          List.of(
              result.getPrimaryResult().getLabel(),
              String.format(Locale.ROOT, "%.0f", result.getPrimaryResult().getScore()),
              String.format(Locale.ROOT, "±%.0f", result.getPrimaryResult().getScoreError())));
    }
    report.table(List.of("step", "ns", "error"), rows);
  }
}
