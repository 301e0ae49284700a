package io.citytally.local.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code citytally bench}. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures what counting costs: writes per vote, votes per second and core, the time from a"
          + " vote to its place in the table; each compared with alternatives and with a limit.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:all was measured", "1:something failed", "2:an option was refused"})
public final class BenchCommand implements Callable<Integer> {

  @Spec CommandSpec command;

  @Parameters(
      paramLabel = "FILE.pb",
      arity = "0..*",
      description = "Elections whose votes are used (default: the project's own, a small one).")
  List<Path> elections = List.of();

  @Option(
      names = "--quick",
      description = "About four minutes: the smallest sizes that still show the ratios.")
  boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  List<String> only = List.of();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      defaultValue = "target/bench",
      description = "Directory for the report and the plots (default: ${DEFAULT-VALUE}).")
  Path report;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the votes (default: ${DEFAULT-VALUE}).")
  long seed;

  /** For the help. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Names() {
      super(Bench.ALL.stream().map(Benchmark::name).collect(Collectors.toList()));
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintStream out = System.out;
    Path home = Path.of(System.getProperty("citytally.home", "."));
    new Bench(new BenchOptions(home, quick, chosen(), elections, report, seed), commandLine(), out)
        .run();
    return 0;
  }

  private List<Benchmark> chosen() {
    if (only.isEmpty()) {
      return Bench.ALL;
    }
    Map<String, Benchmark> byName = new TreeMap<>();
    Bench.ALL.forEach(benchmark -> byName.put(benchmark.name(), benchmark));
    List<Benchmark> chosen = new ArrayList<>();
    for (String name : only) {
      if (!byName.containsKey(name)) {
        throw new ParameterException(
            command.commandLine(),
            "--only %s: there is no such benchmark. Use one of %s."
                .formatted(name, String.join(", ", byName.keySet())));
      }
      chosen.add(byName.get(name));
    }
    return chosen;
  }

  /** As it was typed, more or less: the files of a directory come from a pattern. */
  private String commandLine() {
    return "local/citytally "
        + command.root().commandLine().getParseResult().originalArgs().stream()
            .map(argument -> argument.replaceFirst("^(?:.*/)?([^/]+/)[^/]*\\.pb$", "$1*.pb"))
            .distinct()
            .collect(Collectors.joining(" "));
  }
}
