package io.citytally.local.cloud;

import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.target.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

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

  private Ports() {}

  /** The usual port, or any free one if something else listens there. */
  public static int usualOrFree(int usualPort) {
    return isFree(usualPort) ? usualPort : free();
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

  /** Any port on which nothing listens now. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("127.0.0.1 has no free port", e);
    }
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
