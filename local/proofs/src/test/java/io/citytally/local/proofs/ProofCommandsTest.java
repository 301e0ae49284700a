package io.citytally.local.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.Citytally;
import io.citytally.local.LocalCommands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ProofCommandsTest {

  private static final String PB = "local/elections/Lunden_2024_Laki.pb";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Citytally.commandLine(new ProofCommands().commands(Path.of("")).toArray())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(args);
  }

  private static String lineEnd() {
    return System.lineSeparator();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model-check --changes 0         | --changes is 0, but must be 1 to 5",
        "model-check --epochs 4          | --epochs is 4, but must be 1 to 3",
        "model-check --jobs 0            | --jobs is 0, but must be 1 to 3",
        "model-check --snapshots 0       | --snapshots is 0, but must be 1 to 3",
        "model-check --late-writes 4     | --late-writes is 4, but must be 0 to 3",
        "model-check --depth -1          | --depth is -1, but must be 0 to",
        "model-check --states 0          | --states is 0, but must be 1 to 100000000",
        "model-check --faults rain       | 'rain' is not a fault. Use one of repeated, out-of-order,",
        "model-check --large --changes 1 | --large doesn't go with a scope of your own"
      })
  void refusesToCheckWhatIsNoModel(String line, String reason) {
    assertThat(execute(line.split(" "))).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("citytally: ")
        .contains(reason)
        .contains("\nRun `", " --help` for ");
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fuzz --for 9s             | --for is 9s, but must be 10s to 30d",
        "fuzz --for 31d            | --for is 31d, but must be 10s to 30d",
        "fuzz --inputs 0           | --inputs is 0, but must be 1 to 1000000000000",
        "fuzz --at-once 0          | --at-once is 0, but must be 1 to 64",
        "fuzz --at-once 65         | --at-once is 65, but must be 1 to 64",
        "fuzz --seed 0             | --seed is 0, but must be at least 1",
        "fuzz --target job         | 'job' is no target: there are decoder, scanner, web,",
        "fuzz --reproduce pom.xml  | --reproduce needs the --target that the input is for",
        "fuzz --target web --reproduce nowhere | nowhere is not a file"
      })
  void refusesToFuzzWhatThereIsNot(String line, String reason) {
    assertThat(execute(line.split(" "))).isEqualTo(2);

    assertThat(err.toString()).contains(reason);
  }

  @Test
  void handsATargetOneInput() {
    assertThat(execute("fuzz", "--target", "decoder", "--reproduce", "pom.xml")).isZero();

    assertThat(out.toString()).isEqualTo("fuzz: 1 input, 1 target: 0 failed" + lineEnd());
  }

  @Test
  void checksTheModelInAScopeOfOnesOwn() {
    assertThat(execute("model-check", "--changes", "1", "--jobs", "1", "--faults", "crash,late"))
        .isZero();

    assertThat(out.toString()).contains("1 change, 1 epoch, 1 job, 1 snapshot, 1 late write");
    assertThat(out.toString())
        .contains("late, crash")
        .contains(lineEnd() + "holds: idempotent ADD");
  }

  @Test
  void simulatesWhatItIsToldTo() {
    assertThat(execute("simulate", "--plan", "start cast:1 put:1")).isZero();
    assertThat(out.toString())
        .contains("0 cast:1")
        .contains("exact: the plan, 1 changes, 8 table writes");

    assertThat(execute("simulate", "--seed", "7")).isZero();
    assertThat(out.toString()).contains("exact: seed 7, ");

    assertThat(execute("simulate", "--seeds", "3", "--seed", "7", "--threads", "2")).isZero();
    assertThat(out.toString()).contains("exact: 3 seeds, 0 failed; ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void refusesToSimulateWhatItCannot() {
    assertThat(execute("simulate", "--seeds", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--seeds is 0, but must be 1 to 1000000000");

    assertThat(execute("simulate", "--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads is 0, but must be 1 to 256");

    assertThat(execute("simulate", "--plan", "cast vote")).isEqualTo(2);
    assertThat(err.toString()).contains("--plan: no such action: 'vote'");

    assertThat(execute("simulate", "--plan", "cast", "--seed", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("--plan is a run of its own: leave out --seed and --seeds");
  }

  @Test
  void chaosTellsItsFaultsByName() {
    assertThat(execute("chaos", "--help")).isZero();

    String help = out.toString().replaceAll("\\s+", " ");
    assertThat(help)
        .contains(
            "FILE.pb...",
            "--for=TIME",
            "--faults=NAME[,NAME...]",
            "--algorithm=NAME",
            "--rate=N|max",
            "--outage=TIME",
            "--disturbed-writes=P",
            "--seed=N",
            "--measure",
            "--page=FILE",
            "task-managers, job-managers, restores, old-savepoints, resizes, zombies",
            "0 every total is exact, the recount agrees");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chaos | Missing required parameter: 'FILE.pb'",
        "chaos nowhere.pb | nowhere.pb: there is no such file",
        "chaos local | local is not a file",
        "chaos FILE FILE | is given twice",
        "chaos FILE --faults earthquakes | 'earthquakes' is none of the values. Use one of task-managers",
        "chaos FILE --algorithm abacus | --algorithm is abacus, but must be citytally or lambda",
        "chaos FILE --outage 2h | --outage is 2h, but must be 100ms to 1h",
        "chaos FILE --for 31d | --for is 31d, but must be 0ms to 30d",
        "chaos FILE --page FILE | --page takes --measure",
        "chaos FILE --measure --algorithm lambda | --measure does not go with --algorithm lambda",
        "chaos FILE --disturbed-writes 1 | --disturbed-writes is a fraction, 0 to 0.9",
      })
  void chaosIsRefusedWhereItWouldNotMakeSense(String line, String reason) {
    assertThat(execute(line.replace("FILE", PB).split(" "))).isEqualTo(2);

    assertThat(err.toString()).contains(reason);
  }

  @Test
  void theHelpOfTheLocalSystemNamesTheseCommands() {
    Map<String, CommandLine> commands =
        Citytally.commandLine(new ProofCommands().commands(Path.of("")).toArray()).getSubcommands();

    assertThat(new LocalCommands().builtOnDemand())
        .containsKeys(commands.keySet().toArray(String[]::new));
  }
}
