package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cloudformation.Template;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What CloudFront lets pages of other origins read where an answer is not the function's. */
class ForeignPagesTest {

  private static final List<String> ORIGINS =
      List.of("https://portal.example.org", "https://app.example.org");
  private static final Template WEB =
      Template.of("web", Map.of("AllowedOrigins", String.join(",", ORIGINS)));

  private static Map<?, ?> cors() {
    Map<?, ?> policy =
        (Map<?, ?>) WEB.properties("ForeignPages").get("ResponseHeadersPolicyConfig");
    return (Map<?, ?>) policy.get("CorsConfig");
  }

  private static Object items(String name) {
    return ((Map<?, ?>) cors().get(name)).get("Items");
  }

  private static List<String> list(Map<String, String> headers, String name) {
    return List.of(headers.get(name).split(", "));
  }

  @Test
  void readAnAuthorizers401AsTheFunctionsOwnAnswers() {
    AllowedOrigins allowed = new AllowedOrigins(Set.copyOf(ORIGINS));
    Request preflight =
        new Request(
            "OPTIONS",
            "/api/votes/mine",
            Map.of("Origin", ORIGINS.get(0), "Access-Control-Request-Method", "PUT"),
            new byte[0],
            Map.of());
    Map<String, String> headers =
        allowed.addTo(allowed.preflight(preflight).orElseThrow(), preflight).headers();

    assertThat(items("AccessControlAllowOrigins")).isEqualTo(ORIGINS);
    assertThat(items("AccessControlAllowMethods"))
        .isEqualTo(list(headers, "Access-Control-Allow-Methods"));
    assertThat(items("AccessControlAllowHeaders"))
        .isEqualTo(list(headers, "Access-Control-Allow-Headers"));
    assertThat(items("AccessControlExposeHeaders"))
        .isEqualTo(list(headers, "Access-Control-Expose-Headers"));
    // The function knows better whom it lets read its answers.
    assertThat(cors().get("OriginOverride")).isEqualTo(false);
  }

  @Test
  void areServedByThatPolicyWhereBallotsAreCastAndOnlyIfThereAreAny() {
    assertThat(policyOf(WEB, "/api/*")).isEqualTo("<ForeignPages>");
    assertThat(policyOf(WEB, "/api/results*")).isEqualTo("<SecurityHeaders>");
    assertThat(policyOf(WEB, "/embed")).isEqualTo("<FramedHeaders>");
    assertThat(policyOf(Template.of("web"), "/api/*")).isEqualTo("<SecurityHeaders>");
    assertThat(Template.of("web").ids()).doesNotContain("ForeignPages");
  }

  private static Object policyOf(Template web, String path) {
    Map<?, ?> distribution = (Map<?, ?>) web.properties("Distribution").get("DistributionConfig");
    return ((List<?>) distribution.get("CacheBehaviors"))
        .stream()
            .map(behavior -> (Map<?, ?>) behavior)
            .filter(behavior -> behavior.get("PathPattern").equals(path))
            .map(behavior -> (Object) behavior.get("ResponseHeadersPolicyId"))
            .findAny()
            .orElseThrow();
  }
}
