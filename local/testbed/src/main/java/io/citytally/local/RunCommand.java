package io.citytally.local;

import io.citytally.cli.command.NumberConverter;
import io.citytally.cli.command.Work;
import io.citytally.local.command.JobMixin;
import io.citytally.local.command.PortMixin;
import io.citytally.local.command.VoterMixin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code citytally run}. */
@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Starts the whole system, with simulated voters, and shows the result live.",
      "",
      "Open the dashboard in a browser, and cast a vote of your own on the voting page. Or with any"
          + " AWS client: put {id, improvement, region} into the table votes at the DynamoDB"
          + " endpoint that is shown, and see it in total_votes. Ctrl-C stops everything.",
      ""
    },
    footer = {
      "",
      "For instance:",
      "  citytally run --voters 20",
      "  citytally run --sign-in",
      "  citytally run --voters 0 --data ~/votes --source dynamodb-streams",
      "  citytally run --voters 0 --no-ballot"
    })
final class RunCommand implements Callable<Integer> {

  private final Work<RunOptions> work;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps the tables in this directory (default: in memory).")
  Path data;

  @Option(
      names = "--voters",
      paramLabel = "N",
      defaultValue = "5",
      converter = NumberConverter.class,
      description =
          "Simulated votes per second, 0 for none; some are changed, some withdrawn (default:"
              + " ${DEFAULT-VALUE}).")
  double voters;

  @Option(
      names = "--no-ballot",
      description = {
        "The job has no ballot: it counts any region and improvement that is put into the table"
            + " votes. The pages show them, and take no votes themselves."
      })
  boolean noBallot;

  @Mixin VoterMixin citizens;
  @Mixin JobMixin job;
  @Mixin PortMixin ports;

  RunCommand(Work<RunOptions> work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    if (data != null && Files.exists(data) && !Files.isDirectory(data)) {
      throw job.refusal("--data is " + data + ", which is not a directory");
    }
    return work.execute(
        new RunOptions(
            Optional.ofNullable(data),
            voters,
            citizens.settings(job),
            citizens.signIn(job),
            noBallot ? job.settings().withoutBallot() : job.settings(),
            ports.settings(job)));
  }
}
