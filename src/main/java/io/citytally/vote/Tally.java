package io.citytally.vote;

import java.util.Objects;

/**
 * Where the count of one key stands: how many votes the job has seen come ({@code added}) and go
 * ({@code removed}) since it first ran with its present epoch. Both only ever grow.
 */
public class Tally {

  public TallyKey key;
  public long added;
  public long removed;

  /** For Flink's serializer. */
  public Tally() {}

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public Tally(TallyKey key, long added, long removed) {
    if (added < 0 || removed < 0) {
      throw new IllegalArgumentException(
          "a tally counts up from zero: added " + added + ", removed " + removed);
    }
    this.key = Objects.requireNonNull(key, "key");
    this.added = added;
    this.removed = removed;
  }

  /** This tally after {@code added} more votes have come and {@code removed} more have gone. */
  public Tally plus(long added, long removed) {
    return new Tally(key, Math.addExact(this.added, added), Math.addExact(this.removed, removed));
  }

  /**
   * What is known from two tallies of the same key: the greater of each number.
   *
   * @throws IllegalArgumentException if the keys differ
   */
  public Tally merge(Tally that) {
    if (!key.equals(that.key)) {
      throw new IllegalArgumentException("tallies of two keys: " + key + ", " + that.key);
    }
    return new Tally(key, Math.max(added, that.added), Math.max(removed, that.removed));
  }

  /** The votes that stand. Below zero while a vote's withdrawal is known before the vote itself. */
  public long votes() {
    return added - removed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally
        && key.equals(((Tally) other).key)
        && added == ((Tally) other).added
        && removed == ((Tally) other).removed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, added, removed);
  }

  @Override
  public String toString() {
    return key + ": " + added + " added, " + removed + " removed";
  }
}
