package io.citytally.local.cloud;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.command.CannotStartException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A Kinesis API in a process of its own, see {@code local/emulators/kinesis.js}. */
public final class LocalKinesis implements AutoCloseable {

  private final EmulatorProcess process;

  private LocalKinesis(Path emulators, int port, Optional<Path> directory) {
    LocalAws.speakJsonToKinesis();
    process =
        EmulatorProcess.start(
            "Kinesis", emulators, "kinesis.js", EmulatorProcess.options(port, directory));
  }

  /**
   * Starts the installed emulator and waits until it listens on 127.0.0.1.
   *
   * @param emulators their directory, see {@link Emulators}
   * @param port 0 for a free one
   * @throws CannotStartException if the port is taken or the emulator fails
   */
  public static LocalKinesis inMemory(Path emulators, int port) {
    return new LocalKinesis(emulators, port, Optional.empty());
  }

  /**
   * As {@link #inMemory}, with the streams kept in a directory, which is made if it is not there.
   */
  public static LocalKinesis on(Path directory, Path emulators, int port) {
    return new LocalKinesis(emulators, port, Optional.of(directory));
  }

  /** Where clients reach it; see {@link LocalAws} for one. */
  public URI endpoint() {
    return process.endpoint();
  }

  /** Fails, with what the emulator said last, if it ends before it is closed. */
  public CompletableFuture<Void> crashed() {
    return process.crashed();
  }

  /** The emulator's process. */
  public ProcessHandle process() {
    return process.handle();
  }

  /** Ends the process as a crash would: at once, and with nothing said before. */
  void kill() throws InterruptedException {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
