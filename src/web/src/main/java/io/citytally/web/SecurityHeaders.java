package io.citytally.web;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What every response tells the browser: run, show and fetch only what comes from here, and tell
 * nobody else. By OWASP's HTTP Headers Cheat Sheet.
 */
final class SecurityHeaders {

  private final Map<String, String> all = new LinkedHashMap<>();

  /**
   * @param issuer with whom the pages sign citizens in, the only one elsewhere whom they may ask;
   *     none: nobody
   */
  SecurityHeaders(Optional<String> issuer) {
    String asked = issuer.map(SecurityHeaders::originOf).map(origin -> " " + origin).orElse("");
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

  private static String originOf(String issuer) {
    URI address = URI.create(issuer);
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  Response addTo(Response response) {
    return response.with(all);
  }
}
