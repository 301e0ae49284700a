package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.citytally.local.cloud.Ports;
import io.citytally.web.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OidcTokensTest {

  private static final String ISSUER = "https://id.lunden.example";
  private static final String AUDIENCE = "citytally";

  private static RSAKey key;
  private static Issuer issuer;
  private static OidcTokens tokens;

  private final List<String> logged = new ArrayList<>();
  private final Logger logger = (Logger) LogManager.getLogger(OidcTokens.class);
  private final AbstractAppender appender =
      new AbstractAppender("memory", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          logged.add(event.getMessage().getFormattedMessage() + " " + event.getThrown());
        }
      };

  /** Publishes keys, as an issuer does. */
  private static final class Issuer implements AutoCloseable {

    private final HttpServer server;
    private final OidcTokens tokens;
    private final AtomicInteger requests = new AtomicInteger();

    Issuer(JWKSet keys) throws IOException {
      byte[] published = keys.toString().getBytes(StandardCharsets.UTF_8);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/keys",
          exchange -> {
            try (exchange) {
              requests.incrementAndGet();
              exchange.sendResponseHeaders(200, published.length);
              exchange.getResponseBody().write(published);
            }
          });
      server.start();
      tokens =
          new OidcTokens(
              ISSUER,
              AUDIENCE,
              URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys"),
              Clock.systemUTC());
    }

    OidcTokens tokens() {
      return tokens;
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @BeforeAll
  static void publishKeys() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("first").generate();
    issuer = new Issuer(new JWKSet(key.toPublicJWK()));
    tokens = issuer.tokens();
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @BeforeEach
  void listen() {
    Configurator.setLevel(OidcTokens.class, Level.INFO);
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.removeAppender(appender);
    logger.setAdditive(true);
    Configurator.setLevel(OidcTokens.class, Level.ERROR);
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

    assertThat(tokens.claimsOf(token(claims -> claims))).containsAllEntriesOf(anna);
    for (String type : new String[] {null, "at+jwt"}) {
      String token = signed(claims(c -> c), header(type), new RSASSASigner(key));
      assertThat(tokens.claimsOf(token)).containsAllEntriesOf(anna);
    }
  }

  @Test
  void tellsTheValuesOfAListApart() throws JOSEException {
    List<String> regions = List.of("a b", "[c", "d,e]");

    assertThat(tokens.claimsOf(token(claims -> claims.claim("regions", regions))))
        .containsEntry("regions", regions);
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
  void takesRsaOnlyAsApiGatewayDoes() throws Exception {
    ECKey curve = new ECKeyGenerator(Curve.P_256).keyID("curve").generate();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("curve").build();
    String token = signed(claims(c -> c), header, new ECDSASigner(curve));

    try (Issuer other = new Issuer(new JWKSet(curve.toPublicJWK()))) {
      assertThat(other.tokens().claimsOf(token)).isEmpty();
    }
    assertThat(logged).singleElement().asString().contains("Another algorithm");
  }

  @Test
  void takesTheClientIdWhereThereIsNoAudience() throws JOSEException {
    UnaryOperator<JWTClaimsSet.Builder> none = claims -> claims.audience((String) null);

    assertThat(tokens.claimsOf(token(c -> none.apply(c).claim("client_id", AUDIENCE))))
        .isNotEmpty();
    assertThat(tokens.claimsOf(token(c -> none.apply(c).claim("client_id", "other")))).isEmpty();
    assertThat(tokens.claimsOf(token(c -> c.audience("other").claim("client_id", AUDIENCE))))
        .isEmpty();
  }

  @Test
  void wantsToKnowWhichKeyHasSigned() throws JOSEException {
    JWSHeader header = new JWSHeader(JWSAlgorithm.RS256);

    assertThat(tokens.claimsOf(signed(claims(c -> c), header, new RSASSASigner(key)))).isEmpty();
    assertThat(logged).singleElement().asString().contains("names no key (kid)");
  }

  @Test
  void saysWhyATokenIsRefusedAndNeverTheToken() throws Exception {
    RSAKey another = new RSAKeyGenerator(2048).keyID("first").generate();
    Date past = in(Duration.ofHours(-1));
    Map<String, String> tokensByReason =
        Map.of(
            token(c -> c.issuer("https://else.example\nforged")),
            "its issuer (iss) is not " + ISSUER,
            token(c -> c.audience((String) null)),
            "it has neither aud nor client_id",
            token(c -> c.audience("else")),
            "its audience (aud) is not citytally",
            token(c -> c.subject(null)),
            "it has no subject (sub)",
            token(c -> c.expirationTime(past)),
            "it has expired (exp)",
            token(c -> c.expirationTime(null)),
            "it has no expiry (exp)",
            token(c -> c.issueTime(in(Duration.ofHours(1)))),
            "its time has not come yet (nbf, iat)",
            signed(claims(c -> c), header("JWT"), new RSASSASigner(another)),
            "Invalid signature",
            "eyJhbGciOiJSUzI1NiJ9.secret",
            "it is no signed JWT");

    tokensByReason.forEach(
        (token, reason) -> {
          logged.clear();
          assertThat(tokens.claimsOf(token)).isEmpty();
          assertThat(logged).singleElement().asString().contains(reason);
          for (String part : token.split("\\.")) {
            assertThat(logged.get(0)).doesNotContain(part).doesNotContain("forged");
          }
        });
  }

  @Test
  void cannotCheckATokenWhileTheKeysAreOutOfReach() throws Exception {
    OidcTokens alone =
        new OidcTokens(
            ISSUER,
            AUDIENCE,
            URI.create("http://127.0.0.1:" + Ports.free() + "/keys"),
            Clock.systemUTC());
    String token = token(claims -> claims);

    for (int attempt = 0; attempt < 5; attempt++) {
      assertThatThrownBy(() -> alone.claimsOf(token))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("can't be checked right now");
    }
    assertThat(logged).hasSize(5).allMatch(line -> line.contains("want of the issuer's keys"));
  }

  @Test
  void refusesTokensOfUnknownKeysHoweverManyCome() throws Exception {
    RSAKey unknown = new RSAKeyGenerator(2048).keyID("unknown").generate();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("unknown").build();
    String token = signed(claims(c -> c), header, new RSASSASigner(unknown));

    try (Issuer other = new Issuer(new JWKSet(key.toPublicJWK()))) {
      for (int attempt = 0; attempt < 5; attempt++) {
        assertThat(other.tokens().claimsOf(token)).isEmpty();
      }
      assertThat(other.requests).hasValueLessThan(5);
      assertThat(other.tokens().claimsOf(token(c -> c))).isNotEmpty();
    }
  }
}
