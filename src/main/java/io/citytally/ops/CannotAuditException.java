package io.citytally.ops;

/** There is nothing to audit; the message says why, and what to do. */
public class CannotAuditException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CannotAuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
