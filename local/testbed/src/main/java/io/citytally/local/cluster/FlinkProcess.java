package io.citytally.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A job manager or task manager: a virtual machine of its own, its output in a file. Its standard
 * input stays open as long as this process lives: its end tells the child that the parent is gone
 * (see {@link io.citytally.local.guard.EndsWithParent}).
 */
final class FlinkProcess implements AutoCloseable {

  private static final int TOLD_LINES = 15;
  private static final long TIMEOUT_SECONDS = 5;

  private final String name;
  private final Path log;
  private final Process process;

  private FlinkProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * @param log takes what it says, and is appended to
   */
  static FlinkProcess start(String name, List<String> command, Path log) throws IOException {
    // A terminal sends Ctrl-C to all of them; the job must live until it is stopped with a
    // snapshot.
    List<String> shielded = new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
    shielded.addAll(command);
    Process process =
        new ProcessBuilder(shielded)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new FlinkProcess(name, log, process);
  }

  String name() {
    return name;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when it has ended. */
  CompletableFuture<Process> ended() {
    return process.onExit();
  }

  /** What it said last. */
  String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + log + " can't be read: " + e.getMessage() + ")";
    }
  }

  /** Asks it to end, and makes it end if it does not. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
