package io.citytally.local.system;

import io.citytally.cli.command.CannotStartException;
import io.citytally.local.cloud.Ports;
import io.citytally.local.lifecycle.Closing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;

/** The directory that keeps tables, stream and checkpoints, for one run at a time. */
final class DataDirectory {

  private static final String LOCK = "lock";
  private static final String IDENTITY_PORT = "identity-port";

  private DataDirectory() {}

  /**
   * Makes the directory if need be, and takes it until everything is closed. The lock ends with the
   * process, too, however that ends.
   *
   * @throws CannotStartException if another run uses it, or it can't be written
   */
  static Path take(Closing closing, Path data) throws Exception {
    FileChannel channel;
    FileLock lock;
    try {
      Files.createDirectories(data);
      channel =
          FileChannel.open(data.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = lock(channel);
    } catch (IOException e) {
      throw new CannotStartException(
          "Can't write to " + data + ": " + e + ". Name another directory with --data.", e);
    }
    if (lock == null) {
      channel.close();
      throw new CannotStartException(
          "Another run uses " + data + ". Stop it first, or name another directory with --data.");
    }
    closing.add(channel);
    return data;
  }

  /**
   * Returns the port of the identity provider, always the same one for a directory. The issuer's
   * name ends with it, and the first ballot pins the issuer.
   *
   * @throws CannotStartException if something else listens there
   */
  static int identityPort(Path data) throws IOException {
    Path file = data.resolve(IDENTITY_PORT);
    if (!Files.exists(file)) {
      int port = Ports.choose(OptionalInt.empty(), "", Ports.IDENTITY);
      Files.writeString(file, port + "\n");
      return port;
    }
    int port = Integer.parseInt(Files.readString(file).strip());
    if (!Ports.isFree(port)) {
      throw new CannotStartException(
          "Port "
              + port
              + " is in use, and the ballots in "
              + data
              + " belong to the citizens of an identity provider there. Stop what listens on it, or"
              + " name another directory with --data.");
    }
    return port;
  }

  /** Null if another has it. */
  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
