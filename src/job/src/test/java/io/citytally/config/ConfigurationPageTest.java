package io.citytally.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  @Test
  void listsEveryPropertyAsTheCodeHasIt() throws Exception {
    String page = Files.readString(Path.of("docs/configuration.md"));

    assertThat(page).contains(table());
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| group | key | default | meaning | allowed |\n");
    table.append("| --- | --- | --- | --- | --- |\n");
    for (Property<?> property : Property.ALL) {
      String preset = property.defaultText() == null ? "" : "`" + property.defaultText() + "`";
      table.append(
          "| `%s` | `%s` | %s | %s | %s |%n"
              .formatted(
                  property.group(),
                  property.key(),
                  preset,
                  property.meaning(),
                  property.allowed()));
    }
    return table.toString();
  }
}
