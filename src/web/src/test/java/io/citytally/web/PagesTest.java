package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages' logic, by its own tests in Node.js. Browsers try the rest. */
class PagesTest {

  private static final Path TESTS = Path.of("src/web/src/test/javascript");

  @Test
  void passTheirOwnTests() throws Exception {
    assumeTrue(hasNode(), "Node.js is missing: the pages' logic was not tested");
    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
    command.addAll(tests());

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("# pass [1-9]").contains("# fail 0", "# skipped 0");
  }

  private static List<String> tests() throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      List<String> tests =
          files.map(Path::toString).filter(file -> file.endsWith(".test.js")).sorted().toList();
      assertThat(tests).isNotEmpty();
      return tests;
    }
  }

  private static boolean hasNode() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(each -> Files.isExecutable(Path.of(each, "node")));
  }
}
