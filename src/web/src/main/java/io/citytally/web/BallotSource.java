package io.citytally.web;

/** Where the ballot is read. */
@FunctionalInterface
public interface BallotSource {

  /**
   * Reads it anew.
   *
   * @throws RuntimeException if that is impossible at the moment
   */
  Ballot read();
}
