package io.citytally.local;

import io.citytally.local.audit.AuditCommand;
import io.citytally.local.audit.BackfillCommand;
import io.citytally.local.ballot.BallotCommand;
import io.citytally.local.ballot.BallotOptions;
import io.citytally.local.ballot.NobodyToAskException;
import io.citytally.local.ballot.ReplaceBallot;
import io.citytally.local.bench.BenchCommand;
import io.citytally.local.chaos.ChaosCommand;
import io.citytally.local.cluster.ClusterCommand;
import io.citytally.local.command.DurationConverter;
import io.citytally.local.command.WholeNumber;
import io.citytally.local.command.Work;
import io.citytally.local.cost.CostCommand;
import io.citytally.local.election.BallotFileException;
import io.citytally.local.election.PabulibException;
import io.citytally.local.fuzz.FuzzCommand;
import io.citytally.local.model.ModelCheckCommand;
import io.citytally.local.recast.RecastCommand;
import io.citytally.local.replay.Replay;
import io.citytally.local.replay.ReplayCommand;
import io.citytally.local.replay.ReplayOptions;
import io.citytally.local.simulation.SimulateCommand;
import io.citytally.local.soak.SoakCommand;
import io.citytally.local.viewers.ScreenshotsCommand;
import io.citytally.local.viewers.ViewersCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code local/citytally}: the whole system on one machine, without an account. */
@Command(
    name = "citytally",
    versionProvider = Citytally.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Counts votes on improvements of a city, exactly once each, on this machine.%n",
    commandListHeading = "%nCommands:%n",
    footer = {"", "citytally COMMAND --help tells more."})
public final class Citytally implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Citytally.class);

  @Spec private CommandSpec command;

  private Citytally() {}

  /** Runs a command and ends the virtual machine: some threads would not end it. */
  public static void main(String[] args) {
    Path home = Path.of(System.getProperty("citytally.home", "."));
    System.exit(
        commandLine(
                new LocalRun(home, System.out),
                new Replay(home, System.out),
                new ReplaceBallot(System.out))
            .execute(args));
  }

  /** The command line, for each command to do the given work. */
  static CommandLine commandLine(
      Work<RunOptions> run, Work<ReplayOptions> replay, Work<BallotOptions> ballot) {
    CommandLine citytally =
        new CommandLine(new Citytally())
            .addSubcommand(new RunCommand(run))
            .addSubcommand(new ReplayCommand(replay))
            .addSubcommand(new BallotCommand(ballot))
            .addSubcommand(new RecastCommand())
            .addSubcommand(new AuditCommand())
            .addSubcommand(new BackfillCommand())
            .addSubcommand(new CostCommand())
            .addSubcommand(new ViewersCommand())
            .addSubcommand(new ScreenshotsCommand())
            .addSubcommand(new ClusterCommand())
            .addSubcommand(new SoakCommand())
            .addSubcommand(new ChaosCommand())
            .addSubcommand(new ModelCheckCommand())
            .addSubcommand(new SimulateCommand())
            .addSubcommand(new FuzzCommand())
            .addSubcommand(new BenchCommand());
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

  private static void addStandardOptions(CommandLine each) {
    each.getCommandSpec().mixinStandardHelpOptions(true);
  }

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(), "say what to do: --help tells what there is");
  }

  private static int refused(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText("citytally: " + e.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println(command.getCommandSpec().qualifiedName() + " --help tells what there is.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    command.getErr().println(command.getColorScheme().errorText("citytally: " + message));
    if (e instanceof PabulibException
        || e instanceof BallotFileException
        || e instanceof NobodyToAskException) {
      return CommandLine.ExitCode.USAGE;
    }
    LOG.error("The command failed", e);
    String log = System.getProperty("citytally.log");
    if (log != null) {
      command.getErr().println("More is in " + log);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "citytally " + System.getProperty("citytally.version", "(unknown version)")
      };
    }
  }
}
