package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The request can't be done. What it says is for the person who made it; it names no vote's id. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final Map<String, String> headers;
  private final transient ObjectNode fields;

  /**
   * @param title a sentence, without a full stop, that a person understands
   */
  ProblemException(int status, String title) {
    this(status, title, Map.of());
  }

  /**
   * @param headers that belong to the status
   */
  ProblemException(int status, String title, Map<String, String> headers) {
    this(status, title, headers, Json.object());
  }

  /**
   * @param fields what a program can go on with
   */
  ProblemException(int status, String title, ObjectNode fields) {
    this(status, title, Map.of(), fields);
  }

  private ProblemException(
      int status, String title, Map<String, String> headers, ObjectNode fields) {
    // No stack trace: it is an answer, not a failure.
    super(title, null, false, false);
    this.status = status;
    this.headers = headers;
    this.fields = fields;
  }

  /** The answer, by RFC 9457. */
  Response response() {
    ObjectNode json = Json.object().put("title", getMessage()).put("status", status);
    byte[] body = Json.bytes(json.setAll(fields));
    return Response.of(status)
        .with("Cache-Control", "no-store")
        .with(headers)
        .withBody("application/problem+json", body);
  }
}
