package io.citytally.local.recount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.citytally.local.recount.Recount.Outcome;
import io.citytally.local.recount.Recount.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecountTest {

  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  @TempDir Path directory;

  private Verdict runBy(String node) throws Exception {
    return new Recount(HOME, node, NOWHERE, NOWHERE, 20).run();
  }

  /** Stands in for Node.js. */
  private String script(String body) throws IOException {
    Path script = Files.writeString(directory.resolve("node"), "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }

  @Test
  void tellsItsVerdictByTheExitStatusOfTheScript() throws Exception {
    assertThat(runBy(script("echo agrees: all")))
        .isEqualTo(new Verdict(Outcome.AGREES, List.of("agrees: all")));
    assertThat(runBy(script("echo one; echo differs: one; exit 1")))
        .isEqualTo(new Verdict(Outcome.DIFFERS, List.of("one", "differs: one")));
  }

  @Test
  void isSkippedWithTheReasonWhereNodeIsMissingOrTooOld() throws Exception {
    Verdict missing = runBy(directory.resolve("none").toString());
    Verdict old = runBy(script("echo Node.js 18 is too old >&2; exit 3"));

    assertThat(missing.outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(missing.lines().get(0)).startsWith("Node.js is missing: ");
    assertThat(old).isEqualTo(new Verdict(Outcome.SKIPPED, List.of("Node.js 18 is too old")));
  }

  @Test
  void failsWhereNothingCouldBeCompared() throws Exception {
    String node = script("echo 'recount: no table' >&2; exit 2");

    assertThatIllegalStateException()
        .isThrownBy(() -> runBy(node))
        .withMessage("the recount failed with status 2: recount: no table");
  }

  @Test
  void hasItsScriptTested() throws Exception {
    Process tests =
        new ProcessBuilder("node", "--test", "--test-reporter=tap")
            .directory(HOME.resolve("local/recount").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(tests.waitFor()).as(output).isZero();
    assertThat(output).contains("# pass 34");
  }
}
