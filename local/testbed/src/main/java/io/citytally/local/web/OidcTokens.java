package io.citytally.local.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.citytally.web.Problem;
import io.citytally.web.Unavailable;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies an issuer's tokens as API Gateway's JWT authorizer does on AWS ("Control access to HTTP
 * APIs with JWT authorizers", https://docs.aws.amazon.com/apigateway/latest/developerguide/
 * http-api-jwt-authorizer.html): an RSA signature by the key that {@code kid} names, the issuer,
 * the audience in {@code aud} or, where that is absent, {@code client_id}, and {@code exp}, {@code
 * nbf} and {@code iat}.
 *
 * <p>It differs in what is not documented there: it takes RS256, RS384 and RS512 but no RSA-PSS,
 * allows for clocks that differ by a minute, and refuses a token without a subject, or whose type
 * is another than {@code JWT} and {@code at+jwt}. It keeps the keys for five minutes, API Gateway
 * for up to two hours.
 */
final class OidcTokens implements LocalWebServer.TokenVerifier {

  private static final Logger LOG = LoggerFactory.getLogger(OidcTokens.class);

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512);

  private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(1);

  private final String issuer;
  private final String audience;
  private final Clock clock;
  private final JWKSource<SecurityContext> keys;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /**
   * @param keys where the issuer publishes its keys, a JWK set; they are fetched when needed, and
   *     kept for minutes
   */
  OidcTokens(String issuer, String audience, URI keys, Clock clock) throws MalformedURLException {
    this.issuer = issuer;
    this.audience = audience;
    this.clock = clock;
    this.keys = JWKSourceBuilder.create(keys.toURL()).retrying(true).build();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, this.keys));
    processor.setJWTClaimsSetVerifier((claims, context) -> verify(claims));
  }

  @Override
  public Map<String, Object> claimsOf(String token) {
    try {
      SignedJWT signed = SignedJWT.parse(token);
      if (signed.getHeader().getKeyID() == null) {
        return refused("it names no key (kid)");
      }
      return processor.process(signed, null).getClaims();
    } catch (ParseException e) {
      // Its message may hold a part of the token.
      return refused("it is no signed JWT");
    } catch (BadJOSEException e) {
      return refused(e.getMessage());
    } catch (KeySourceException e) {
      // The source fetches no keys twice in seconds, however many tokens name unknown ones.
      if (e instanceof RateLimitReachedException && keysAreKnown()) {
        return refused("the issuer has no such key");
      }
      LOG.warn("A token could not be checked, for want of the issuer's keys: {}", e.getMessage());
      throw Unavailable.because(Problem.SIGN_IN_UNCHECKED);
    } catch (JOSEException e) {
      return refused("its signature can't be verified");
    }
  }

  private static Map<String, Object> refused(String reason) {
    LOG.info("A token was refused: {}", reason);
    return Map.of();
  }

  private boolean keysAreKnown() {
    try {
      return !keys.get(new JWKSelector(new JWKMatcher.Builder().build()), null).isEmpty();
    } catch (KeySourceException e) {
      return false;
    }
  }

  /** Quotes nothing from the token: its maker would write into the log. */
  private void verify(JWTClaimsSet claims) throws BadJWTException {
    require(issuer.equals(claims.getIssuer()), "its issuer (iss) is not " + issuer);
    if (claims.getAudience().isEmpty()) {
      Object client = claims.getClaim("client_id");
      require(client != null, "it has neither aud nor client_id");
      require(audience.equals(client), "its client_id is not " + audience);
    } else {
      require(claims.getAudience().contains(audience), "its audience (aud) is not " + audience);
    }
    require(claims.getSubject() != null, "it has no subject (sub)");
    Instant now = clock.instant();
    Date earliest = Date.from(now.minus(MAX_CLOCK_DIFFERENCE));
    Date latest = Date.from(now.plus(MAX_CLOCK_DIFFERENCE));
    require(claims.getExpirationTime() != null, "it has no expiry (exp)");
    require(claims.getExpirationTime().after(earliest), "it has expired (exp)");
    for (Date start : new Date[] {claims.getNotBeforeTime(), claims.getIssueTime()}) {
      require(start == null || start.before(latest), "its time has not come yet (nbf, iat)");
    }
  }

  private static void require(boolean holds, String otherwise) throws BadJWTException {
    if (!holds) {
      throw new BadJWTException(otherwise);
    }
  }
}
