package io.citytally.local.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies an issuer's tokens, as API Gateway's JWT authorizer does it on AWS: signature, issuer,
 * audience, and time.
 */
final class OidcTokens implements LocalWebServer.TokenVerifier {

  private static final Logger LOG = LoggerFactory.getLogger(OidcTokens.class);

  /** Those by a pair of keys: with a shared one, whoever verifies could also sign. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384);

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /**
   * @param keys where the issuer publishes its keys, a JWK set; they are fetched when needed, and
   *     kept for minutes
   */
  OidcTokens(String issuer, String audience, URI keys) throws MalformedURLException {
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            ALGORITHMS, JWKSourceBuilder.create(keys.toURL()).retrying(true).build()));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp")));
  }

  @Override
  public Map<String, String> claimsOf(String token) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      return Map.of("iss", claims.getIssuer(), "sub", claims.getSubject());
    } catch (ParseException | BadJOSEException e) {
      LOG.info("A token was refused: {}", e.getMessage());
      return Map.of();
    } catch (JOSEException e) {
      LOG.warn("A token could not be verified, so it was refused", e);
      return Map.of();
    }
  }
}
