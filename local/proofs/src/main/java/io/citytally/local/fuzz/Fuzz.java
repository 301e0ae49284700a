package io.citytally.local.fuzz;

import static io.citytally.cli.command.DisplayText.cut;
import static io.citytally.cli.command.DisplayText.number;

import io.citytally.local.lifecycle.Closing;
import io.citytally.local.screen.Screen;
import io.citytally.local.screen.Terminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Feeds every target with bad input, several at once, and tells what came of it. */
final class Fuzz {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(30);

  private final FuzzOptions options;
  private final PrintStream out;

  private final List<FuzzProcess> processes;

  /**
   * @param directory where corpora, logs and bad inputs are kept
   */
  Fuzz(Path directory, FuzzOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
    processes =
        options.jobs().stream()
            .map(
                job ->
                    new FuzzProcess(
                        job,
                        directory,
                        options.inputsOf(job),
                        options.durationOf(job),
                        options.seed()))
            .toList();
  }

  /** Runs all jobs to their ends, or to Ctrl-C, and tells; what fails stops no other one. */
  FuzzReport run() throws Exception {
    try (Closing closing = Closing.onShutdown()) {
      closing.add(() -> report().lines().forEach(out::println));
      ExecutorService executor = Executors.newFixedThreadPool(options.atOnce());
      closing.add(executor::shutdownNow);
      List<Future<?>> running = new ArrayList<>();
      for (FuzzProcess process : processes) {
        closing.add(process);
        running.add(
            executor.submit(
                () -> {
                  process.run();
                  return null;
                }));
      }
      try (Screen screen = new Screen(out, Terminal::current, this::progress).start(REDRAW, LINE)) {
        for (Future<?> each : running) {
          each.get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
      }
    }
    return report();
  }

  private FuzzReport report() {
    return new FuzzReport(processes.stream().map(FuzzProcess::result).toList());
  }

  private Screen.Picture progress() {
    FuzzReport now = report();
    boolean limited = options.duration().isEmpty();
    String line =
        number(now.inputs()) + (limited ? " of " + number(options.inputs()) : "") + " inputs";
    return new Screen.Picture() {
      @Override
      public List<String> draw(int columns, int rows) {
        List<String> lines = new ArrayList<>();
        for (FuzzedTarget target : now.targets()) {
          lines.add(
              cut(
                  "%-14s %12s inputs %6s branches"
                      .formatted(target.name(), number(target.inputs()), number(target.branches())),
                  columns));
        }
        lines.add(cut(line, columns));
        return lines.subList(Math.max(0, lines.size() - rows), lines.size());
      }

      @Override
      public String line() {
        return line;
      }
    };
  }
}
