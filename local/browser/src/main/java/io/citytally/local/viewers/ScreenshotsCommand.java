package io.citytally.local.viewers;

import io.citytally.cli.command.CannotStartException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally screenshots}. */
@Command(
    name = "screenshots",
    sortOptions = false,
    description = {
      "Votes on a running system's pages and takes pictures of them. It needs Chrome or Chromium.",
      ""
    })
public final class ScreenshotsCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the pages are (default: ${DEFAULT-VALUE}).")
  URI url;

  @Option(
      names = "--film",
      description = {
        "Takes pictures of an election, from the sign-in to the final result, on a system of citytally run"
            + " --sign-in.",
        "It closes that election."
      })
  boolean film;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "PORT",
      defaultValue = "8000",
      description =
          "With --film: port of the running system's DynamoDB (default: ${DEFAULT-VALUE}).")
  int dynamoDbPort;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      defaultValue = "${sys:citytally.home:-.}/docs",
      description = "Directory for the pictures (default: docs/).")
  Path directory;

  @Override
  public Integer call() throws Exception {
    Path chrome = Chrome.find().orElseThrow(() -> new CannotStartException(Chrome.MISSING));
    PrintWriter out = command.commandLine().getOut();
    try (Camera camera = new Camera(chrome, url, directory)) {
      List<Path> files =
          film ? new Film(camera, dynamoDbPort).take() : new Screenshots(camera).take();
      files.forEach(out::println);
    }
    return 0;
  }
}
