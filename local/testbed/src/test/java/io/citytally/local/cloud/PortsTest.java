package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void takesTheUsualPortIfItIsFree() {
    int port = Ports.free();

    assertThat(Ports.usualOrAny(port)).isEqualTo(port);
    assertThat(Ports.asked(port, "--port")).isEqualTo(port);
  }

  @Test
  void takesAnyPortIfTheUsualOneIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Ports.usualOrAny(taken.getLocalPort())).isZero();
    }
  }

  @Test
  void refusesAPortThatWasAskedForAndIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Ports.asked(taken.getLocalPort(), "--dynamodb-port"))
          .isInstanceOf(CannotStartException.class)
          .hasMessage(
              "port " + taken.getLocalPort() + " is taken; choose another with --dynamodb-port");
    }
  }
}
