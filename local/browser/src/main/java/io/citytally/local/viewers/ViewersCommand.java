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
      "Looks at a running system's results with many viewers, each of whom asks once a second for"
          + " what has changed, and tells how long they waited and what the system had to bear.",
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
