package io.citytally.web;

import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import io.citytally.election.Pin;

/** Where the election is kept. */
public interface ElectionStore {

  /**
   * Reads it again.
   *
   * @throws RuntimeException if that is impossible at the moment
   */
  Election read();

  /**
   * Pins the election, on the condition that its rules are those of the given one, and that it is
   * not pinned to anything else.
   *
   * @return whether it is pinned so
   * @throws RuntimeException if that is unknown
   */
  boolean pin(Election election, Pin pin);

  /**
   * Reads the votes and ballots of a result that is final.
   *
   * @throws RuntimeException if that is impossible at the moment
   */
  Results resultsOf(FinalResult result);
}
