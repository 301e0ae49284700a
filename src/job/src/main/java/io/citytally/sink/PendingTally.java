package io.citytally.sink;

import io.citytally.table.CounterState;
import io.citytally.table.Decision;
import io.citytally.table.IdempotentAdd;
import io.citytally.vote.Tally;

/**
 * A tally on its way into its item, and how its writer goes on from each answer: all that {@link
 * TallySinkWriter} decides about one key, without its requests, timers and threads.
 *
 * <p>The writer does what {@link #next} says until that is nothing more. After an answer that was
 * lost it knows no more than before, so there is no method for one: it asks for the next decision
 * again. Before it asks, what has come since is {@linkplain Tally#merge merged}.
 */
public final class PendingTally {

  private final Tally tally;
  private final CounterState cached;

  private PendingTally(Tally tally, CounterState cached) {
    this.tally = tally;
    this.cached = cached;
  }

  /**
   * @param cached the state in which the item was last seen; it may be wrong
   */
  public static PendingTally of(Tally tally, CounterState cached) {
    return new PendingTally(tally, cached);
  }

  /** What the item is to take in. */
  public Tally tally() {
    return tally;
  }

  /** Where the item is thought to stand. */
  public CounterState cached() {
    return cached;
  }

  /** What is to be done now, as far as is known. */
  public Decision next() {
    return IdempotentAdd.decide(cached, tally);
  }

  /** The answer says that this was written. */
  public PendingTally written(Decision sent) {
    return new PendingTally(tally, sent.next());
  }

  /** The answer says that the condition failed, and shows where the item stands. */
  public PendingTally refused(CounterState seen) {
    return new PendingTally(tally, seen);
  }
}
