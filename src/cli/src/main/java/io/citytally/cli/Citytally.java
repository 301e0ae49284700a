package io.citytally.cli;

import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.command.DurationConverter;
import io.citytally.cli.command.RefusedInput;
import io.citytally.cli.command.WholeNumber;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code citytally}. The commands are those of each {@link CommandSet} on the class
 * path.
 */
@Command(
    name = "citytally",
    versionProvider = Citytally.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Counts votes on improvements of a city, exactly once each.%n",
    commandListHeading = "%nCommands:%n")
public final class Citytally implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Citytally.class);

  @Spec private CommandSpec command;

  private Citytally() {}

  /** Runs a command and ends the virtual machine: some threads would not end it. */
  public static void main(String[] args) {
    Path home = Path.of(System.getProperty("citytally.home", "."));
    System.exit(
        commandLine(
                ServiceLoader.load(CommandSet.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .sorted(Comparator.comparingInt(CommandSet::rank))
                    .toList(),
                home)
            .execute(args));
  }

  /** The command line of the given sets. */
  private static CommandLine commandLine(List<CommandSet> sets, Path home) {
    CommandLine citytally =
        commandLine(sets.stream().flatMap(set -> set.commands(home).stream()).toArray());
    listOthers(citytally, sets);
    return citytally;
  }

  /** The command line with the given commands. */
  public static CommandLine commandLine(Object... commands) {
    CommandLine citytally = new CommandLine(new Citytally());
    for (Object command : commands) {
      citytally.addSubcommand(command);
    }
    for (CommandLine each : citytally.getSubcommands().values()) {
      each.registerConverter(Duration.class, new DurationConverter());
      WholeNumber.registerAt(each);
    }
    addStandardOptions(citytally);
    citytally.getSubcommands().values().forEach(Citytally::addStandardOptions);
    return citytally
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(Citytally::refused)
        .setExecutionExceptionHandler(Citytally::failed);
  }

  private static void listOthers(CommandLine citytally, List<CommandSet> sets) {
    List<String> footer = new ArrayList<>();
    for (CommandSet set : sets) {
      set.builtOnDemand()
          .forEach(
              (name, description) -> {
                if (!citytally.getSubcommands().containsKey(name)) {
                  footer.add("  %-11s %s".formatted(name, description));
                }
              });
    }
    if (!footer.isEmpty()) {
      footer.addAll(0, List.of("", "Commands that are built when you first use them:"));
    }
    footer.addAll(List.of("", "Run 'citytally COMMAND --help' for the options of a command."));
    citytally.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
  }

  private static void addStandardOptions(CommandLine each) {
    each.getCommandSpec().mixinStandardHelpOptions(true);
  }

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "No command given.");
  }

  private static int refused(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText("citytally: " + e.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    String listed = command.getParent() == null ? "the list" : "its options";
    err.println(
        "Run `" + command.getCommandSpec().qualifiedName() + " --help` for " + listed + ".");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    command.getErr().println(command.getColorScheme().errorText("citytally: " + message));
    if (e instanceof RefusedInput) {
      return CommandLine.ExitCode.USAGE;
    }
    if (e instanceof CannotStartException) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    LOG.error("The command failed", e);
    String log = System.getProperty("citytally.log");
    if (log != null) {
      command.getErr().println("More is in " + log);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String versionOfTheJar() {
    return Objects.requireNonNullElse(
        Citytally.class.getPackage().getImplementationVersion(), "(unknown version)");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "citytally " + System.getProperty("citytally.version", versionOfTheJar())
      };
    }
  }
}
