package io.citytally.local.viewers;

import io.citytally.cli.command.Bounds;
import io.citytally.cli.command.CannotStartException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally page-speed}. */
@Command(
    name = "page-speed",
    sortOptions = false,
    description = {
      "Opens a running system's results as a mid-range phone does, and reports bytes, times, frame"
          + " rate and growth of memory. It needs Chrome or Chromium.",
      ""
    })
public final class PageSpeedCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "30s",
      description =
          "How long it watches the top of the page, and then the middle of the ranking, 1s to 12h"
              + " (default: ${DEFAULT-VALUE}). Before each of the two, records a Chrome trace of the"
              + " same length, at most 30s.")
  Duration duration;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the pages are (default: ${DEFAULT-VALUE}).")
  URI url;

  @Override
  public Integer call() {
    new Bounds(command).within("--for", duration, Duration.ofSeconds(1), Duration.ofHours(12));
    Path chrome = Chrome.find().orElseThrow(() -> new CannotStartException(Chrome.MISSING));
    new PageSpeed(chrome, url)
        .measure(duration)
        .lines()
        .forEach(command.commandLine().getOut()::println);
    return 0;
  }
}
