package io.citytally.local.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param states how many different ones were reached
 * @param transitions how many steps were followed
 * @param depth the number of steps to the state that is farthest away, each state by its shortest
 *     way
 * @param complete whether all reachable states were searched
 * @param counterexample the shortest way to something wrong, if there is one
 */
record Outcome(
    long states,
    long transitions,
    int depth,
    Duration elapsed,
    boolean complete,
    Optional<Counterexample> counterexample) {

  /** Whether all was searched, and nothing is wrong. */
  boolean holds() {
    return complete && counterexample.isEmpty();
  }

  /**
   * A way from the initial state to something wrong.
   *
   * @param steps what happens, one after the other, and what is to be seen after each
   * @param reason what is wrong then
   */
  record Counterexample(List<String> steps, String reason) {}
}
