package io.citytally.web;

/** A secret that someone has deleted. */
final class SecretGoneException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  SecretGoneException(String message, Throwable cause) {
    super(message, cause);
  }
}
