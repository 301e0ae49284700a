package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OidcDiscoveryTest {

  private HttpServer server;
  private String issuer;
  private String document = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/realms/lunden/.well-known/openid-configuration",
        exchange -> {
          try (exchange) {
            byte[] body = document.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/lunden";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void findsTheKeysOfTheIssuerAndWhereItGivesOutTokens() throws InterruptedException {
    String keys = "{\"issuer\": \"" + issuer + "\", \"jwks_uri\": \"https://id.example/keys\"";
    document = keys + ", \"token_endpoint\": \"https://tokens.example:8443/oauth2/token\"}";
    assertThat(OidcDiscovery.of(issuer))
        .isEqualTo(
            new OidcDiscovery(
                URI.create("https://id.example/keys"), "https://tokens.example:8443"));

    document = keys + "}";
    assertThat(OidcDiscovery.of(issuer).tokenOrigin() + "/realms/lunden").isEqualTo(issuer);
  }

  @Test
  void refusesAnotherIssuer() {
    document = "{\"issuer\": \"https://id.example\", \"jwks_uri\": \"https://id.example/keys\"}";

    assertRefused(issuer, "names the issuer 'https://id.example'");
    assertRefused(issuer + "/", "names the issuer 'https://id.example'");
  }

  @Test
  void refusesWhatIsNoIssuer() {
    document = "<html>";
    assertRefused(issuer, "does not answer in JSON");
    document = "{\"issuer\": \"" + issuer + "\"}";
    assertRefused(issuer, "names no address of keys");
    assertRefused(issuer.replace("lunden", "nowhere"), "answers 404");
    assertRefused("no address", "does not answer");
    stop();
    assertRefused(issuer, "does not answer");
  }

  private static void assertRefused(String issuer, String reason) {
    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() -> OidcDiscovery.of(issuer))
        .withMessageStartingWith("--oidc-issuer is " + issuer)
        .withMessageContaining(reason)
        .withMessageContaining("--oidc-jwks");
  }
}
