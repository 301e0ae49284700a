package io.citytally.local.ballot;

/** There is no terminal to ask on before something is written; the message says what to do. */
public final class NobodyToAskException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NobodyToAskException(String message) {
    super(message);
  }
}
