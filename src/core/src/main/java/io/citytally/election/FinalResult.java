package io.citytally.election;

import java.time.Instant;
import java.util.Objects;

/** Holds when the result became final, and the SHA-256 of its file. */
public final class FinalResult {

  private final Instant at;
  private final String sha256;

  /**
   * @param sha256 in hexadecimal digits
   */
  public FinalResult(Instant at, String sha256) {
    this.at = Objects.requireNonNull(at, "at");
    this.sha256 = Objects.requireNonNull(sha256, "sha256");
  }

  public Instant at() {
    return at;
  }

  public String sha256() {
    return sha256;
  }
}
