package io.citytally.local.cloud;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.command.CannotStartException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A DynamoDB API in a process of its own, see {@code local/emulators/dynamodb.js}: one database for
 * all credentials and regions.
 */
public final class LocalDynamoDb implements AutoCloseable {

  /** Where the local system once kept its tables, in a format that only DynamoDB Local reads. */
  private static final String FORMER_DATABASE = "shared-local-instance.db";

  /**
   * The Kinesis to which changes of tables go, where a table's streaming destination says so.
   *
   * @param endpoint of Kinesis
   * @param faults of what goes there, on purpose
   */
  public record Streaming(URI endpoint, VoteStream.Faults faults) {

    private List<String> options() {
      return List.of(
          "--kinesis=" + endpoint,
          "--duplicates=" + faults.duplicates(),
          "--shuffle=" + faults.shuffle(),
          "--seed=" + faults.seed());
    }
  }

  private final EmulatorProcess process;

  private LocalDynamoDb(Path emulators, List<String> options) {
    process = EmulatorProcess.start("DynamoDB", emulators, "dynamodb.js", options);
  }

  /**
   * Starts the installed emulator, without Kinesis, and waits until it listens on 127.0.0.1.
   *
   * @param emulators their directory, see {@link Emulators}
   * @param port 0 for a free one
   * @throws CannotStartException if the port is taken or the emulator fails
   */
  public static LocalDynamoDb inMemory(Path emulators, int port) {
    return start(emulators, port, Optional.empty(), Optional.empty());
  }

  /**
   * As {@link #inMemory}, with the tables kept in a directory, which is made if it is not there.
   *
   * @throws CannotStartException also if the directory has tables of DynamoDB Local
   */
  public static LocalDynamoDb on(Path directory, Path emulators, int port) {
    return start(emulators, port, Optional.of(directory), Optional.empty());
  }

  static LocalDynamoDb start(
      Path emulators, int port, Optional<Path> directory, Optional<Streaming> streaming) {
    directory.ifPresent(LocalDynamoDb::refuseFormerDatabase);
    List<String> options = new ArrayList<>(EmulatorProcess.options(port, directory));
    streaming.ifPresent(kinesis -> options.addAll(kinesis.options()));
    return new LocalDynamoDb(emulators, options);
  }

  private static void refuseFormerDatabase(Path directory) {
    if (Files.exists(directory.resolve(FORMER_DATABASE))) {
      throw new CannotStartException(
          directory
              + " has tables of DynamoDB Local, which this version can't read."
              + " Name another directory with --data, or remove this one.");
    }
  }

  /** Where clients reach it; see {@link LocalAws} for some. */
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
