package io.citytally.vote;

import java.io.Serializable;
import java.util.Set;

/** Reads what may be voted for, wherever that is kept. */
public interface BallotReader extends Serializable, AutoCloseable {

  /**
   * All choices that are on the ballot now. None means that there is no ballot, and anything may be
   * voted for.
   *
   * @throws RuntimeException if it can't be read at the moment
   */
  Set<TallyKey> read();

  /** Lets go of what the last reading left open. */
  @Override
  default void close() {}
}
