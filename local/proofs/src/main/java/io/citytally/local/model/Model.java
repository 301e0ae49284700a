package io.citytally.local.model;

import java.util.function.Supplier;

/**
 * A system of finitely many states, as {@link Search} goes through it: where it begins, what may
 * happen next, and what must never be.
 *
 * @param <S> a state: immutable
 */
interface Model<S> {

  S initial();

  /** Says all that may happen in a state. */
  void steps(S state, Steps<S> steps);

  /** What is wrong with a state; null if nothing is. */
  String violation(S state);

  /** What is wrong with a step, though both its states may be good; null if nothing is. */
  String violation(S before, S after);

  /** Whether the system may stay in a state for good. */
  boolean atRest(S state);

  /**
   * The parts of a state, as many for each. They are immutable, with {@code equals} and {@code
   * hashCode}, and few different ones make many states. A step should hand on those that it doesn't
   * change as they are.
   */
  Object[] parts(S state);

  /**
   * Puts the numbers of interchangeable parts in order: of two states that differ in their order
   * only, and can do the same, one is searched.
   *
   * @param numbers one for each part; the same for equal ones
   */
  default void order(int[] numbers) {}

  /** The state of these parts. */
  S assemble(Object[] parts);

  /**
   * Takes the steps from a state.
   *
   * @param <S> a state
   */
  @FunctionalInterface
  interface Steps<S> {

    /**
     * @param calm whether it is one that happens, sooner or later, in a world without faults. The
     *     first calm step from each state must lead on to rest.
     * @param label what happens; only asked for the steps of a counterexample
     */
    void step(S next, boolean calm, Supplier<String> label);
  }
}
