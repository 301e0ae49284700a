package io.citytally.local.cloud;

import io.citytally.local.lifecycle.CannotStartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kinesis API in a Node.js process of its own, see {@code local/kinesis/server.js}. The process
 * ends with {@link #close}, and also with this JVM, however that ends.
 */
public final class LocalKinesis implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalKinesis.class);

  private static final int OLDEST_NODE = 20;
  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*");
  private static final String READY = "ready ";
  private static final int REMEMBERED_LINES = 40;

  /** What this process said last. */
  private final Deque<String> output = new ArrayDeque<>();

  private final CompletableFuture<Void> crashed = new CompletableFuture<>();
  private final Process process;
  private final BufferedReader reader;
  private final int port;
  private volatile boolean closing;

  private LocalKinesis(Process process) throws IOException {
    this.process = process;
    this.reader = process.inputReader(StandardCharsets.UTF_8);
    this.port = awaitReady();
    Thread pump = new Thread(this::logOutput, "kinesis-output");
    pump.setDaemon(true);
    pump.start();
  }

  /** Whether {@link #install} has been through with these very packages. */
  public static boolean isInstalled(Path home) {
    try {
      return Files.exists(installedLock(home))
          && Files.mismatch(home.resolve("package-lock.json"), installedLock(home)) == -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Installs the emulator's packages, exactly as the lock file pins them, if they aren't yet.
   *
   * @param home the directory of {@code server.js} and {@code package.json}
   * @param progress is told each line for a person
   * @throws CannotStartException if Node.js is missing or too old, or the installation fails
   */
  public static void install(Path home, Consumer<String> progress) {
    install(home, progress, "node", "npm");
  }

  static void install(Path home, Consumer<String> progress, String node, String npm) {
    checkNode(node);
    if (isInstalled(home)) {
      return;
    }
    progress.accept("Installing the Kinesis emulator (once)");
    List<String> said = new ArrayList<>();
    List<String> command =
        List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier");
    try {
      Process process =
          new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
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
            String.join(" ", command) + " failed in " + home + ":\n" + String.join("\n", said));
      }
      Files.copy(
          home.resolve("package-lock.json"),
          installedLock(home),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CannotStartException(
          "cannot run " + npm + ", which comes with Node.js: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException("interrupted while installing the Kinesis emulator", e);
    }
  }

  private static Path installedLock(Path home) {
    return home.resolve("node_modules").resolve(".installed-package-lock.json");
  }

  private static void checkNode(String node) {
    String needed =
        "The Kinesis emulator needs Node.js "
            + OLDEST_NODE
            + " or newer; install it, or do without Kinesis by --source dynamodb-streams. ";
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

  /**
   * Starts the installed emulator and waits until it listens on 127.0.0.1.
   *
   * @param home the directory of {@code server.js}
   * @param port 0 for a free one
   * @throws CannotStartException if the port is taken or the emulator fails
   */
  public static LocalKinesis inMemory(Path home, int port) {
    return start(home, List.of("--port", Integer.toString(port)));
  }

  /**
   * As {@link #inMemory}, with the streams kept in a directory, which is made if it is not there.
   */
  public static LocalKinesis on(Path directory, Path home, int port) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CannotStartException("cannot make the directory " + directory + ": " + e, e);
    }
    return start(
        home,
        List.of("--port", Integer.toString(port), "--path", directory.toAbsolutePath().toString()));
  }

  private static LocalKinesis start(Path home, List<String> options) {
    LocalAws.speakJsonToKinesis();
    List<String> command = new ArrayList<>(List.of("node", "server.js"));
    command.addAll(options);
    try {
      return new LocalKinesis(
          new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new CannotStartException("the Kinesis emulator does not start: " + e, e);
    }
  }

  private int awaitReady() throws IOException {
    String line;
    while ((line = reader.readLine()) != null) {
      if (line.startsWith(READY)) {
        return Integer.parseInt(line.substring(READY.length()));
      }
      output.add(line);
    }
    throw new CannotStartException("the Kinesis emulator does not start: " + lastOutput());
  }

  private void logOutput() {
    try {
      String line;
      while ((line = reader.readLine()) != null) {
        LOG.warn("Kinesis emulator: {}", line);
        synchronized (output) {
          output.add(line);
          if (output.size() > REMEMBERED_LINES) {
            output.remove();
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("The Kinesis emulator's output is closed", e);
    }
    if (!closing) {
      crashed.completeExceptionally(
          new IllegalStateException("the Kinesis emulator has ended: " + lastOutput()));
    }
  }

  private String lastOutput() {
    synchronized (output) {
      return output.stream().collect(Collectors.joining("\n"));
    }
  }

  /** Where clients reach it; see {@link LocalAws} for one. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Fails, with what the emulator said last, if it ends before it is closed. */
  public CompletableFuture<Void> crashed() {
    return crashed;
  }

  /** The emulator's process. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** Ends the process as a crash would: at once, and with nothing said before. */
  void kill() throws InterruptedException {
    closing = true;
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    closing = true;
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
