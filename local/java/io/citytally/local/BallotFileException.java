package io.citytally.local;

/** A ballot's file is not as it should be; the message says where, and how it should be. */
final class BallotFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BallotFileException(String message) {
    super(message);
  }
}
