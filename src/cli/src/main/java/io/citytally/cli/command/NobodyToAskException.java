package io.citytally.cli.command;

/** There is no terminal to ask on before something is written; the message says what to do. */
public final class NobodyToAskException extends RuntimeException implements RefusedInput {

  private static final long serialVersionUID = 1L;

  public NobodyToAskException(String message) {
    super(message);
  }
}
