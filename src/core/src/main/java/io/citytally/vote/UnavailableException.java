package io.citytally.vote;

/** What was asked for can't be had at the moment. The same request may succeed later. */
public class UnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
