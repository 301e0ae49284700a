package io.citytally.count;

/** What came and went for one key since it was last written. */
public class Gathered {

  public long added;
  public long removed;

  /** For Flink's serializer; nothing gathered yet. */
  public Gathered() {}

  Gathered(long added, long removed) {
    this.added = added;
    this.removed = removed;
  }

  Gathered plus(long added, long removed) {
    return new Gathered(this.added + added, this.removed + removed);
  }
}
