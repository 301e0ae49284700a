package io.citytally.local.chaos;

import io.citytally.cli.command.Bounds;
import io.citytally.cli.command.LabelConverter;
import io.citytally.cli.command.NumberConverter;
import io.citytally.cli.command.RateConverter;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.command.ElectionFiles;
import io.citytally.vote.SourceKind;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code citytally chaos}. */
@Command(
    name = "chaos",
    sortOptions = false,
    description = {
      "Holds elections while everything goes wrong that can go wrong on AWS: Flink's processes are"
          + " killed, the job is restored from old savepoints, an old one goes on next to the new one,"
          + " writes and answers get lost. Compares the totals with the ballots, and has an independent checker,"
          + " local/recount/recount.js, count the votes again.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every total is exact, the recount agrees (without Node.js it is skipped), every fault has"
          + " happened, and no measurement found a leak or a missing result",
      "1:one of these is not so, or it was stopped",
      "2:an option or a file was refused"
    },
    footer = {
      "",
      "For instance:",
      "  citytally chaos local/elections/*.pb --rate 15",
      "  citytally chaos toulouse-2022/*.pb --for 1h --measure",
      "  citytally chaos toulouse-2022/*.pb --algorithm lambda"
    })
public final class ChaosCommand implements Callable<Integer> {

  private static final Duration WINDOW = Duration.ofMillis(500);
  private static final Duration DEDUPE_TTL = Duration.ofHours(25);
  private static final Duration MEASURE_EVERY = Duration.ofSeconds(20);

  @Spec CommandSpec command;

  @Mixin ElectionFiles files;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "0s",
      description =
          "Begins another round, each with the next seed, until this time has passed, up to 30d"
              + " (default: one round).")
  Duration duration;

  @Option(
      names = "--faults",
      paramLabel = "NAME",
      split = ",",
      converter = FaultConverter.class,
      completionCandidates = FaultNames.class,
      description = "Only these: ${COMPLETION-CANDIDATES} (default: all of them).")
  List<Fault> faults;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "citytally",
      description =
          "What counts: citytally, or lambda, which is what it replaces (default:"
              + " ${DEFAULT-VALUE}).")
  String algorithm;

  @Option(
      names = "--rate",
      paramLabel = "N|max",
      defaultValue = "150",
      converter = RateConverter.class,
      description =
          "Votes that are cast, changed or withdrawn each second (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(
      names = "--outage",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long DynamoDB is away, 100ms to 1h (default: ${DEFAULT-VALUE}).")
  Duration outage;

  @Option(
      names = "--disturbed-writes",
      paramLabel = "P",
      defaultValue = "0.15",
      converter = NumberConverter.class,
      description =
          "The share of the writes that something happens to, 0 to 0.9 (default:"
              + " ${DEFAULT-VALUE}).")
  double disturbedWrites;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Gives the same votes, faults and order each time (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--measure",
      description =
          "Reads the results all the time, looks at memory, threads and open files every 20s, and"
              + " tells whether something leaks.")
  boolean measure;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "With --measure: writes a page on it, in Markdown, here.")
  Path page;

  @Override
  public Integer call() throws Exception {
    PrintStream out = System.out;
    ChaosReport report =
        new Campaign(Path.of(System.getProperty("citytally.home", ".")), options(), out).run();
    report.lines().forEach(out::println);
    if (page != null) {
      String line = String.join(" ", command.root().commandLine().getParseResult().originalArgs());
      Files.write(
          page,
          report.measured().orElseThrow().page("local/citytally " + line, report.closingLine()));
    }
    return report.exitStatus();
  }

  /**
   * @throws ParameterException if something is refused
   */
  ChaosOptions options() {
    Bounds bounds = new Bounds(command);
    List<Path> checked = files.checked();
    bounds.within("--for", duration, Duration.ZERO, Duration.ofDays(30));
    bounds.within("--outage", outage, Duration.ofMillis(100), Duration.ofHours(1));
    if (disturbedWrites > 0.9) {
      throw bounds.refusal("--disturbed-writes is a fraction, 0 to 0.9, such as 0.15");
    }
    if (!algorithm.equals("citytally") && !algorithm.equals("lambda")) {
      throw bounds.refusal("--algorithm is " + algorithm + ", but must be citytally or lambda");
    }
    if (measure && algorithm.equals("lambda")) {
      throw bounds.refusal("--measure does not go with --algorithm lambda");
    }
    if (page != null && !measure) {
      throw bounds.refusal("--page takes --measure");
    }
    return new ChaosOptions(
        checked,
        duration,
        faults == null ? EnumSet.allOf(Fault.class) : EnumSet.copyOf(faults),
        rate,
        outage,
        disturbedWrites,
        algorithm.equals("lambda"),
        seed,
        measure ? Optional.of(MEASURE_EVERY) : Optional.empty(),
        new JobSettings(SourceKind.KINESIS, WINDOW, 20, DEDUPE_TTL, 1, 2, 2));
  }

  /** The names of the faults. */
  static final class FaultNames extends ArrayList<String> {

    private static final long serialVersionUID = 1L;

    FaultNames() {
      super(Arrays.stream(Fault.values()).map(Fault::toString).toList());
    }
  }

  /** A fault by its name. */
  static final class FaultConverter extends LabelConverter<Fault> {
    FaultConverter() {
      super(List.of(Fault.values()), Fault::toString);
    }
  }
}
