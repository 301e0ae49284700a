package io.citytally.cli.cost;

/** A price is needed that is not known for the region. The message says which, and what to do. */
public final class MissingPriceException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  MissingPriceException(String message) {
    super(message);
  }
}
