package io.citytally.web;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** An HTTP request, as an adapter hands it on. Nothing here asks for a query, so it has none. */
public final class Request {

  /**
   * Room for a ballot of as many improvements as there may be, and for the one that it replaces,
   * each name as long as it may be. An adapter need read only one byte more.
   */
  public static final int MAX_BODY_BYTES = 256 * 1024;

  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final byte[] body;
  private final Supplier<? extends Map<String, ?>> claims;

  /**
   * @param method in capitals
   * @param path from the first slash, without the query; percent-encoded as it came, or decoded:
   *     API Gateway has been seen to do either
   * @param headers by name in any case
   * @param body empty if there is none; cut off, at the earliest after {@link #MAX_BODY_BYTES} + 1
   * @param claims of the token that came with the request, <em>if the adapter has verified it</em>;
   *     otherwise empty. A list of texts is a {@link java.util.List}, so that its values can hold
   *     any character
   */
  public Request(
      String method, String path, Map<String, String> headers, byte[] body, Map<String, ?> claims) {
    this(method, path, headers, body, () -> claims);
  }

  /**
   * A request whose token is verified only if an answer depends on it.
   *
   * @param claims as above; throws what {@link Unavailable#because} makes, if the adapter can't
   *     verify the token now
   */
  public Request(
      String method,
      String path,
      Map<String, String> headers,
      byte[] body,
      Supplier<? extends Map<String, ?>> claims) {
    this.method = Objects.requireNonNull(method, "method");
    this.path = Objects.requireNonNull(path, "path");
    this.headers = new HashMap<>();
    headers.forEach((name, value) -> this.headers.put(name.toLowerCase(Locale.ROOT), value));
    this.body = Objects.requireNonNull(body, "body");
    this.claims = Objects.requireNonNull(claims, "claims");
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  byte[] body() {
    return body;
  }

  Claims claims() {
    return new Claims(claims.get());
  }
}
