package io.citytally.web;

import java.util.Objects;

/**
 * How citizens sign in with OpenID Connect.
 *
 * @param issuer as it stands in the tokens' {@code iss}
 * @param audience whom the tokens are for, as it stands in their {@code aud}
 * @param clientId the public client by which the pages sign citizens in
 * @param scope what a token must allow. It tells an access token from an ID token, which may have
 *     the same audience
 * @param subjectClaim the claim that tells one citizen from another
 */
public record SignIn(
    String issuer, String audience, String clientId, String scope, String subjectClaim) {

  public static final String DEFAULT_SCOPE = "citytally/vote";
  public static final String DEFAULT_SUBJECT_CLAIM = "sub";

  /** With the default scope and subject, and a client that has the audience's name. */
  public SignIn(String issuer, String audience) {
    this(issuer, audience, audience, DEFAULT_SCOPE, DEFAULT_SUBJECT_CLAIM);
  }

  public SignIn {
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(audience, "audience");
    Objects.requireNonNull(clientId, "clientId");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(subjectClaim, "subjectClaim");
  }
}
