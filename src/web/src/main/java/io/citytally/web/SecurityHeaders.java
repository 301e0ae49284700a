package io.citytally.web;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every response tells the browser: run, show and fetch only what comes from here, and tell
 * nobody else. By OWASP's HTTP Headers Cheat Sheet.
 */
final class SecurityHeaders {

  private static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'");
    ALL.put("X-Content-Type-Options", "nosniff");
    ALL.put("Referrer-Policy", "no-referrer");
    ALL.put("Cross-Origin-Opener-Policy", "same-origin");
    ALL.put("Cross-Origin-Resource-Policy", "same-origin");
    ALL.put(
        "Permissions-Policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
  }

  private SecurityHeaders() {}

  static Response addTo(Response response) {
    return response.with(ALL);
  }
}
