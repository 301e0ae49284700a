package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The request can't be done. What it says is for the person who made it; it names no vote's id. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final Problem problem;
  private final transient Map<String, ?> values;
  private final transient Map<String, String> headers;
  private final transient ObjectNode fields;

  ProblemException(int status, Problem problem) {
    this(status, problem, Map.of(), Map.of(), Json.object());
  }

  /**
   * @param values what the title names, by their places in it
   */
  ProblemException(int status, Problem problem, Map<String, ?> values) {
    this(status, problem, values, Map.of(), Json.object());
  }

  private ProblemException(
      int status,
      Problem problem,
      Map<String, ?> values,
      Map<String, String> headers,
      ObjectNode fields) {
    // No stack trace: it is an answer, not a failure.
    super(Texts.english().say(problem, values), null, false, false);
    this.status = status;
    this.problem = problem;
    this.values = values;
    this.headers = headers;
    this.fields = fields;
  }

  /**
   * The same problem with headers that belong to its status.
   *
   * @param more the headers
   */
  ProblemException withHeaders(Map<String, String> more) {
    return new ProblemException(status, problem, values, more, fields);
  }

  /**
   * The same problem with what a program can go on with.
   *
   * @param more the fields
   */
  ProblemException withFields(ObjectNode more) {
    return new ProblemException(status, problem, values, headers, more);
  }

  /**
   * The answer, by RFC 9457.
   *
   * @param texts those of the client's language
   */
  Response response(Texts texts) {
    ObjectNode json = Json.object().put("title", texts.say(problem, values)).put("status", status);
    byte[] body = Json.bytes(json.setAll(fields));
    return Response.of(status)
        .with("Cache-Control", "no-store")
        .with("Vary", "Accept-Language")
        .with("Content-Language", texts.language())
        .with(headers)
        .withBody("application/problem+json", body);
  }
}
