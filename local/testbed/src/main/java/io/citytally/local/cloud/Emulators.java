package io.citytally.local.cloud;

import io.citytally.cli.command.CannotStartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Node.js package of the emulators, see {@code local/emulators}. */
public final class Emulators {

  private static final int OLDEST_NODE = 20;
  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*");

  private Emulators() {}

  /** Their directory in the project's. */
  public static Path in(Path home) {
    return home.resolve("local").resolve("emulators");
  }

  /** Whether {@link #install} has been through with these very packages. */
  public static boolean isInstalled(Path directory) {
    try {
      return Files.exists(installedLock(directory))
          && Files.mismatch(directory.resolve("package-lock.json"), installedLock(directory)) == -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Installs the emulators' packages, exactly as the lock file pins them, if they aren't yet. A
   * second caller waits until the installation ends.
   *
   * @param directory of {@code package.json}
   * @param progress is told each line for a person
   * @throws CannotStartException if Node.js is missing or too old, or the installation fails
   */
  public static void install(Path directory, Consumer<String> progress) {
    install(directory, progress, "node", "npm");
  }

  static synchronized void install(
      Path directory, Consumer<String> progress, String node, String npm) {
    checkNode(node);
    if (isInstalled(directory)) {
      return;
    }
    progress.accept("Installing the emulators of DynamoDB and Kinesis (once)");
    List<String> said = new ArrayList<>();
    List<String> command =
        List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        reader
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(
                line -> {
                  said.add(line);
                  progress.accept("  " + line);
                });
      }
      if (process.waitFor() != 0) {
        throw new CannotStartException(
            String.join(" ", command)
                + " failed in "
                + directory
                + ":\n"
                + String.join("\n", said));
      }
      Files.copy(
          directory.resolve("package-lock.json"),
          installedLock(directory),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CannotStartException(
          "Can't run %s: %s. Install Node.js %d or newer; npm comes with it."
              .formatted(npm, e.getMessage(), OLDEST_NODE),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException(
          "Interrupted while installing the emulators. Run the command again.", e);
    }
  }

  private static Path installedLock(Path directory) {
    return directory.resolve("node_modules").resolve(".installed-package-lock.json");
  }

  private static void checkNode(String node) {
    String needed =
        "The emulators of DynamoDB and Kinesis need Node.js "
            + OLDEST_NODE
            + " or newer; install it. ";
    try {
      Process process = new ProcessBuilder(node, "--version").redirectErrorStream(true).start();
      String version =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Matcher matcher = NODE_VERSION.matcher(version);
      if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
        throw new CannotStartException(needed + "The installed one says: " + version);
      }
    } catch (IOException e) {
      throw new CannotStartException(needed + "There is no " + node + " on the PATH.", e);
    }
  }
}
