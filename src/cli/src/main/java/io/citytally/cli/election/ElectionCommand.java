package io.citytally.cli.election;

import io.citytally.cli.aws.TargetMixin;
import io.citytally.cli.command.Bounds;
import io.citytally.cli.command.DurationConverter;
import io.citytally.cli.command.Work;
import io.citytally.table.VotesTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code citytally election}. */
@Command(
    name = "election",
    sortOptions = false,
    description = {
      "Sets the rules of the election on a running system, here or on AWS.",
      "",
      "Shows what changes, and asks before it writes. The file says when the election opens and"
          + " closes, who can vote, and how often:",
      "  {\"name\": \"Participatory budget 2027\", \"time_zone\": \"Europe/Warsaw\",",
      "   \"opens_at\": \"2027-06-15T08:00\", \"closes_at\": \"2027-06-30T20:00\",",
      "   \"voting\": \"signed-in\", \"vote_per\": \"region\", \"at_most\": 5, \"results\":"
          + " \"turnout\"}",
      "",
      "The first ballot pins who can vote (voting) and for what (vote_per): a change would give"
          + " everyone a second vote.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the election is as you asked",
      "1:it failed, perhaps with a part done; run it again",
      "2:the file or an option was refused, there was no terminal to ask on, or the clock of this"
          + " machine is wrong; nothing was written",
      "3:you answered no; nothing was written"
    },
    footer = {
      "",
      "For instance:",
      "  citytally election my-election.json",
      "  citytally election --region eu-west-1 --election-table city-storage-election --show"
    })
public final class ElectionCommand implements Callable<Integer> {

  private static final Duration MAX_TEST = Duration.ofDays(30);

  private final Work<ElectionOptions> work;

  @Spec CommandSpec command;

  @ArgGroup(multiplicity = "1")
  Choice choice = new Choice();

  @Option(names = "--yes", description = "Writes without asking.")
  boolean yes;

  @Option(
      names = "--election-table",
      paramLabel = "NAME",
      defaultValue = "election",
      description = "The table of the election (default: ${DEFAULT-VALUE}).")
  String electionTable;

  @Option(
      names = "--votes-table",
      paramLabel = "NAME",
      description =
          "The table of votes (default: "
              + VotesTable.DEFAULT_NAME
              + "). With --region, --reset has no default.")
  @Nullable String votesTable;

  @Mixin TargetMixin target;

  /** What to do: one of these. */
  static final class Choice {

    @Parameters(paramLabel = "FILE.json", description = "The rules of the election.")
    @Nullable Path file;

    @Option(names = "--show", description = "Prints the rules and where the election stands.")
    boolean show;

    @Option(
        names = "--test",
        paramLabel = "TIME",
        converter = DurationConverter.class,
        description =
            "Takes test ballots for this time, such as 2h, at most until the election opens."
                + " Withdraw them with --reset.")
    @Nullable Duration test;

    @Option(
        names = "--reset",
        description =
            "Withdraws all test ballots and the pin. Works until one minute before the election"
                + " opens; all ballots until then are test ballots.")
    boolean reset;
  }

  public ElectionCommand(Work<ElectionOptions> work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    Task task = task();
    if (task instanceof Task.Reset && target.isAws() && votesTable == null) {
      throw refusal(
          "--reset with --region also needs --votes-table: it deletes every item of that table."
              + " Name the table of this election, such as city-storage-votes.");
    }
    return work.execute(
        new ElectionOptions(
            task,
            target.target(new Bounds(command)),
            new ElectionOptions.Tables(
                electionTable,
                target.ballotTable(),
                Objects.requireNonNullElse(votesTable, VotesTable.DEFAULT_NAME)),
            yes));
  }

  private Task task() {
    if (choice.show) {
      return new Task.Show();
    }
    if (choice.reset) {
      return new Task.Reset();
    }
    if (choice.test != null) {
      if (choice.test.isZero() || choice.test.compareTo(MAX_TEST) > 0) {
        throw refusal(
            "--test is "
                + DurationConverter.format(choice.test)
                + ", but must be above 0 and at most "
                + DurationConverter.format(MAX_TEST));
      }
      return new Task.Test(choice.test);
    }
    Path file = choice.file;
    if (file == null || !Files.isRegularFile(file)) {
      throw refusal(
          file == null
              ? "there is no file"
              : file + (Files.exists(file) ? " is not a file" : ": there is no such file"));
    }
    return new Task.Replace(file);
  }

  private ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
