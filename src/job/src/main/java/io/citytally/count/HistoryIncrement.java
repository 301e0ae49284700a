package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.FlinkPojo;
import io.citytally.vote.HistoryKey;
import java.util.Objects;

/** How many votes or ballots came and went in one bucket of the course of the vote. */
@FlinkPojo
public class HistoryIncrement implements Increment {

  /** A {@link HistoryKey}. */
  public Choice key;

  public long added;
  public long removed;

  /** For Flink's serializer. */
  public HistoryIncrement() {}

  HistoryIncrement(Choice key, long added, long removed) {
    this.key = Objects.requireNonNull(key, "key");
    this.added = added;
    this.removed = removed;
  }

  /** The sum of two of the same key. */
  HistoryIncrement plus(HistoryIncrement that) {
    return new HistoryIncrement(key, added + that.added, removed + that.removed);
  }

  @Override
  public Choice key() {
    return key;
  }

  @Override
  public long added() {
    return added;
  }

  @Override
  public long removed() {
    return removed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HistoryIncrement
        && key.equals(((HistoryIncrement) other).key)
        && added == ((HistoryIncrement) other).added
        && removed == ((HistoryIncrement) other).removed;
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
