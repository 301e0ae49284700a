package io.citytally.local.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.command.CannotStartException;
import io.citytally.web.SignIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer says of itself, by OpenID Connect Discovery 1.0, section 4.
 *
 * @param keys where it publishes its keys
 * @param tokenOrigin the origin of where it gives out tokens
 */
record OidcDiscovery(URI keys, String tokenOrigin) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String PATH = "/.well-known/openid-configuration";

  /**
   * Asks the issuer.
   *
   * @throws CannotStartException if no such issuer answers there
   */
  static OidcDiscovery of(String issuer) throws InterruptedException {
    String address = issuer.replaceAll("/$", "") + PATH;
    JsonNode configuration;
    try {
      HttpResponse<byte[]> response =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT).build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw refusal(address + " answers " + response.statusCode(), issuer, null);
      }
      configuration = new ObjectMapper().readTree(response.body());
    } catch (IOException | IllegalArgumentException e) {
      throw refusal(address + " does not answer in JSON: " + e.getMessage(), issuer, e);
    }
    String named = configuration.path("issuer").asText();
    if (!named.equals(issuer)) {
      throw refusal(address + " names the issuer '" + named + "'", issuer, null);
    }
    String keys = configuration.path("jwks_uri").asText();
    if (!keys.startsWith("https://") && !keys.startsWith("http://")) {
      throw refusal(address + " names no address of keys", issuer, null);
    }
    return new OidcDiscovery(
        URI.create(keys), SignIn.originOf(configuration.path("token_endpoint").asText(issuer)));
  }

  private static CannotStartException refusal(
      String problem, String issuer, @Nullable Throwable cause) {
    return new CannotStartException(
        "--oidc-issuer is "
            + issuer
            + ", but "
            + problem
            + ". Give the issuer as it stands in the tokens' iss, to the letter, or the address of"
            + " its keys with --oidc-jwks.",
        cause);
  }
}
