package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A city votes from its own portal. */
class AllowedOriginsTest {

  private static final String PORTAL = "https://portal.lunden.example";
  private static final String VOTE = "{\"region\": \"Wesoła\", \"improvements\": [\"park\"]}";

  private final FakeCity city = new FakeCity();
  private final WebApplication application =
      WebApplication.readingWithinRequests(
          city.results(),
          city.history(),
          city.ballot(),
          city,
          city,
          new OpenVoters(),
          new AllowedOrigins(Set.of(PORTAL, "http://localhost:3000")),
          Clock.systemUTC());

  @AfterEach
  void close() {
    application.close();
  }

  private Response send(String origin, String method, String path, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("Origin", origin);
    headers.put("Content-Type", "application/json");
    headers.put(OpenVoters.HEADER, "0123456789abcdef0123456789abcdef");
    return application.handle(
        new Request(method, path, headers, VOTE.getBytes(StandardCharsets.UTF_8), Map.of()));
  }

  private static Map<String, String> asking(String method) {
    return Map.of("Access-Control-Request-Method", method);
  }

  @Test
  void letsThePortalsPagesVoteAndReadTheAnswers() {
    Response preflight = send(PORTAL, "OPTIONS", "/api/votes/mine", asking("PUT"));
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.headers())
        .containsEntry("Access-Control-Allow-Origin", PORTAL)
        .containsEntry("Access-Control-Allow-Methods", "GET, PUT")
        .containsEntry("Vary", "Origin");
    assertThat(preflight.headers().get("Access-Control-Allow-Headers"))
        .contains("Authorization", "Content-Type", "Citytally-Capability");

    Response vote = send(PORTAL, "PUT", "/api/votes/mine", Map.of());
    assertThat(vote.status()).isEqualTo(200);
    assertThat(vote.headers()).containsEntry("Access-Control-Allow-Origin", PORTAL);
    Response refused = send(PORTAL, "GET", "/api/nothing", Map.of());
    assertThat(refused.headers()).containsEntry("Access-Control-Allow-Origin", PORTAL);
    Response ballot = send("http://localhost:3000", "GET", "/api/ballot", Map.of());
    assertThat(ballot.headers())
        .containsEntry("Access-Control-Allow-Origin", "http://localhost:3000")
        .containsEntry("Vary", "Accept-Encoding, Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://lunden.example",
        "https://portal.lunden.example.evil.example",
        "http://portal.lunden.example",
        "https://PORTAL.lunden.example",
        "null",
        "*"
      })
  void tellsNoOtherPageAnything(String origin) {
    assertThat(send(origin, "OPTIONS", "/api/votes/mine", asking("PUT")).status()).isEqualTo(405);
    assertThat(send(origin, "GET", "/api/ballot", Map.of()).headers())
        .doesNotContainKey("Access-Control-Allow-Origin")
        .containsEntry("Vary", "Accept-Encoding, Origin");
  }

  @Test
  void letsNoForeignPageReadAPage() {
    assertThat(send(PORTAL, "GET", "/vote", Map.of()).headers())
        .doesNotContainKey("Access-Control-Allow-Origin");
  }

  @Test
  void letsAnyPageReadTheCsv() {
    assertThat(send("https://news.example", "GET", "/api/results.csv", Map.of()).headers())
        .containsEntry("Access-Control-Allow-Origin", "*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "portal.lunden.example",
        "https://*.lunden.example",
        "https://portal.lunden.example/",
        "https://PORTAL.lunden.example",
        "ftp://portal.lunden.example",
        "https://user@portal.lunden.example"
      })
  void isExact(String origin) {
    assertThatIllegalArgumentException().isThrownBy(() -> new AllowedOrigins(Set.of(origin)));
  }
}
