package io.citytally.cli.ballot;

import io.citytally.cli.aws.TargetMixin;
import io.citytally.cli.command.Bounds;
import io.citytally.cli.command.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code citytally ballot}. */
@Command(
    name = "ballot",
    sortOptions = false,
    description = {
      "Puts the ballot in a file in place on a running system, here or on AWS.",
      "",
      "Shows what changes, and asks before it writes. The file is in the format in which /api/ballot"
          + " shows the present ballot:",
      "  {\"regions\": [{\"region\": \"Old Town\", \"improvements\":",
      "      [{\"improvement\": \"benches\", \"title\": \"Benches in the shade\"}]}]}",
      "",
      "A choice that the file leaves out can no longer be voted for. Its votes stay, are shown, and"
          + " can be withdrawn.",
      "A choice with \"hidden\": true after its title can't be voted for either, and is shown"
          + " nowhere: not on the pages, not in the API, not in its sums. Its votes are counted all"
          + " the same. It stays hidden if the file leaves it out; to show it again, put it in the"
          + " file without \"hidden\".",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the ballot is as the file says",
      "1:it failed, perhaps with a part written; run it again",
      "2:the file or an option was refused, or there was no terminal to ask on; nothing was written",
      "3:you answered no; nothing was written"
    },
    footer = {
      "",
      "For instance:",
      "  curl http://127.0.0.1:8080/api/ballot > my-city.json",
      "  citytally ballot my-city.json",
      "  citytally ballot --region eu-west-1 --ballot-table lunden-storage-ballot my-city.json"
    })
public final class BallotCommand implements Callable<Integer> {

  private final Work<BallotOptions> work;

  @Spec CommandSpec command;

  @Parameters(paramLabel = "FILE.json", description = "The ballot.")
  Path file;

  @Option(names = "--yes", description = "Writes without asking.")
  boolean yes;

  @Mixin TargetMixin target;

  public BallotCommand(Work<BallotOptions> work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isRegularFile(file)) {
      throw new ParameterException(
          command.commandLine(),
          file + (Files.exists(file) ? " is not a file" : ": there is no such file"));
    }
    return work.execute(
        new BallotOptions(file, target.target(new Bounds(command)), target.ballotTable(), yes));
  }
}
