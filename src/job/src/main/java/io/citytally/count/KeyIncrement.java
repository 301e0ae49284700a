package io.citytally.count;

import io.citytally.vote.Choice;
import java.util.Objects;

/**
 * By how much the count of one key grew: what {@link TallyThrottle} sums up. The key is a choice, a
 * turnout, or a bucket of the course of the vote. Once it is sent, it never changes.
 */
public final class KeyIncrement {

  final Choice key;
  long added;
  long removed;

  /**
   * @param key under which it counts
   * @param added how many came
   * @param removed how many went
   */
  public KeyIncrement(Choice key, long added, long removed) {
    this.key = Objects.requireNonNull(key, "key");
    this.added = added;
    this.removed = removed;
  }

  /** The key under which it counts. */
  public Choice key() {
    return key;
  }

  /** Counts one side of a change, before this is sent. */
  void add(ChoiceChange change) {
    if (change.taken) {
      added++;
    } else {
      removed++;
    }
  }

  /** The sum of two of the same key. */
  KeyIncrement plus(KeyIncrement that) {
    return new KeyIncrement(key, added + that.added, removed + that.removed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyIncrement
        && key.equals(((KeyIncrement) other).key)
        && added == ((KeyIncrement) other).added
        && removed == ((KeyIncrement) other).removed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, added, removed);
  }

  @Override
  public String toString() {
    return key + ": +" + added + " -" + removed;
  }
}
