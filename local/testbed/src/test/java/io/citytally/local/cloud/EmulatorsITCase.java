package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulatorsITCase {

  private static final Path DIRECTORY = InstalledEmulators.DIRECTORY;

  @TempDir Path directory;

  @Test
  void saysWhereNodeIsMissing() {
    assertThatThrownBy(() -> Emulators.install(DIRECTORY, line -> {}, "no-such-node", "npm"))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("need Node.js 20")
        .hasMessageContaining("There is no no-such-node");
  }

  @Test
  void saysWhereNodeIsTooOld() throws IOException {
    Path node = script("node", "echo v18.20.1");

    assertThatThrownBy(() -> Emulators.install(DIRECTORY, line -> {}, node.toString(), "npm"))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("need Node.js 20")
        .hasMessageContaining("v18.20.1");
  }

  @Test
  void showsWhatNpmSaidWhereItFails() throws IOException {
    Files.writeString(directory.resolve("package-lock.json"), "{}");
    Path npm = script("npm", "echo registry out of reach; exit 1");
    List<String> progress = new ArrayList<>();

    assertThatThrownBy(() -> Emulators.install(directory, progress::add, "node", npm.toString()))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining("npm ci")
        .hasMessageContaining("registry out of reach");
    assertThat(progress)
        .containsExactly(
            "Installing the emulators of DynamoDB and Kinesis (once)", "  registry out of reach");
    assertThat(Emulators.isInstalled(directory)).isFalse();
  }

  @Test
  void installsAgainOnlyWhenTheLockFileHasChanged() throws IOException {
    Files.writeString(directory.resolve("package-lock.json"), "{}");
    Path npm = script("npm", "mkdir -p node_modules");
    List<String> progress = new ArrayList<>();

    Emulators.install(directory, progress::add, "node", npm.toString());
    Emulators.install(directory, progress::add, "node", npm.toString());
    assertThat(progress).hasSize(1);

    Files.writeString(directory.resolve("package-lock.json"), "{ }");
    Emulators.install(directory, progress::add, "node", npm.toString());
    assertThat(progress).hasSize(2);
  }

  @Test
  void haveTheirOwnTests() throws Exception {
    Process tests =
        new ProcessBuilder("node", "--test", "--test-reporter=tap")
            .directory(DIRECTORY.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(tests.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("# pass [1-9]").contains("# fail 0");
  }

  private Path script(String name, String body) throws IOException {
    Path script = directory.resolve(name);
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toAbsolutePath();
  }
}
