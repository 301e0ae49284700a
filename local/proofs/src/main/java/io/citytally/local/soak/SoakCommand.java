package io.citytally.local.soak;

import io.citytally.cli.command.RateConverter;
import io.citytally.local.command.JobMixin;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally soak}. */
@Command(
    name = "soak",
    sortOptions = false,
    description = {
      "Runs the whole system for a long time, with voters, crashes and a dashboard that looks, and"
          + " tells whether a total drifts from the votes, or the system takes up more and more.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no total drifted, nothing leaked, every look at the results was answered",
      "1:one of these is not so, or it was stopped before its time",
      "2:an option was refused"
    })
public final class SoakCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "How long, 10s to 30d (default: ${DEFAULT-VALUE}).")
  Duration duration;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      converter = RateConverter.class,
      description =
          "Votes that are cast, changed or withdrawn each second (default: ${DEFAULT-VALUE}).")
  double votesPerSecond;

  @Option(
      names = "--crash-every",
      paramLabel = "TIME",
      defaultValue = "1m",
      description =
          "A task manager is killed, or the job manager lost, this long after the time before; 0s"
              + " for never (default: ${DEFAULT-VALUE}).")
  Duration crashEvery;

  @Option(
      names = "--compare-every",
      paramLabel = "TIME",
      defaultValue = "5m",
      description =
          "The votes pause, and the totals are compared with them (default: ${DEFAULT-VALUE}).")
  Duration compareEvery;

  @Option(
      names = "--measure-every",
      paramLabel = "TIME",
      defaultValue = "20s",
      description =
          "From one look at memory, threads, open files to the next (default:"
              + " ${DEFAULT-VALUE}).")
  Duration measureEvery;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Also writes a page on it, in Markdown, here.")
  Path page;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Lets the voters do the same again (default: ${DEFAULT-VALUE}).")
  long seed;

  @Mixin JobMixin job;

  @Override
  public Integer call() throws Exception {
    job.within("--for", duration, Duration.ofSeconds(10), Duration.ofDays(30));
    job.within("--compare-every", compareEvery, Duration.ofSeconds(1), Duration.ofDays(1));
    job.within("--measure-every", measureEvery, Duration.ofSeconds(1), Duration.ofHours(1));
    SoakOptions options =
        new SoakOptions(
            duration,
            votesPerSecond,
            crashEvery.isZero() ? Optional.empty() : Optional.of(crashEvery),
            compareEvery,
            measureEvery,
            Optional.ofNullable(page),
            seed,
            job.settings());
    PrintStream out = System.out;
    SoakReport report =
        new Soak(Path.of(System.getProperty("citytally.home", ".")), options, out).run();
    if (options.page().isPresent()) {
      Files.write(options.page().get(), report.page(commandLine()));
    }
    out.println(report.closingLine());
    return report.exitStatus();
  }

  private String commandLine() {
    return "local/citytally "
        + String.join(" ", command.root().commandLine().getParseResult().originalArgs());
  }
}
