package io.citytally.local.bench;

import io.citytally.cli.command.DisplayText;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** Runs benchmarks one after another, and reports on what machine. */
final class Bench {

  static final List<Benchmark> ALL =
      List.of(
          new WritesPerVote(),
          new VotesPerCore(),
          new WithConsumer(),
          new SinkWrites(),
          new AbsoluteTotals(),
          new InnerLoops(),
          new VoteToTable(),
          new Growth(),
          new Start());

  private final BenchOptions options;
  private final String commandLine;
  private final PrintStream out;

  Bench(BenchOptions options, String commandLine, PrintStream out) {
    this.options = options;
    this.commandLine = commandLine;
    this.out = out;
  }

  void run() throws Exception {
    long start = System.nanoTime();
    BenchReport report = new BenchReport(options.report(), out);
    report.text(
        "# " + (options.quick() ? "A quick benchmark" : "A benchmark") + " of Citytally",
        "",
        "    " + commandLine,
        "",
        "On " + LocalDate.now(ZoneOffset.UTC) + ", with " + machine() + ".");
    for (Benchmark benchmark : options.benchmarks()) {
      benchmark.run(options, report);
    }
    report.headline(
        "measured in "
            + DisplayText.time(Duration.ofNanos(System.nanoTime() - start))
            + ": "
            + commandLine);
    report.close();
  }

  private static String machine() {
    return "%d cores of %s, %d GB, %s %s, Java %s, Flink %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor(),
            memoryGigabytes(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            System.getProperty("java.version"),
            EnvironmentInformation.getVersion());
  }

  private static long memoryGigabytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean platform
        ? Math.round(platform.getTotalMemorySize() / (double) (1 << 30))
        : 0;
  }

  /** As Linux names it; else nothing more than that it is one. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("a processor");
    } catch (IOException e) {
      return "a processor";
    }
  }
}
