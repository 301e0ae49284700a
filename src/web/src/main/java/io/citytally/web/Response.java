package io.citytally.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An HTTP response, for an adapter to send as it is. */
public final class Response {

  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private Response(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  static Response of(int status) {
    return new Response(status, Map.of(), NOTHING);
  }

  Response with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Response(status, Collections.unmodifiableMap(more), body);
  }

  Response with(Map<String, String> moreHeaders) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.putAll(moreHeaders);
    return new Response(status, Collections.unmodifiableMap(more), body);
  }

  Response withBody(String type, byte[] bytes) {
    return new Response(status, headers, bytes).with("Content-Type", type);
  }

  /** What a HEAD is answered with: all but the body, whose length still stands in the headers. */
  Response withoutBody() {
    Response response = with("Content-Length", Integer.toString(body.length));
    return new Response(status, response.headers, NOTHING);
  }

  public int status() {
    return status;
  }

  /** By name; each once. {@code Content-Length} is there only if there is no body that tells. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The body's bytes, not a copy; empty if there is none. */
  public byte[] body() {
    return body;
  }
}
