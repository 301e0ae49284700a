package io.citytally.local.cloud;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.command.CannotStartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An emulator in a Node.js process of its own. The process ends with {@link #close}, and also with
 * this JVM, however that ends.
 */
final class EmulatorProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmulatorProcess.class);

  private static final String READY = "ready ";
  private static final Pattern PORT_TAKEN =
      Pattern.compile("^port \\d+ is taken$", Pattern.MULTILINE);
  private static final int REMEMBERED_LINES = 40;

  /** What this process said last. */
  private final Deque<String> output = new ArrayDeque<>();

  private final CompletableFuture<Void> crashed = new CompletableFuture<>();
  private final String name;
  private final Process process;
  private final BufferedReader reader;
  private final int port;
  private volatile boolean closing;

  private EmulatorProcess(String name, Process process) throws IOException {
    this.name = name;
    this.process = process;
    this.reader = process.inputReader(StandardCharsets.UTF_8);
    this.port = awaitReady();
    Thread pump = new Thread(this::logOutput, "emulator-output");
    pump.setDaemon(true);
    pump.start();
  }

  /**
   * Starts an installed emulator and waits until it listens on 127.0.0.1.
   *
   * @param name of what it emulates, for messages
   * @param emulators the directory of the emulators
   * @param script the file in it
   * @throws CannotStartException if the port is taken or the emulator fails
   */
  static EmulatorProcess start(String name, Path emulators, String script, List<String> options) {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(emulators.toFile()).redirectErrorStream(true);
    // The emulator's ARNs hold these two values, which must not depend on who runs it.
    builder.environment().put("AWS_REGION", LocalAws.REGION.id());
    builder.environment().put("AWS_ACCOUNT_ID", LocalAws.ACCOUNT);
    try {
      return new EmulatorProcess(name, builder.start());
    } catch (IOException e) {
      throw new CannotStartException("The " + name + " emulator does not start: " + e, e);
    }
  }

  /**
   * The options that every emulator has.
   *
   * @param directory of what it keeps, made if it is not there; none: it is in memory
   */
  static List<String> options(int port, Optional<Path> directory) {
    List<String> options = new ArrayList<>(List.of("--port", Integer.toString(port)));
    if (directory.isPresent()) {
      try {
        Files.createDirectories(directory.get());
      } catch (IOException e) {
        throw new CannotStartException(
            "Can't create the directory " + directory.get() + ": " + e, e);
      }
      options.addAll(List.of("--path", directory.get().toAbsolutePath().toString()));
    }
    return options;
  }

  private int awaitReady() throws IOException {
    String line;
    while ((line = reader.readLine()) != null) {
      if (line.startsWith(READY)) {
        return Integer.parseInt(line.substring(READY.length()));
      }
      output.add(line);
    }
    throw new CannotStartException(
        "The " + name + " emulator does not start: " + lastOutput(),
        PORT_TAKEN.matcher(lastOutput()).find() ? new BindException(lastOutput()) : null);
  }

  private void logOutput() {
    try {
      String line;
      while ((line = reader.readLine()) != null) {
        LOG.warn("{} emulator: {}", name, line);
        synchronized (output) {
          output.add(line);
          if (output.size() > REMEMBERED_LINES) {
            output.remove();
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("The {} emulator's output is closed", name, e);
    }
    if (!closing) {
      crashed.completeExceptionally(
          new IllegalStateException("the " + name + " emulator has ended: " + lastOutput()));
    }
  }

  private String lastOutput() {
    synchronized (output) {
      return output.stream().collect(Collectors.joining("\n"));
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Fails, with what the emulator said last, if it ends before it is closed. */
  CompletableFuture<Void> crashed() {
    return crashed;
  }

  ProcessHandle handle() {
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
