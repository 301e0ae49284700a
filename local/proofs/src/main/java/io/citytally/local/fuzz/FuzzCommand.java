package io.citytally.local.fuzz;

import io.citytally.cli.command.Bounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code citytally fuzz}. */
@Command(
    name = "fuzz",
    sortOptions = false,
    description = {
      "Fuzzes every parser of untrusted input (by Jazzer, which sees which branches each input takes)"
          + " and checks the promises that hold for every input.",
      "",
      "Keeps useful inputs in target/fuzz; the next run continues from them.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every promise was kept",
      "1:one was broken, or it was stopped before its end",
      "2:an option was refused"
    })
public final class FuzzCommand implements Callable<Integer> {

  private static final long MAX_INPUTS = 1_000_000_000_000L;
  private static final long USUAL_INPUTS = 1_000_000;

  @Spec CommandSpec command;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Time limit, 10s to 30d. Without --inputs, fuzzes for this time.")
  Duration duration;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      description =
          "How many in all, 1 to 1000000000000, shared among the targets (default: 1000000).")
  Long inputs;

  @Option(
      names = "--target",
      paramLabel = "NAME",
      description =
          "Only this: decoder, scanner, web, election, ballot, configuration or snapshot.")
  String target;

  @Option(
      names = "--at-once",
      paramLabel = "N",
      description = "Targets at a time, 1 to 64 (default: one for each processor).")
  Integer atOnce;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "The same seed gives the same inputs if the fuzzer goes on from the same corpus (default: ${DEFAULT-VALUE}).")
  int seed;

  @Option(
      names = "--reproduce",
      paramLabel = "FILE",
      description = "Hands the target only this input, once.")
  Path reproduce;

  @Override
  public Integer call() throws Exception {
    Bounds bounds = new Bounds(command);
    if (duration != null) {
      bounds.within("--for", duration, Duration.ofSeconds(10), Duration.ofDays(30));
    }
    if (inputs != null) {
      bounds.within("--inputs", inputs, 1, MAX_INPUTS);
    }
    if (atOnce != null) {
      bounds.within("--at-once", atOnce, 1, 64);
    }
    bounds.within("--seed", seed, 1, Long.MAX_VALUE);
    List<FuzzJob> jobs = jobs();
    if (reproduce != null) {
      return reproduce(jobs);
    }
    return fuzz(jobs);
  }

  private List<FuzzJob> jobs() {
    if (target == null) {
      return FuzzJob.ALL;
    }
    List<FuzzJob> named = FuzzJob.ALL.stream().filter(job -> job.name().equals(target)).toList();
    if (named.isEmpty()) {
      throw new Bounds(command)
          .refusal(
              "'%s' is no target: there are %s"
                  .formatted(
                      target,
                      FuzzJob.ALL.stream().map(FuzzJob::name).collect(Collectors.joining(", "))));
    }
    return named;
  }

  private int reproduce(List<FuzzJob> jobs) throws Exception {
    if (target == null) {
      throw new Bounds(command).refusal("--reproduce needs the --target that the input is for");
    }
    if (!Files.isRegularFile(reproduce)) {
      throw new Bounds(command).refusal(reproduce + " is not a file");
    }
    try (FuzzTarget each = FuzzJob.make(jobs.get(0).target())) {
      each.accept(Files.readAllBytes(reproduce));
    } catch (Exception | Error e) {
      e.printStackTrace(command.commandLine().getErr());
      command.commandLine().getOut().println("fuzz: 1 input, 1 target: 1 failed");
      return 1;
    }
    command.commandLine().getOut().println("fuzz: 1 input, 1 target: 0 failed");
    return 0;
  }

  private int fuzz(List<FuzzJob> jobs) throws Exception {
    long many = duration == null ? USUAL_INPUTS : MAX_INPUTS;
    FuzzOptions options =
        new FuzzOptions(
            jobs,
            inputs == null ? many : inputs,
            Optional.ofNullable(duration),
            atOnce == null ? Runtime.getRuntime().availableProcessors() : atOnce,
            seed);
    Path directory = Path.of(System.getProperty("citytally.home", "."), "target", "fuzz");
    return new Fuzz(directory, options, System.out).run().exitStatus();
  }
}
