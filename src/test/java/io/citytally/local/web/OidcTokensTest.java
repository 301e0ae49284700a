package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.citytally.local.cloud.Ports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OidcTokensTest {

  private static final String ISSUER = "https://id.lunden.example";
  private static final String AUDIENCE = "citytally";

  private static RSAKey key;
  private static HttpServer issuer;
  private static OidcTokens tokens;

  @BeforeAll
  static void publishKeys() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("first").generate();
    byte[] published = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, published.length);
            exchange.getResponseBody().write(published);
          }
        });
    issuer.start();
    tokens =
        new OidcTokens(
            ISSUER,
            AUDIENCE,
            URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys"));
  }

  @AfterAll
  static void stop() {
    issuer.stop(0);
  }

  private static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
    return change
        .apply(
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("anna")
                .audience(AUDIENCE)
                .expirationTime(in(Duration.ofMinutes(5))))
        .build();
  }

  private static Date in(Duration time) {
    return Date.from(Instant.now().plus(time));
  }

  private static String signed(JWTClaimsSet claims, JWSHeader header, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }

  private static JWSHeader header(String type) {
    return new JWSHeader.Builder(JWSAlgorithm.RS256)
        .keyID("first")
        .type(type == null ? null : new JOSEObjectType(type))
        .build();
  }

  private static String token(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
    return signed(claims(change), header("JWT"), new RSASSASigner(key));
  }

  @Test
  void trustsTheIssuersTokens() throws JOSEException {
    Map<String, String> anna = Map.of("iss", ISSUER, "sub", "anna");

    assertThat(tokens.claimsOf(token(claims -> claims))).isEqualTo(anna);
    for (String type : new String[] {null, "at+jwt"}) {
      String token = signed(claims(c -> c), header(type), new RSASSASigner(key));
      assertThat(tokens.claimsOf(token)).isEqualTo(anna);
    }
  }

  @Test
  void trustsNoOthers() throws JOSEException {
    assertThat(tokens.claimsOf(token(claims -> claims.issuer("https://else.example")))).isEmpty();
    assertThat(tokens.claimsOf(token(claims -> claims.issuer(null)))).isEmpty();
    assertThat(tokens.claimsOf(token(claims -> claims.audience("another app")))).isEmpty();
    assertThat(tokens.claimsOf(token(claims -> claims.audience((String) null)))).isEmpty();
    assertThat(tokens.claimsOf(token(claims -> claims.subject(null)))).isEmpty();
  }

  @Test
  void trustsNoneOutOfTime() throws JOSEException {
    Date past = in(Duration.ofHours(-1));

    assertThat(tokens.claimsOf(token(claims -> claims.expirationTime(past)))).isEmpty();
    assertThat(tokens.claimsOf(token(claims -> claims.expirationTime(null)))).isEmpty();
    assertThat(tokens.claimsOf(token(c -> c.notBeforeTime(in(Duration.ofHours(1)))))).isEmpty();
  }

  @Test
  void trustsNoneThatAnotherHasSigned() throws JOSEException {
    RSAKey another = new RSAKeyGenerator(2048).keyID("first").generate();
    String forged = signed(claims(c -> c), header("JWT"), new RSASSASigner(another));
    // The oldest trick: the public key, which everybody knows, as a shared secret.
    byte[] secret = key.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);
    String confused =
        signed(claims(c -> c), new JWSHeader(JWSAlgorithm.HS256), new MACSigner(secret));
    String genuine = token(c -> c);

    assertThat(tokens.claimsOf(forged)).isEmpty();
    assertThat(tokens.claimsOf(confused)).isEmpty();
    assertThat(tokens.claimsOf(new PlainJWT(claims(c -> c)).serialize())).isEmpty();
    assertThat(tokens.claimsOf(genuine.substring(0, genuine.lastIndexOf('.') + 1))).isEmpty();
    assertThat(tokens.claimsOf("not a token")).isEmpty();
    assertThat(tokens.claimsOf("")).isEmpty();
  }

  @Test
  void trustsNoneWhileTheKeysAreOutOfReach() throws Exception {
    OidcTokens alone =
        new OidcTokens(ISSUER, AUDIENCE, URI.create("http://127.0.0.1:" + Ports.free() + "/keys"));

    assertThat(alone.claimsOf(token(claims -> claims))).isEmpty();
  }
}
