package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.lifecycle.Closing;
import io.citytally.web.FakeCity;
import io.citytally.web.OpenVoters;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The time-outs of the server, which the JDK reads but once: so it has a process of its own. */
class LocalWebServerITCase {

  /** The process under test: says the port, and serves until it is killed. */
  public static void main(String[] arguments) throws Exception {
    FakeCity city = new FakeCity();
    WebApplication application =
        new WebApplication(
            city.results(),
            city.history(),
            city.ballot(),
            city,
            city,
            new OpenVoters(),
            Clock.systemUTC());
    LocalWebServer server = LocalWebServer.bind(0);
    server.start(application, LocalWebServer.TokenVerifier.NONE);
    System.out.println(server.address().getPort());
  }

  @Test
  void hangsUpOnRequestsThatDoNotArrive() throws Exception {
    try (Closing closing = new Closing()) {
      Process server =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LocalWebServerITCase.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      closing.add(server::destroyForcibly);
      int port = Integer.parseInt(server.inputReader().readLine());

      List<Socket> halfSent = new ArrayList<>();
      for (String request :
          List.of(
              "GET /api/results HTTP/1.1\r\nHost: localhost\r\n",
              "PUT /api/votes/mine HTTP/1.1\r\nHost: localhost\r\n"
                  + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
              "GE")) {
        Socket socket = closing.add(new Socket("127.0.0.1", port));
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        halfSent.add(socket);
      }

      assertThat(halfSent).allMatch(LocalWebServerITCase::isClosedByServer);
    }
  }

  private static boolean isClosedByServer(Socket socket) {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
