package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cloudformation.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All JavaScript of the repository by prettier, and the pages by TypeScript. */
class JavaScriptITCase {

  private static final Path TOOLS = Path.of("local/javascript");

  @TempDir Path directory;

  @Test
  void isFormattedAndOfTheRightTypes() {
    Node.Outcome outcome =
        Node.execute(Node.installed(TOOLS), List.of("npm", "run", "--silent", "check"));

    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.status()).isZero();
  }

  @Test
  void isRefusedWithAMistake() throws IOException {
    Map<String, String> mistakes = new LinkedHashMap<>();
    mistakes.put("document.title = 7", "Type 'number' is not assignable to type 'string'");
    mistakes.put("document.getElementById('total').textContent = ''", "Object is possibly 'null'");
    mistakes.put("export const first = [1].at(0) + 1", "Object is possibly 'undefined'");
    mistakes.put("import './no-such-page.js'", "Cannot find module");
    // Newer than the browsers that the pages are for.
    mistakes.put(
        "export const groups = Object.groupBy([1], String)", "Property 'groupBy' does not exist");
    Path tools = Node.installed(TOOLS).toAbsolutePath();
    Path page = Files.write(directory.resolve("page.js"), mistakes.keySet());
    Path project =
        Files.writeString(
            directory.resolve("tsconfig.json"),
            "{\"extends\": \"%s\", \"include\": [\"%s\"]}"
                .formatted(tools.resolve("tsconfig.json"), page));

    Node.Outcome outcome =
        Node.execute(tools, List.of("npm", "exec", "--", "tsc", "--project", project.toString()));

    List<String> findings =
        outcome.output().lines().filter(line -> line.contains("error")).toList();
    assertThat(findings).hasSameSizeAs(mistakes.values());
    int line = 0;
    for (String expected : mistakes.values()) {
      assertThat(findings.get(line)).contains("page.js(%d,".formatted(line + 1)).contains(expected);
      line++;
    }
    assertThat(outcome.status()).isNotZero();
  }

  @Test
  void isRefusedInAnotherStyle() throws IOException {
    Path tools = Node.installed(TOOLS);
    Path page = Files.writeString(directory.resolve("page.js"), "const a = \"text\";\n");
    String style = Path.of(".prettierrc.json").toAbsolutePath().toString();

    Node.Outcome outcome =
        Node.execute(
            tools,
            List.of(
                "npm", "exec", "--", "prettier", "--config", style, "--check", page.toString()));

    assertThat(outcome.output()).contains("page.js");
    assertThat(outcome.status()).isNotZero();
  }
}
