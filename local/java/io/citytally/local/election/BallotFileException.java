package io.citytally.local.election;

/** A ballot's file is not as it should be; the message says where, and how it should be. */
public final class BallotFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BallotFileException(String message) {
    super(message);
  }
}
