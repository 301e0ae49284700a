package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The templates as AWS's {@code cfn-lint} sees them. */
class TemplateLintITCase {

  @TempDir Path directory;

  @BeforeAll
  static void findCfnLint() {
    boolean isThere =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "cfn-lint")));
    assumeTrue(isThere, "cfn-lint is missing: nothing was tested by it (pip install cfn-lint)");
  }

  private static String lint(List<Path> files) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("cfn-lint"));
    files.forEach(file -> command.add(file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor() == 0).as(output).isEqualTo(output.isEmpty());
    return output;
  }

  @Test
  void findsNothing() throws Exception {
    assertThat(lint(Template.all().stream().map(Template::file).toList())).isEmpty();
  }

  @Test
  void findsARuntimeThatHasEnded() throws Exception {
    Path old = directory.resolve("web.yaml");
    Files.writeString(
        old, Files.readString(Template.file("web")).replace("Runtime: java21", "Runtime: java8"));

    assertThat(lint(List.of(old))).contains("java8");
  }
}
