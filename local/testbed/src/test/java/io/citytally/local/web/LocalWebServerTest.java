package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.election.VotePer;
import io.citytally.local.lifecycle.Closing;
import io.citytally.web.ApiContract;
import io.citytally.web.Problem;
import io.citytally.web.Unavailable;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalWebServerTest extends ApiContract {

  private static final String UNVERIFIABLE = "unverifiable";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private LocalWebServer server;

  @Override
  protected void serve(WebApplication application) throws IOException {
    stop();
    server = LocalWebServer.bind(0);
    server.start(application, LocalWebServerTest::claimsOf);
  }

  private static Map<String, ?> claimsOf(String token) {
    if (token.equals(UNVERIFIABLE)) {
      throw Unavailable.because(Problem.SIGN_IN_UNCHECKED);
    }
    return TOKENS.getOrDefault(token, Map.of());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected Answer send(
      String method, String path, String query, Map<String, String> headers, byte[] body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(server.address() + path + (query.isEmpty() ? "" : "?" + query)))
            .method(
                method,
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    Map<String, String> received = new HashMap<>();
    response.headers().map().forEach((name, values) -> received.put(name, values.get(0)));
    return new Answer(response.statusCode(), lowerCase(received), response.body());
  }

  @Test
  void listensOnThisMachineAlone() {
    assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void refusesAPortThatIsTaken() {
    assertThatThrownBy(() -> LocalWebServer.bind(server.address().getPort()))
        .isInstanceOf(BindException.class);
  }

  @Test
  void leavesNothingBehind() {
    server.close();

    assertThatThrownBy(() -> send("GET", "/api/results", "", Map.of(), new byte[0]))
        .isInstanceOf(ConnectException.class);
  }

  @RepeatedTest(20)
  void hearsOutWhoeverSendsTooMuch() throws Exception {
    byte[] flood = new byte[4 * 1024 * 1024];

    assertThat(
            send(
                    "PUT",
                    "/api/votes/mine",
                    "",
                    Map.of(
                        "Content-Type",
                        "application/json",
                        "Citytally-Capability",
                        "0123456789abcdef0123456789abcdef"),
                    flood)
                .status())
        .isEqualTo(413);
  }

  @Test
  void servesAHallFullOfViewersAtOnceWithOneReading() {
    List<CompletableFuture<HttpResponse<String>>> viewers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      viewers.add(
          client.sendAsync(
              HttpRequest.newBuilder(URI.create(server.address() + "/api/results")).build(),
              HttpResponse.BodyHandlers.ofString()));
    }

    assertThat(viewers).allMatch(viewer -> viewer.join().statusCode() == 200);
    assertThat(city.requests).containsOnlyOnce("results");
  }

  @Test
  void answersOthersWhileRequestsArriveByHalves() throws Exception {
    try (Closing closing = new Closing()) {
      for (int i = 0; i < 100; i++) {
        halfSent(closing, "GET /api/results HTTP/1.1\r\nHost: localhost\r\n");
        halfSent(
            closing,
            "PUT /api/votes/mine HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
      }

      assertThat(send("GET", "/api/results", "", Map.of(), new byte[0]).status()).isEqualTo(200);
    }
  }

  private void halfSent(Closing closing, String request) throws Exception {
    Socket socket = closing.add(new Socket("127.0.0.1", server.address().getPort()));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void tellsWhoeverSignedInToTryAgainWhileNoTokenCanBeChecked() throws Exception {
    startWithCitizens(VotePer.CITY);

    Map<String, String> signedIn = Map.of("Authorization", "Bearer " + UNVERIFIABLE);

    Answer vote = send("PUT", "/api/votes/mine", "", signedIn, new byte[0]);
    Answer results = send("GET", "/api/results", "", signedIn, new byte[0]);

    assertThat(vote.status()).isEqualTo(503);
    assertThat(vote.headers()).containsEntry("retry-after", "1");
    assertThat(results.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: elsewhere.example",
        "Host: 127.0.0.1.elsewhere.example",
        "Host: localhost\r\nHost: localhost",
        "Host: localhost\r\nOrigin: http://elsewhere.example",
        "Host: localhost\r\nOrigin: null",
        "X: no host"
      })
  void refusesForeignPages(String headers) throws IOException {
    for (String path : List.of("/", "/api/results", ServerLoad.PATH)) {
      assertThat(raw("GET " + path + " HTTP/1.1\r\n" + headers + "\r\n"))
          .startsWith("HTTP/1.1 403")
          .contains("Host must be 127.0.0.1");
    }
    assertThat(city.requests).isEmpty();
  }

  @Test
  void answersItsOwnPages() throws IOException {
    String own = "localhost:" + server.address().getPort();

    assertThat(
            raw("GET /api/results HTTP/1.1\r\nHost: " + own + "\r\nOrigin: http://" + own + "\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket
          .getOutputStream()
          .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** HttpClient tidies up what it sends; others don't. */
  @Test
  void answersEvenToAPathThatClimbs() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort());
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(
          "GET /../web/../log4j2-citytally.properties HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 404").doesNotContain("appender");
    }
  }
}
