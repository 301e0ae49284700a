package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PortsTest {

  private static final OptionalInt NOT_ASKED = OptionalInt.empty();

  private ServerSocket other;

  @BeforeEach
  void start() throws IOException {
    other = listenAt(0);
  }

  @AfterEach
  void stop() throws IOException {
    other.close();
  }

  @Test
  void listensAtTheUsualPortIfItIsFree() throws Exception {
    int port = Ports.free();

    try (ServerSocket server = Ports.listen(NOT_ASKED, "--port", port, PortsTest::listenAt)) {
      assertThat(server.getLocalPort()).isEqualTo(port);
    }
    assertThat(Ports.choose(NOT_ASKED, "--port", port)).isEqualTo(port);
  }

  @Test
  void listensAtAnyPortIfTheUsualOneIsTaken() throws Exception {
    int taken = other.getLocalPort();

    try (ServerSocket server = Ports.listen(NOT_ASKED, "--port", taken, PortsTest::listenAt)) {
      assertThat(server.getLocalPort()).isNotEqualTo(taken);
    }
    assertThat(Ports.choose(NOT_ASKED, "--port", taken)).isNotIn(0, taken);
  }

  @Test
  void noticesATakenPortAlsoAsTheCauseOfAFailure() throws Exception {
    int taken = other.getLocalPort();

    try (ServerSocket server =
        Ports.listen(
            NOT_ASKED,
            "--port",
            taken,
            port -> {
              try {
                return listenAt(port);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })) {
      assertThat(server.getLocalPort()).isNotEqualTo(taken);
    }
  }

  @Test
  void refusesAPortThatWasAskedForAndIsTaken() {
    OptionalInt taken = OptionalInt.of(other.getLocalPort());
    String refusal =
        "Port " + taken.getAsInt() + " is in use. Choose another one with --dynamodb-port.";

    assertThatThrownBy(
            () -> Ports.listen(taken, "--dynamodb-port", Ports.DYNAMODB, PortsTest::listenAt))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(refusal);
    assertThatThrownBy(() -> Ports.choose(taken, "--dynamodb-port", Ports.DYNAMODB))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(refusal);
  }

  @Test
  void doesNotTryAgainWhenAServerFailsForAnotherReason() {
    assertThatThrownBy(
            () ->
                Ports.listen(
                    NOT_ASKED,
                    "--port",
                    Ports.HTTP,
                    port -> {
                      throw new IOException("broken at " + port);
                    }))
        .hasMessage("broken at " + Ports.HTTP);
  }

  private static ServerSocket listenAt(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
