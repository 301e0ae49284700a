package io.citytally.election;

/** Who can vote. */
public enum VotingMode {
  /** Citizens who sign in with an OpenID Connect issuer. */
  SIGNED_IN("signed-in"),
  /** Anyone, any number of times: not for binding votes. */
  OPEN("open");

  private final String label;

  VotingMode(String label) {
    this.label = label;
  }

  /** As it is written in files. */
  public String label() {
    return label;
  }
}
