package io.citytally.web;

import java.util.Map;

/** Something that the answer depends on does not answer: the tables, or the tokens' issuer. */
public final class Unavailable {

  private Unavailable() {}

  /** A problem with status 503, by which the client tries again in a second. */
  public static ProblemException because(Problem problem) {
    return new ProblemException(503, problem).withHeaders(Map.of("Retry-After", "1"));
  }
}
