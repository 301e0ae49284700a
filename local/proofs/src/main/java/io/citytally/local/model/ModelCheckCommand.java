package io.citytally.local.model;

import io.citytally.cli.command.Bounds;
import io.citytally.local.screen.Terminal;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code citytally model-check}. */
@Command(
    name = "model-check",
    sortOptions = false,
    description = {
      "Searches all that can happen between the job's writers, an item of total_votes and the world"
          + " around them, for a way to a wrong total: with the job's own decisions, and with"
          + " alternatives to them.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the idempotent add holds, and the alternatives fail as they should",
      "1:it fails, or an alternative doesn't, or there are too many states",
      "2:an option was refused"
    })
public final class ModelCheckCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(names = "--large", description = "Search more, for minutes.")
  private boolean large;

  @ArgGroup(exclusive = false, heading = "%nOne scope of your own, in place of the usual ones:%n")
  private ScopeOptions scope;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Follow no state that is more steps away (default: all).")
  private Integer depth;

  @Option(
      names = "--states",
      paramLabel = "N",
      defaultValue = "30000000",
      description =
          "Give up beyond that many; each takes about 60 bytes (default: ${DEFAULT-VALUE}).")
  private int states;

  @Option(names = "--markdown", description = "Print what was found as a table, too.")
  private boolean markdown;

  private static final class ScopeOptions {

    @Option(
        names = "--changes",
        paramLabel = "N",
        description = "Changes of votes, 1 to 5 (default: 2).")
    private int changes = 2;

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs, 1 to 3 (default: 1).")
    private int epochs = 1;

    @Option(
        names = "--jobs",
        paramLabel = "N",
        description = "Instances at once, 1 to 3 (default: 2).")
    private int jobs = 2;

    @Option(
        names = "--snapshots",
        paramLabel = "N",
        description = "Retained snapshots, 1 to 3 (default: 1).")
    private int snapshots = 1;

    @Option(
        names = "--late-writes",
        paramLabel = "N",
        description = "Writes on their way that no one waits for, 0 to 3 (default: 1).")
    private int lateWrites = 1;

    @Option(
        names = "--faults",
        paramLabel = "FAULT",
        split = ",",
        converter = FaultConverter.class,
        description = "What may go wrong: ${COMPLETION-CANDIDATES} (default: all of it).")
    private List<Hazard> faults = List.of(Hazard.values());
  }

  @Override
  public Integer call() {
    if (large && scope != null) {
      throw new Bounds(command).refusal("--large doesn't go with a scope of your own");
    }
    if (depth != null) {
      check("--depth", depth, 0, Integer.MAX_VALUE);
    }
    check("--states", states, 1, 100_000_000);
    List<Scope> scopes =
        scope != null ? List.of(ownScope()) : large ? ModelCheck.LARGE : ModelCheck.USUAL;
    Search.Limits limits = new Search.Limits(states, depth == null ? Integer.MAX_VALUE : depth);
    boolean interactive = Terminal.current().interactive();
    return new ModelCheck(
            command.commandLine().getOut(),
            interactive,
            markdown,
            limits,
            Contender.IDEMPOTENT_ADD,
            Contender.ALTERNATIVES)
        .run(scopes);
  }

  private Scope ownScope() {
    Set<Hazard> faults = EnumSet.noneOf(Hazard.class);
    faults.addAll(scope.faults);
    return new Scope(
        check("--changes", scope.changes, 1, Changes.MAX_CHANGES),
        check("--epochs", scope.epochs, 1, 3),
        check("--jobs", scope.jobs, 1, 3),
        check("--snapshots", scope.snapshots, 1, 3),
        check("--late-writes", scope.lateWrites, 0, 3),
        faults);
  }

  private int check(String option, int value, int least, int most) {
    new Bounds(command).within(option, value, least, most);
    return value;
  }

  private static final class FaultConverter implements ITypeConverter<Hazard> {

    @Override
    public Hazard convert(String value) {
      return Hazard.all().stream()
          .filter(fault -> fault.toString().equals(value.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is not a fault. Use one of %s."
                          .formatted(
                              value,
                              Hazard.all().stream()
                                  .map(Hazard::toString)
                                  .collect(Collectors.joining(", ")))));
    }
  }
}
