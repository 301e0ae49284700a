package io.citytally.local.fuzz;

import static io.citytally.local.screen.DisplayText.cut;
import static io.citytally.local.screen.DisplayText.number;

import io.citytally.local.lifecycle.Closing;
import io.citytally.local.screen.Screen;
import io.citytally.local.screen.Terminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Feeds every target with bad input, several at once, and tells what came of it. */
final class Fuzz {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(30);

  private final Path directory;
  private final FuzzOptions options;
  private final PrintStream out;

  private final List<FuzzProcess> processes = new CopyOnWriteArrayList<>();
  private volatile boolean isReported;

  /**
   * @param directory where corpora, logs and bad inputs are kept
   */
  Fuzz(Path directory, FuzzOptions options, PrintStream out) {
    this.directory = directory;
    this.options = options;
    this.out = out;
  }

  /** Runs all jobs to their ends; what fails stops no other one. */
  FuzzReport run() throws Exception {
    try (Closing closing = Closing.onShutdown()) {
      closing.add(this::sayWhereItWasStopped);
      ExecutorService executor = Executors.newFixedThreadPool(options.atOnce());
      closing.add(executor::shutdownNow);
      List<Future<FuzzedTarget>> running = new ArrayList<>();
      for (FuzzJob job : options.jobs()) {
        FuzzProcess process =
            closing.add(
                new FuzzProcess(
                    job,
                    directory,
                    options.inputsOf(job),
                    options.durationOf(job),
                    options.seed()));
        running.add(
            executor.submit(
                () -> {
                  processes.add(process);
                  return process.run();
                }));
      }
      List<FuzzedTarget> done = new ArrayList<>();
      try (Screen screen = new Screen(out, Terminal::current, this::progress).start(REDRAW, LINE)) {
        for (Future<FuzzedTarget> each : running) {
          done.add(each.get());
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
      }
      isReported = true;
      return new FuzzReport(done);
    }
  }

  private Screen.Picture progress() {
    List<FuzzedTarget> targets = processes.stream().map(FuzzProcess::result).toList();
    long inputs = targets.stream().mapToLong(FuzzedTarget::inputs).sum();
    String line = "%s of %s inputs".formatted(number(inputs), number(options.inputs()));
    return new Screen.Picture() {
      @Override
      public List<String> draw(int columns, int rows) {
        List<String> lines = new ArrayList<>();
        targets.forEach(
            target ->
                lines.add(
                    cut(
                        "%-14s %12s inputs %6s branches"
                            .formatted(
                                target.name(), number(target.inputs()), number(target.branches())),
                        columns)));
        lines.add(cut(line, columns));
        return lines.subList(Math.max(0, lines.size() - rows), lines.size());
      }

      @Override
      public String line() {
        return line;
      }
    };
  }

  /** By Ctrl-C, or by a failure: the end that {@link #run} does not come to. */
  private void sayWhereItWasStopped() {
    if (!isReported) {
      List<FuzzedTarget> targets = processes.stream().map(FuzzProcess::result).toList();
      out.println(new FuzzReport(targets).closingLine() + ", stopped before its end");
    }
  }
}
