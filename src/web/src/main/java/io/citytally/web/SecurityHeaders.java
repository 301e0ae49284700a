package io.citytally.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What every response tells the browser: run, show and fetch only what comes from here, and tell
 * nobody else. By OWASP's HTTP Headers Cheat Sheet. One page may stand in a frame of another
 * website: it has nothing to click, and calls nobody else.
 */
final class SecurityHeaders {

  private static final String POLICY = "Content-Security-Policy";
  private static final String RESOURCE_POLICY = "Cross-Origin-Resource-Policy";

  private final Map<String, String> all = new LinkedHashMap<>();
  private final Map<String, String> framed;

  /**
   * @param origins the only ones elsewhere that the pages may call: those of the issuer with whom
   *     they sign citizens in
   */
  SecurityHeaders(Set<String> origins) {
    String asked = origins.stream().map(origin -> " " + origin).collect(Collectors.joining());
    all.put(POLICY, policy(asked, "'none'"));
    all.put("X-Content-Type-Options", "nosniff");
    all.put("Referrer-Policy", "no-referrer");
    all.put("Cross-Origin-Opener-Policy", "same-origin");
    all.put(RESOURCE_POLICY, "same-origin");
    all.put(
        "Permissions-Policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
    framed = new LinkedHashMap<>(all);
    framed.put(POLICY, policy("", "*"));
    framed.put(RESOURCE_POLICY, "cross-origin");
  }

  private static String policy(String asked, String framers) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        + (" connect-src 'self'" + asked + ";")
        + " font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
        + framers;
  }

  Response addTo(Response response) {
    return response.with(all);
  }

  /** The headers of the page that any website may frame. */
  Response addToFramed(Response response) {
    return response.with(framed);
  }
}
