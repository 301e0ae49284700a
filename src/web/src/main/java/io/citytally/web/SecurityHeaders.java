package io.citytally.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What every response tells the browser: run, show and fetch only what comes from here, and tell
 * nobody else. By OWASP's HTTP Headers Cheat Sheet.
 */
final class SecurityHeaders {

  private final Map<String, String> all = new LinkedHashMap<>();

  /**
   * @param origins the only ones elsewhere that the pages may call: those of the issuer with whom
   *     they sign citizens in
   */
  SecurityHeaders(Set<String> origins) {
    String asked = origins.stream().map(origin -> " " + origin).collect(Collectors.joining());
    all.put(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + (" connect-src 'self'" + asked + ";")
            + " font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    all.put("X-Content-Type-Options", "nosniff");
    all.put("Referrer-Policy", "no-referrer");
    all.put("Cross-Origin-Opener-Policy", "same-origin");
    all.put("Cross-Origin-Resource-Policy", "same-origin");
    all.put(
        "Permissions-Policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
  }

  Response addTo(Response response) {
    return response.with(all);
  }
}
