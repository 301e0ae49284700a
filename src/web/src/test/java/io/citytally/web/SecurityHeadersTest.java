package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityHeadersTest {

  private static String policy(Set<String> origins) {
    return new SecurityHeaders(origins)
        .addTo(Response.of(200))
        .headers()
        .get("Content-Security-Policy");
  }

  @Test
  void pagesAskNobodyElse() {
    assertThat(policy(Set.of())).contains("connect-src 'self';").doesNotContain("http");
  }

  @ParameterizedTest
  @CsvSource({
    "https://id.lunden.example, https://id.lunden.example",
    "https://id.lunden.example/realms/city, https://id.lunden.example",
    "http://127.0.0.1:8090, http://127.0.0.1:8090"
  })
  void pagesThatSignInAskTheIssuersOriginToo(String issuer, String origin) {
    String policy = policy(new SignIn(issuer, "citytally").origins());

    assertThat(policy).contains("connect-src 'self' " + origin + ";");
    assertThat(policy.replace(" " + origin, "")).isEqualTo(policy(Set.of()));
  }

  @Test
  void pagesThatSignInAskForTokensWhereTheIssuerGivesThemOut() {
    SignIn signIn =
        new SignIn("https://cognito-idp.eu-west-1.amazonaws.com/pool", "citytally")
            .withTokenOrigin("https://lunden.auth.eu-west-1.amazoncognito.com");

    assertThat(policy(signIn.origins()))
        .contains(
            "connect-src 'self' https://cognito-idp.eu-west-1.amazonaws.com"
                + " https://lunden.auth.eu-west-1.amazoncognito.com;");
  }

  @Test
  void anyWebsiteMayFrameTheSummaryWhichAsksNobodyElse() {
    SecurityHeaders headers = new SecurityHeaders(Set.of("https://id.lunden.example"));

    Response framed = headers.addToFramed(Response.of(200));

    assertThat(framed.headers())
        .containsEntry("Cross-Origin-Resource-Policy", "cross-origin")
        .containsEntry("X-Content-Type-Options", "nosniff");
    assertThat(framed.headers().get("Content-Security-Policy"))
        .isEqualTo(policy(Set.of()).replace("frame-ancestors 'none'", "frame-ancestors *"));
  }
}
