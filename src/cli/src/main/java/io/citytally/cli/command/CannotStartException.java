package io.citytally.cli.command;

import org.jspecify.annotations.Nullable;

/**
 * The local system, or a part of it, can't start; the message tells a person why and what to do.
 */
public class CannotStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CannotStartException(String message) {
    super(message);
  }

  public CannotStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
