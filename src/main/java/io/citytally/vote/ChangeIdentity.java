package io.citytally.vote;

/**
 * The 128 bits by which a {@link VoteChange} is told from every other one, and by which a second
 * delivery of the same change is known.
 */
public class ChangeIdentity {

  public long high;
  public long low;

  /** For Flink's serializer. */
  public ChangeIdentity() {}

  public ChangeIdentity(long high, long low) {
    this.high = high;
    this.low = low;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChangeIdentity
        && high == ((ChangeIdentity) other).high
        && low == ((ChangeIdentity) other).low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
