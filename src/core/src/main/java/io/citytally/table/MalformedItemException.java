package io.citytally.table;

/** An item of a table is not of the shape that its table asks for: someone else has written it. */
public class MalformedItemException extends RuntimeException {

  public MalformedItemException(String message) {
    super(message);
  }
}
