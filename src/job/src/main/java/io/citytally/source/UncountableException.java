package io.citytally.source;

/** Says why a record can't be counted, for a person; it names no vote's id. */
final class UncountableException extends Exception {

  private static final long serialVersionUID = 1L;

  UncountableException(String reason) {
    // No stack trace: a flood of bad records must not become a flood of work.
    super(reason, null, false, false);
  }
}
