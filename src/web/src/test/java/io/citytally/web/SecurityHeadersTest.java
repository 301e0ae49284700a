package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityHeadersTest {

  private static String policy(Optional<String> issuer) {
    return new SecurityHeaders(issuer)
        .addTo(Response.of(200))
        .headers()
        .get("Content-Security-Policy");
  }

  @Test
  void pagesAskNobodyElse() {
    assertThat(policy(Optional.empty())).contains("connect-src 'self';").doesNotContain("http");
  }

  @ParameterizedTest
  @CsvSource({
    "https://id.lunden.example, https://id.lunden.example",
    "https://id.lunden.example/realms/city, https://id.lunden.example",
    "http://127.0.0.1:8090, http://127.0.0.1:8090"
  })
  void pagesThatSignInAskTheIssuersOriginToo(String issuer, String origin) {
    String policy = policy(Optional.of(issuer));

    assertThat(policy).contains("connect-src 'self' " + origin + ";");
    assertThat(policy.replace(" " + origin, "")).isEqualTo(policy(Optional.empty()));
  }
}
