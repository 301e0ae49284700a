package io.citytally.local.cloud;

import io.citytally.cli.aws.Target;
import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

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

  /** Returns the usual port, or 0 for any if something else listens there. */
  public static int usualOrAny(int usualPort) {
    return isFree(usualPort) ? usualPort : 0;
  }

  /**
   * The port that a person asked for.
   *
   * @param option the option by which it is set, for the message
   * @throws CannotStartException if something else listens there
   */
  public static int asked(int port, String option) {
    if (!isFree(port)) {
      throw new CannotStartException("port " + port + " is taken; choose another with " + option);
    }
    return port;
  }

  /**
   * Returns a port on which nothing listens, and which the system hands out to nobody meanwhile. It
   * is for what must be told its port; what can tell its port listens on port 0 instead.
   */
  public static int free() {
    return ThreadLocalRandom.current()
        .ints(FIRST_NEVER_HANDED_OUT, FIRST_HANDED_OUT)
        .filter(Ports::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
