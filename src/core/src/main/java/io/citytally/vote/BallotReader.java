package io.citytally.vote;

import java.io.Serializable;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads what is on the ballot. */
public interface BallotReader extends Serializable, AutoCloseable {

  /**
   * Reads all choices that are on the ballot, at any status there, without blocking.
   *
   * @return the choices; none if the ballot is empty. Fails with {@link UnavailableException} if
   *     the ballot can't be read at the moment, and with another exception if trying again can't
   *     help
   */
  CompletableFuture<Set<Choice>> read();

  /** Releases what the readings left open. */
  @Override
  default void close() {}
}
