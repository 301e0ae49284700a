package io.citytally.web;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The foreign origins whose pages may call the API, such as the city's own portal, by the CORS
 * protocol of the Fetch standard. Each is exact: there are no patterns.
 */
public final class AllowedOrigins {

  /** No foreign page may call the API. */
  public static final AllowedOrigins NONE = new AllowedOrigins(Set.of());

  private static final String METHODS = "GET, PUT";
  private static final String REQUEST_HEADERS =
      "Authorization, Content-Type, If-None-Match, " + OpenVoters.HEADER;
  private static final String RESPONSE_HEADERS =
      "ETag, Retry-After, WWW-Authenticate, " + ResultsHandler.AS_OF;
  private static final String PREFLIGHT_SECONDS = "600";

  private final Set<String> origins;

  /**
   * @param origins such as {@code https://portal.lunden.example}
   * @throws IllegalArgumentException saying which is no origin
   */
  public AllowedOrigins(Set<String> origins) {
    for (String origin : origins) {
      if (!isOrigin(origin)) {
        throw new IllegalArgumentException(
            "'"
                + origin
                + "' is not an origin: write the scheme and the host in small letters, without a"
                + " path, such as https://portal.lunden.example");
      }
    }
    this.origins = Set.copyOf(origins);
  }

  /** Whether the text is exactly what browsers send as {@code Origin}. */
  private static boolean isOrigin(String text) {
    try {
      URI address = URI.create(text);
      String scheme = address.getScheme();
      String host = address.getHost();
      return ("https".equals(scheme) || "http".equals(scheme))
          && host != null
          && text.equals(
              (scheme + "://" + host + (address.getPort() < 0 ? "" : ":" + address.getPort()))
                  .toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Answers a question of a browser whether a page of an allowed origin may send a request. */
  Optional<Response> preflight(Request request) {
    if (!request.method().equals("OPTIONS")
        || !isAllowed(request)
        || request.header("Access-Control-Request-Method").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Response.of(204)
            .with("Access-Control-Allow-Methods", METHODS)
            .with("Access-Control-Allow-Headers", REQUEST_HEADERS)
            .with("Access-Control-Max-Age", PREFLIGHT_SECONDS)
            .with("Cache-Control", "no-store"));
  }

  /** Lets the page read the response, if its origin is allowed. */
  Response addTo(Response response, Request request) {
    if (origins.isEmpty() || response.headers().containsKey("Access-Control-Allow-Origin")) {
      return response;
    }
    List<String> vary = new ArrayList<>();
    Optional.ofNullable(response.headers().get("Vary")).ifPresent(vary::add);
    vary.add("Origin");
    Response varied = response.with("Vary", String.join(", ", vary));
    return isAllowed(request)
        ? varied
            .with("Access-Control-Allow-Origin", request.header("Origin").orElse(""))
            .with("Access-Control-Expose-Headers", RESPONSE_HEADERS)
        : varied;
  }

  private boolean isAllowed(Request request) {
    return request.header("Origin").filter(origins::contains).isPresent();
  }
}
