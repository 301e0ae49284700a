package io.citytally.local;

import io.citytally.local.command.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
      "Replaces the ballot of a running system by that in a file.",
      "",
      "The file is in the format in which /api/ballot shows the present one:",
      "  {\"regions\": [{\"region\": \"Old Town\", \"improvements\":",
      "      [{\"improvement\": \"benches\", \"title\": \"Benches in the shade\"}]}]}",
      "Votes that were cast already stay. With an empty ballot, anything may be voted for.",
      ""
    },
    footer = {
      "",
      "For instance:",
      "  curl http://127.0.0.1:8080/api/ballot > my-city.json",
      "  citytally ballot my-city.json"
    })
final class BallotCommand implements Callable<Integer> {

  private final Work<BallotOptions> work;

  @Spec CommandSpec command;

  @Parameters(paramLabel = "FILE.json", description = "The ballot.")
  Path file;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "PORT",
      defaultValue = "8000",
      description = "Port of the running system's DynamoDB (default: ${DEFAULT-VALUE}).")
  int dynamoDb;

  BallotCommand(Work<BallotOptions> work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isRegularFile(file)) {
      throw new ParameterException(
          command.commandLine(),
          file + (Files.exists(file) ? " is not a file" : ": there is no such file"));
    }
    if (dynamoDb < 1 || dynamoDb > 65535) {
      throw new ParameterException(
          command.commandLine(), "--dynamodb-port is " + dynamoDb + ", but must be 1 to 65535");
    }
    return work.execute(new BallotOptions(file, dynamoDb));
  }
}
