package io.citytally.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.command.CannotStartException;
import io.citytally.local.lifecycle.Closing;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir private Path directory;

  @Test
  void isForOneRunAtATime() throws Exception {
    Path data = directory.resolve("votes");

    try (Closing first = new Closing();
        Closing second = new Closing()) {
      assertThat(DataDirectory.take(first, data)).isDirectory();

      assertThatThrownBy(() -> DataDirectory.take(second, data))
          .isInstanceOf(CannotStartException.class)
          .hasMessage(
              "Another run uses "
                  + data
                  + ". Stop it first, or name another directory with --data.");
    }
    try (Closing third = new Closing()) {
      assertThat(DataDirectory.take(third, data)).isEqualTo(data);
    }
  }

  @Test
  void keepsThePortOfTheIdentityProvider() throws Exception {
    int port = DataDirectory.identityPort(directory);

    assertThat(DataDirectory.identityPort(directory)).isEqualTo(port);
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> DataDirectory.identityPort(directory))
          .isInstanceOf(CannotStartException.class)
          .hasMessage(
              "Port %d is in use, and the ballots in %s belong to the citizens of an identity"
                      .formatted(other.getLocalPort(), directory)
                  + " provider there. Stop what listens on it, or name another directory with"
                  + " --data.");
      assertThat(DataDirectory.identityPort(Files.createDirectory(directory.resolve("another"))))
          .isNotEqualTo(port);
    }
    assertThat(DataDirectory.identityPort(directory)).isEqualTo(port);
  }

  @Test
  void saysWhyItCannotBeKept() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    try (Closing closing = new Closing()) {
      assertThatThrownBy(() -> DataDirectory.take(closing, file.resolve("votes")))
          .isInstanceOf(CannotStartException.class)
          .hasMessageStartingWith("Can't write to " + file);
    }
  }
}
