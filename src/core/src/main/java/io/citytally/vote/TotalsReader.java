package io.citytally.vote;

import java.io.Serializable;
import java.util.concurrent.CompletableFuture;

/** Tells which choices have a running total, because they were admitted once. */
public interface TotalsReader extends Serializable, AutoCloseable {

  /** How many questions may be unanswered at a time. */
  int MAX_CONCURRENCY = 100;

  /** Knows no total. */
  TotalsReader NONE = choice -> CompletableFuture.completedFuture(false);

  /**
   * Looks for the choice's total, without blocking.
   *
   * @return whether there is one. Fails with {@link UnavailableException} if that can't be told at
   *     the moment, and with another exception if trying again can't help
   */
  CompletableFuture<Boolean> hasTotal(Choice choice);

  /** Releases what the questions left open. */
  @Override
  default void close() {}
}
