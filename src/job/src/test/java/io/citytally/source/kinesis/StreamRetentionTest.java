package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a Kinesis that gives one answer. */
class StreamRetentionTest {

  private static final String CBOR =
      "org.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor";

  private static String cbor;

  private HttpServer server;
  private int status = 200;
  private String answer;
  private String asked;

  @BeforeAll
  static void speakJson() {
    cbor = System.setProperty(CBOR, "true");
  }

  @AfterAll
  static void speakAsBefore() {
    if (cbor == null) {
      System.clearProperty(CBOR);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked =
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void acceptsAMemoryThatIsLongerThanTheRetention() {
    answer = "{\"StreamDescriptionSummary\":{\"RetentionPeriodHours\":48}}";

    assertThatCode(() -> check(Duration.ofHours(48).plusMillis(1))).doesNotThrowAnyException();
    assertThat(asked).contains("DescribeStreamSummary").contains("\"StreamName\":\"ballots\"");
  }

  @Test
  void refusesAMemoryThatIsNotLongerAndSaysWhatToDo() {
    answer = "{\"StreamDescriptionSummary\":{\"RetentionPeriodHours\":48}}";

    assertThatThrownBy(() -> check(Duration.ofHours(48))).hasMessageContaining("for 48 h");
    assertThatThrownBy(() -> check(Duration.ofMinutes(1530)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stream 'ballots' keeps records for 48 h")
        .hasMessageContaining("remembers changes for 25.5 h")
        .hasMessageContaining("group citytally.count, key dedupe.ttl")
        .hasMessageContaining("counts twice")
        .hasMessageContaining("Set dedupe.ttl to 49 h, or lower the stream's retention");
  }

  @Test
  void saysWhichRightIsMissing() {
    status = 400;
    answer = "{\"__type\":\"AccessDeniedException\",\"message\":\"User: job is not authorized\"}";

    assertThatThrownBy(() -> check(Duration.ofHours(25)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stream 'ballots'")
        .hasMessageContaining("User: job is not authorized")
        .hasMessageContaining("Allow its role kinesis:DescribeStreamSummary");
  }

  @Test
  void goesOnWhereTheStreamCanNotBeDescribedForNow() {
    status = 400;
    answer = "{\"__type\":\"LimitExceededException\",\"message\":\"slow down\"}";
    assertThatCode(() -> check(Duration.ofHours(1))).doesNotThrowAnyException();

    status = 500;
    answer = "<html>no JSON</html>";
    assertThatCode(() -> check(Duration.ofHours(1))).doesNotThrowAnyException();

    server.stop(0);
    assertThatCode(() -> check(Duration.ofHours(1))).doesNotThrowAnyException();
  }

  private void check(Duration remembered) {
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    ShardConsumer consumer =
        new ShardConsumer(
            "eu-west-1", endpoint, true, null, Duration.ofSeconds(1), Duration.ofSeconds(1));
    new StreamRetention(consumer.properties(), "ballots").check(remembered);
  }
}
