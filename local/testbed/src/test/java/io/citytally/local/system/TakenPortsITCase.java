package io.citytally.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalIdentity;
import io.citytally.local.cloud.Ports;
import io.citytally.local.flink.LocalFlink;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listens elsewhere if its usual port is taken: each says so in a way of its own. */
class TakenPortsITCase {

  @Test
  void flinkGoesToAnotherPort(@TempDir Path directory) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LocalFlink flink =
            listen(other, port -> new LocalFlink(port, directory, 1, Duration.ofSeconds(1)))) {
      assertThat(flink.webInterface().getPort()).isNotIn(0, other.getLocalPort());
    }
  }

  /** If it found out later, it would leave task managers behind. */
  @Test
  void flinkSaysSoBeforeItStarts(@TempDir Path directory) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> new LocalFlink(other.getLocalPort(), directory, 1, Duration.ofSeconds(1)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void anEmulatorGoesToAnotherPort() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LocalIdentity identity =
            listen(
                other,
                port ->
                    LocalIdentity.start(
                        InstalledEmulators.directory(),
                        port,
                        URI.create("http://127.0.0.1:1"),
                        Duration.ofSeconds(1)))) {
      assertThat(identity.issuer().getPort()).isNotIn(0, other.getLocalPort());
    }
  }

  private static <T> T listen(ServerSocket other, Ports.Server<T> server) throws Exception {
    return Ports.listen(OptionalInt.empty(), "--port", other.getLocalPort(), server);
  }
}
