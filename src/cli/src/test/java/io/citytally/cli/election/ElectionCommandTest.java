package io.citytally.cli.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.aws.Target;
import io.citytally.cli.election.ElectionOptions.Tables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ElectionCommandTest {

  private static final Tables USUAL = new Tables("election", "ballot", "votes");

  @TempDir Path directory;

  private final List<ElectionOptions> asked = new ArrayList<>();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    return new CommandLine(
            new ElectionCommand(
                options -> {
                  asked.add(options);
                  return 0;
                }))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void readsWhatItIsAskedToDo() throws Exception {
    Path file = Files.createFile(directory.resolve("election.json"));
    Target here = new Target.ThisMachine(8000, Target.ThisMachine.KINESIS_PORT);

    execute(file.toString());
    execute("--show");
    execute("--test", "2h", "--yes");
    execute(
        "--reset",
        "--region=eu-west-1",
        "--election-table=e",
        "--ballot-table=b",
        "--votes-table=v");

    assertThat(asked)
        .containsExactly(
            new ElectionOptions(new Task.Replace(file), here, USUAL, false),
            new ElectionOptions(new Task.Show(), here, USUAL, false),
            new ElectionOptions(new Task.Test(Duration.ofHours(2)), here, USUAL, true),
            new ElectionOptions(
                new Task.Reset(), new Target.Aws("eu-west-1"), new Tables("e", "b", "v"), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--yes               | Missing required argument",
        "--show --reset      | mutually exclusive",
        "nothing.json        | nothing.json: there is no such file",
        "src                 | src is not a file",
        "--reset --region x  | --reset with --region also needs --votes-table",
        "--test 0s           | --test is 0ms, but must be above 0 and at most 30d",
        "--test 31d          | --test is 31d, but must be above 0 and at most 30d",
        "--test soon         | 'soon' is not a duration"
      })
  void refusesWhatItCanNotDo(String line, String reason) {
    assertThat(execute(line.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(reason);
    assertThat(asked).isEmpty();
  }
}
