package io.citytally.count;

/** How many votes have come and gone for one key since counting in the job's epoch began. */
public class Totals {

  public long added;
  public long removed;

  /** For Flink's serializer; none yet. */
  public Totals() {}

  Totals(long added, long removed) {
    this.added = added;
    this.removed = removed;
  }
}
