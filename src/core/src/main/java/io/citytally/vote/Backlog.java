package io.citytally.vote;

/**
 * Bounds what one instance of an operator or sink keeps while it waits for DynamoDB. Once the bound
 * is reached, the stream is held back: so memory and snapshots stay bounded, however long DynamoDB
 * is away.
 */
public final class Backlog {

  public static final int MAX_ELEMENTS = 10_000;
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private Backlog() {}

  /** Whether nothing more may be taken in. */
  public static boolean isFull(int elements, long bytes) {
    return elements >= MAX_ELEMENTS || bytes >= MAX_BYTES;
  }
}
