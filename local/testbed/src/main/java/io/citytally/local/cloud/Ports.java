package io.citytally.local.cloud;

import io.citytally.cli.aws.Target;
import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The ports of 127.0.0.1, the only address that the local system listens on. */
public final class Ports {

  /** Where clients usually look for a DynamoDB emulator. */
  public static final int DYNAMODB = Target.ThisMachine.DYNAMODB_PORT;

  /** Where clients usually look for a Kinesis emulator. */
  public static final int KINESIS = Target.ThisMachine.KINESIS_PORT;

  /** Where Flink's web UI usually is. */
  public static final int FLINK_UI = 8081;

  /** Where the web application usually is. */
  public static final int HTTP = 8080;

  /** Where the identity provider usually is. */
  public static final int IDENTITY = 8090;

  // Systems hand out higher ones to connections and to those who listen on port 0 (Linux: 32768 to
  // 60999; others: from 49152).
  private static final int FIRST_NEVER_HANDED_OUT = 20_000;
  private static final int FIRST_HANDED_OUT = 32_768;

  private Ports() {}

  /** Starts a server. */
  @FunctionalInterface
  public interface Server<T> {

    /**
     * Starts it at a port, or at any that is free if the port is 0. Fails with a {@link
     * BindException}, or with what one has caused, if something else listens there.
     */
    T listen(int port) throws Exception;
  }

  /**
   * Starts a server where a person wants it, or else at its usual port, or at any if that is taken.
   * The server itself finds out: a port that is free when someone looks may be taken a moment
   * later.
   *
   * @param asked the port that a person asked for, 0 for any
   * @param option the option by which it is set, for the message
   * @throws CannotStartException if something else listens at the port that was asked for
   */
  public static <T> T listen(OptionalInt asked, String option, int usual, Server<T> server)
      throws Exception {
    int port = asked.orElse(usual);
    try {
      return server.listen(port);
    } catch (Exception e) {
      if (!isTaken(e)) {
        throw e;
      } else if (asked.isPresent()) {
        throw taken(port, option, e);
      }
      return server.listen(0);
    }
  }

  /**
   * Chooses a port for a server that others must be told of before it starts: the one that a person
   * asked for, or else the usual one, or a free one if that is taken.
   *
   * @param option the option by which it is set, for the message
   * @throws CannotStartException if something else listens at the port that was asked for
   */
  public static int choose(OptionalInt asked, String option, int usual) {
    int port = asked.orElse(usual);
    if (port != 0 && isFree(port)) {
      return port;
    } else if (port != 0 && asked.isPresent()) {
      throw taken(port, option, null);
    }
    return free();
  }

  private static CannotStartException taken(int port, String option, @Nullable Exception cause) {
    return new CannotStartException(
        "Port " + port + " is in use. Choose another one with " + option + ".", cause);
  }

  private static boolean isTaken(Throwable failure) {
    return failure instanceof BindException
        || (failure.getCause() != null && isTaken(failure.getCause()));
  }

  /**
   * Returns a port on which nothing listens, and which the system hands out to nobody. It is for a
   * program that must be told its port; one that can tell its port listens on port 0 instead.
   */
  public static int free() {
    return ThreadLocalRandom.current()
        .ints(FIRST_NEVER_HANDED_OUT, FIRST_HANDED_OUT)
        .filter(Ports::isFree)
        .findFirst()
        .orElseThrow();
  }

  /** Whether nothing listens on a port at present. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
