package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
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

  @Test
  void dynamoDbAnswersNoForeignPage() throws IOException {
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0)) {
      assertAnswersNoForeignPage(dynamoDb.endpoint());
    }
  }

  @Test
  void kinesisAnswersNoForeignPage() throws IOException {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(InstalledEmulators.directory(), 0)) {
      assertAnswersNoForeignPage(kinesis.endpoint());
    }
  }

  private static void assertAnswersNoForeignPage(URI endpoint) throws IOException {
    for (String foreign :
        List.of(
            "Host: elsewhere.example",
            "Host: localhost\r\nOrigin: http://elsewhere.example",
            "Host: localhost\r\nOrigin: null\r\nAccess-Control-Request-Method: POST")) {
      for (String method : List.of("GET", "POST", "OPTIONS")) {
        assertThat(answerTo(endpoint, method, foreign))
            .startsWith("HTTP/1.1 403")
            .contains("Host must be 127.0.0.1")
            .doesNotContainIgnoringCase("Access-Control-Allow");
      }
    }
    assertThat(answerTo(endpoint, "POST", "Host: localhost"))
        .doesNotStartWith("HTTP/1.1 403")
        .doesNotContainIgnoringCase("Access-Control-Allow");
  }

  private static String answerTo(URI endpoint, String method, String headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", endpoint.getPort())) {
      String rest = "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket
          .getOutputStream()
          .write((method + " / HTTP/1.1\r\n" + headers + rest).getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void dynamoDbListensOnLoopbackAlone() {
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0)) {
      assertListensOnLoopbackAlone(dynamoDb.endpoint());
    }
  }

  @Test
  void kinesisListensOnLoopbackAlone() {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(InstalledEmulators.directory(), 0)) {
      assertListensOnLoopbackAlone(kinesis.endpoint());
    }
  }

  private static void assertListensOnLoopbackAlone(URI endpoint) {
    assertThat(endpoint.getHost()).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> new Socket("127.0.0.2", endpoint.getPort()).close())
        .isInstanceOf(ConnectException.class);
  }

  private Path script(String name, String body) throws IOException {
    Path script = directory.resolve(name);
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toAbsolutePath();
  }
}
