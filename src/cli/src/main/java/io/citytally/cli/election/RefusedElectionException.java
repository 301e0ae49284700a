package io.citytally.cli.election;

import io.citytally.cli.command.RefusedInput;
import org.jspecify.annotations.Nullable;

/**
 * The election can't be set or closed as asked, and nothing was written. The message says why, and
 * what to do.
 */
public final class RefusedElectionException extends RuntimeException implements RefusedInput {

  private static final long serialVersionUID = 1L;

  public RefusedElectionException(String message) {
    this(message, null);
  }

  public RefusedElectionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
