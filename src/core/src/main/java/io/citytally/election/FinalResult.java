package io.citytally.election;

import java.time.Instant;
import java.util.Objects;

/** That the result is final: since when, and the SHA-256 by which its file is known. */
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
