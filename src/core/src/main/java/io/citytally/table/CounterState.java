package io.citytally.table;

import java.util.Objects;

/**
 * How much of the job's counting an item of {@code total_votes} has taken in: {@code added} and
 * {@code removed} votes of one epoch. An item that the job has never written, or that does not
 * exist, stands at epoch 0, older than every epoch that a job can run with.
 */
public final class CounterState {

  public static final CounterState NEVER_WRITTEN = new CounterState(0, 0, 0);

  private final long epoch;
  private final long added;
  private final long removed;

  private CounterState(long epoch, long added, long removed) {
    this.epoch = epoch;
    this.added = added;
    this.removed = removed;
  }

  /**
   * @throws IllegalArgumentException if the epoch is below 1, or a number of votes below 0
   */
  public static CounterState at(long epoch, long added, long removed) {
    if (epoch < 1 || added < 0 || removed < 0) {
      throw new IllegalArgumentException(
          "an item stands at an epoch from 1 and votes from 0: "
              + new CounterState(epoch, added, removed));
    }
    return new CounterState(epoch, added, removed);
  }

  /** The epoch, from 1; 0 if the job has never written the item. */
  public long epoch() {
    return epoch;
  }

  public long added() {
    return added;
  }

  public long removed() {
    return removed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CounterState
        && epoch == ((CounterState) other).epoch
        && added == ((CounterState) other).added
        && removed == ((CounterState) other).removed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(epoch, added, removed);
  }

  @Override
  public String toString() {
    return "epoch " + epoch + ", " + added + " added, " + removed + " removed";
  }
}
