package io.citytally.local.simulation;

import io.citytally.cli.command.Bounds;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally simulate}. */
@Command(
    name = "simulate",
    sortOptions = false,
    description = {
      "Runs the job's own operators in virtual time, between a stream and a DynamoDB that fail in"
          + " every way they may, and compares the tables with the votes. All that happens in a run"
          + " follows from its seed.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every run was exact",
      "1:a run was not; or, in 10000 runs or more, some two faults never met in one run",
      "2:an option was refused"
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final long DEFAULT_SEEDS = 10_000;
  private static final long MAX_SEEDS = 1_000_000_000;

  /** With fewer runs, that two faults do not meet says nothing. */
  private static final long SEEDS_TO_COVER_ALL = 10_000;

  private static final int SHRUNK_FAILURES = 3;
  private static final int SHRINKING_RUNS = 2_000;
  private static final int PROGRESS_SECONDS = 5;

  @Spec CommandSpec command;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many runs, 1 to 1000000000 (default: 10000).")
  Long seeds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Runs this one seed and shows each step. With --seeds, the first of the N seeds (default"
              + " then: 1).")
  Long seed;

  @Option(
      names = "--plan",
      paramLabel = "ACTIONS",
      description = "Runs one plan, in the form that a failed run prints, and shows each step.")
  String plan;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many runs at a time, 1 to 256 (default: one for each processor).")
  Integer threads;

  /** For picocli. */
  public SimulateCommand() {}

  @Override
  public Integer call() throws Exception {
    if (plan != null && (seed != null || seeds != null)) {
      throw new Bounds(command).refusal("--plan is a run of its own: leave out --seed and --seeds");
    }
    if (seeds != null) {
      new Bounds(command).within("--seeds", seeds, 1, MAX_SEEDS);
    }
    if (threads != null) {
      new Bounds(command).within("--threads", threads, 1, 256);
    }
    // The operators warn of each failure of DynamoDB; here they are the point of it.
    Configurator.setLevel("io.citytally", Level.ERROR);
    Configurator.setLevel(AbstractStreamOperator.class, Level.ERROR);
    if (plan != null) {
      return tell("the plan", parsed());
    }
    if (seed != null && seeds == null) {
      return tell("seed " + seed, Plan.of(seed));
    }
    return runs(
        new SeedRuns(
            seed == null ? 1 : seed, seeds == null ? DEFAULT_SEEDS : seeds, Sabotage.NONE));
  }

  private Plan parsed() {
    try {
      return Plan.parse(plan);
    } catch (IllegalArgumentException e) {
      throw new Bounds(command).refusal("--plan: " + e.getMessage());
    }
  }

  private int tell(String what, Plan told) {
    PrintWriter out = command.commandLine().getOut();
    out.println(told);
    Outcome outcome = Simulation.run(told, Sabotage.NONE, out::println);
    String faults =
        outcome.faults().stream().map(Incident::words).collect(Collectors.joining(", ", "; ", ""));
    if (outcome.failed()) {
      out.println("NOT exact: " + what + ": " + outcome.failure() + faults);
      return 1;
    }
    out.printf(
        "exact: %s, %,d changes, %,d table writes%s%n",
        what, outcome.changes(), outcome.writes(), faults);
    return 0;
  }

  private int runs(SeedRuns runs) throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    Thread onCtrlC =
        new Thread(
            () -> {
              runs.stop();
              awaitQuietly(told);
            },
            "stop-simulation");
    Runtime.getRuntime().addShutdownHook(onCtrlC);
    long start = System.nanoTime();
    Thread progress = progress(runs, start);
    try {
      runs.run(threads == null ? Runtime.getRuntime().availableProcessors() : threads);
      progress.interrupt();
      progress.join();
      return close(runs, start);
    } finally {
      told.countDown();
      if (!runs.isStopped()) {
        Runtime.getRuntime().removeShutdownHook(onCtrlC);
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread progress(SeedRuns runs, long start) {
    PrintWriter out = command.commandLine().getOut();
    Thread progress =
        new Thread(
            () -> {
              try {
                while (true) {
                  TimeUnit.SECONDS.sleep(PROGRESS_SECONDS);
                  out.printf(
                      "%,d seeds, %,d failed, %,.0f/s%n",
                      runs.done(), runs.failures().size(), perSecond(runs, start));
                  out.flush();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "simulation-progress");
    progress.setDaemon(true);
    progress.start();
    return progress;
  }

  private static double perSecond(SeedRuns runs, long start) {
    return runs.done() * 1e9 / Math.max(1, System.nanoTime() - start);
  }

  private int close(SeedRuns runs, long start) {
    double perSecond = perSecond(runs, start);
    PrintWriter out = command.commandLine().getOut();
    Coverage coverage = runs.coverage();
    out.println("In so many runs there was:");
    coverage.lines().forEach(out::println);
    Map<Long, String> failures = runs.failures();
    if (!runs.isStopped()) {
      failures.entrySet().stream()
          .limit(SHRUNK_FAILURES)
          .forEach(failure -> tell(failure.getKey(), failure.getValue(), out));
    }
    List<String> gaps = coverage.gaps();
    boolean shouldCover = runs.done() >= SEEDS_TO_COVER_ALL;
    if (shouldCover) {
      gaps.forEach(gap -> out.println("Never met: " + gap));
    }
    boolean exact = failures.isEmpty();
    out.printf(
        "%s %,d seeds%s, %s; %,d changes, %,d table writes; %s; %,.0f seeds/s%n",
        exact ? "exact:" : "NOT exact:",
        runs.done(),
        runs.isStopped() ? " (stopped)" : "",
        exact ? "0 failed" : failures.size() + " failed, the first " + first(failures),
        runs.changes(),
        runs.writes(),
        gaps.isEmpty()
            ? String.format(
                "all %d pairs of %d faults met, each in %,d runs or more",
                Coverage.pairs(), Incident.values().length, coverage.rarestPair())
            : String.format("%,d faults or pairs of faults never met", gaps.size()),
        perSecond);
    out.flush();
    return exact && (gaps.isEmpty() || !shouldCover) ? 0 : 1;
  }

  private static String first(Map<Long, String> failures) {
    return failures.keySet().stream()
        .limit(10)
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  private static void tell(long seed, String failure, PrintWriter out) {
    out.printf("Seed %d: %s%nShrinking it%n", seed, failure);
    out.flush();
    Plan shrunk =
        Shrinker.shrink(Plan.of(seed), each -> Simulation.run(each).failed(), SHRINKING_RUNS);
    out.printf(
        "Shrunk to %d actions: %s%n"
            + "  local/citytally simulate --plan '%s'%n"
            + "or, as a test:%n"
            + "  @Test%n"
            + "  void staysExactInTheShrunkPlanOfSeed%d() {%n"
            + "    assertThat(Simulation.run(Plan.parse(\"%s\")).failure()).isNull();%n"
            + "  }%n",
        shrunk.actions().size(), Simulation.run(shrunk).failure(), shrunk, seed, shrunk);
  }
}
