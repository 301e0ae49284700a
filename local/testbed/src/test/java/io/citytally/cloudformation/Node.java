package io.citytally.cloudformation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Node.js; tests that need it are skipped where it is missing. */
public final class Node {

  /** What a process came to. */
  public record Outcome(int status, String output) {}

  private static final Path VALIDATOR = Path.of("cloudformation/validate");

  private Node() {}

  /** Runs a script, in this directory. */
  static Outcome run(Path directory, String script, List<String> arguments) {
    assumeTrue(isInstalled(), "Node.js is missing: nothing was tested by it");
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(arguments);
    return execute(directory, command);
  }

  /** The directory of {@code validate.js}, with its packages. */
  static Path validator() {
    return installed(VALIDATOR);
  }

  /** Installs the packages of a directory as its lock file pins them, and returns the directory. */
  public static synchronized Path installed(Path directory) {
    assumeTrue(isInstalled(), "Node.js is missing: nothing was checked in " + directory);
    Path lock = directory.resolve("package-lock.json");
    Path installed = directory.resolve("node_modules/.installed-package-lock.json");
    try {
      if (!Files.exists(installed) || Files.mismatch(lock, installed) != -1) {
        Outcome outcome =
            execute(
                directory,
                List.of(
                    "npm",
                    "ci",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                    "--no-update-notifier"));
        if (outcome.status != 0) {
          throw new IllegalStateException("npm ci failed: " + outcome.output);
        }
        Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  private static boolean isInstalled() {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs a command in a directory, and returns what it writes to either output. */
  public static Outcome execute(Path directory, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
