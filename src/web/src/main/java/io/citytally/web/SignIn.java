package io.citytally.web;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * How citizens sign in with OpenID Connect.
 *
 * @param issuer as it stands in the tokens' {@code iss}
 * @param audience whom the tokens are for, as it stands in their {@code aud}
 * @param clientId the public client by which the pages sign citizens in
 * @param scope what a token must allow. It tells an access token from an ID token, which may have
 *     the same audience
 * @param subjectClaim the claim that tells one citizen from another
 * @param tokenOrigin where the issuer gives out tokens, such as {@code https://id.lunden.example};
 *     mostly the origin of the issuer itself
 */
public record SignIn(
    String issuer,
    String audience,
    String clientId,
    String scope,
    String subjectClaim,
    String tokenOrigin) {

  public static final String DEFAULT_SCOPE = "citytally/vote";
  public static final String DEFAULT_SUBJECT_CLAIM = "sub";

  /** With the default scope and subject, and a client that has the audience's name. */
  public SignIn(String issuer, String audience) {
    this(issuer, audience, audience, DEFAULT_SCOPE, DEFAULT_SUBJECT_CLAIM);
  }

  /** With an issuer that gives out tokens at its own origin. */
  public SignIn(
      String issuer, String audience, String clientId, String scope, String subjectClaim) {
    this(issuer, audience, clientId, scope, subjectClaim, originOf(issuer));
  }

  public SignIn {
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(audience, "audience");
    Objects.requireNonNull(clientId, "clientId");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(subjectClaim, "subjectClaim");
    Objects.requireNonNull(tokenOrigin, "tokenOrigin");
  }

  /** The same, but for an issuer whose tokens come from this origin. */
  public SignIn withTokenOrigin(String origin) {
    return new SignIn(issuer, audience, clientId, scope, subjectClaim, origin);
  }

  /** The origins that the pages call: the issuer's, where it describes itself, and the tokens'. */
  Set<String> origins() {
    return new LinkedHashSet<>(List.of(originOf(issuer), tokenOrigin));
  }

  /** The origin of an address, such as {@code https://id.lunden.example}. */
  public static String originOf(String address) {
    URI uri = URI.create(address);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
