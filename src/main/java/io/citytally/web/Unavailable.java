package io.citytally.web;

import java.util.Map;

/** The tables don't answer. */
final class Unavailable {

  private Unavailable() {}

  static ProblemException because(String title) {
    return new ProblemException(503, title, Map.of("Retry-After", "1"));
  }
}
