package io.citytally.local.viewers;

import io.citytally.cli.command.Bounds;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally viewers}. */
@Command(
    name = "viewers",
    sortOptions = false,
    description = {
      "Simulates many viewers who ask a running system for the results once a second, and reports how"
          + " long they waited and the load on the system.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every request was answered",
      "1:some were not, or DynamoDB was read more than once a second",
      "2:an option was refused"
    })
public final class ViewersCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Option(
      names = "--viewers",
      paramLabel = "N",
      defaultValue = "500",
      description = "How many, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  int viewers;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "How long, 1s to 1h (default: ${DEFAULT-VALUE}).")
  Duration duration;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the pages are (default: ${DEFAULT-VALUE}).")
  URI url;

  @Override
  public Integer call() throws Exception {
    Bounds bounds = new Bounds(command);
    bounds.within("--viewers", viewers, 1, 10_000);
    bounds.within("--for", duration, Duration.ofSeconds(1), Duration.ofHours(1));
    ViewersReport report = new Viewers(url, viewers, duration).watch();
    report.lines().forEach(command.commandLine().getOut()::println);
    return report.exitStatus();
  }
}
