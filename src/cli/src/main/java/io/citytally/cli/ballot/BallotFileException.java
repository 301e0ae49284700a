package io.citytally.cli.ballot;

import io.citytally.cli.command.RefusedInput;

/** A ballot's file is not as it should be; the message says where, and how it should be. */
public final class BallotFileException extends RuntimeException implements RefusedInput {

  private static final long serialVersionUID = 1L;

  public BallotFileException(String message) {
    super(message);
  }
}
