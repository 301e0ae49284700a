package io.citytally.vote;

/**
 * Identifies a {@link VoteChange}, by 128 bits of a hash and the time of the change. All deliveries
 * of one change have the same identity. Two changes share one only if they agree in vote,
 * operation, time and choices.
 *
 * <p>The hash already covers the time. It is kept apart for speed: changes made at about the same
 * time are looked up together, and a change later than all known ones needs no look-up.
 */
public class ChangeIdentity {

  /** Stands for the time in an identity that does not include one. */
  public static final long TIMELESS = 0;

  /**
   * When the vote was changed, in microseconds since the epoch, the same at each delivery; {@link
   * #TIMELESS} where deliveries may differ in it.
   */
  public long atMicros;

  public long high;
  public long low;

  /** For Flink's serializer. */
  public ChangeIdentity() {}

  public ChangeIdentity(long atMicros, long high, long low) {
    this.atMicros = atMicros;
    this.high = high;
    this.low = low;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChangeIdentity
        && atMicros == ((ChangeIdentity) other).atMicros
        && high == ((ChangeIdentity) other).high
        && low == ((ChangeIdentity) other).low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  @Override
  public String toString() {
    return String.format("%016x%016x%016x", atMicros, high, low);
  }
}
