package io.citytally.vote;

import java.util.Objects;

/**
 * Where the count of one key stands in an epoch: how many votes have come ({@code added}) and gone
 * ({@code removed}) since counting in that epoch began. Both only ever grow.
 *
 * <p>An epoch is one starting point of the counting. Numbers of two epochs have nothing to say
 * about each other: neither their difference nor the greater one means anything.
 */
@FlinkPojo
public class Tally {

  public Choice key;

  /** From 1. */
  public long epoch;

  public long added;
  public long removed;

  /** For Flink's serializer. */
  public Tally() {}

  /**
   * @param epoch from 1
   * @throws IllegalArgumentException if the epoch is below 1, or a number below 0
   */
  public Tally(Choice key, long epoch, long added, long removed) {
    if (epoch < 1) {
      throw new IllegalArgumentException("an epoch is a number from 1, not " + epoch);
    }
    if (added < 0 || removed < 0) {
      throw new IllegalArgumentException(
          "a tally counts up from zero: added " + added + ", removed " + removed);
    }
    this.key = Objects.requireNonNull(key, "key");
    this.epoch = epoch;
    this.added = added;
    this.removed = removed;
  }

  /** This tally after {@code added} more votes have come and {@code removed} more have gone. */
  public Tally plus(long added, long removed) {
    return new Tally(
        key, epoch, Math.addExact(this.added, added), Math.addExact(this.removed, removed));
  }

  /**
   * What is known from two tallies of the same key and epoch: the greater of each number.
   *
   * @throws IllegalArgumentException if the keys or the epochs differ
   */
  public Tally merge(Tally that) {
    if (!key.equals(that.key)) {
      throw new IllegalArgumentException("tallies of two keys: " + key + ", " + that.key);
    }
    if (epoch != that.epoch) {
      throw new IllegalArgumentException("tallies of two epochs: " + this + "; " + that);
    }
    return new Tally(key, epoch, Math.max(added, that.added), Math.max(removed, that.removed));
  }

  /** The votes that stand. Below zero while a vote's withdrawal is known before the vote itself. */
  public long votes() {
    return added - removed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally
        && key.equals(((Tally) other).key)
        && epoch == ((Tally) other).epoch
        && added == ((Tally) other).added
        && removed == ((Tally) other).removed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, epoch, added, removed);
  }

  @Override
  public String toString() {
    return key + " in epoch " + epoch + ": " + added + " added, " + removed + " removed";
  }
}
