package io.citytally.local.viewers;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.Citytally;
import io.citytally.local.LocalCommands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BrowserCommandsTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Citytally.commandLine(new BrowserCommands().commands(Path.of("")).toArray())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(args);
  }

  @Test
  void refusesNoViewersAndNoTime() {
    assertThat(execute("viewers", "--viewers", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--viewers is 0, but must be 1 to 10000");

    assertThat(execute("viewers", "--for", "500ms")).isEqualTo(2);
    assertThat(err.toString()).contains("--for is 500ms, but must be 1s to 1h");

    assertThat(execute("page-speed", "--for", "13h")).isEqualTo(2);
    assertThat(err.toString()).contains("--for is 13h, but must be 1s to 12h");
  }

  @Test
  void theHelpOfTheLocalSystemNamesTheseCommands() {
    Map<String, CommandLine> commands =
        Citytally.commandLine(new BrowserCommands().commands(Path.of("")).toArray())
            .getSubcommands();

    assertThat(new LocalCommands().builtOnDemand())
        .containsKeys(commands.keySet().toArray(String[]::new));
  }
}
