package io.citytally.vote;

/**
 * What a {@link VoteChange} is told from every other one by, and by which a second delivery of the
 * same change is known: 128 bits of a hash, and the time of the change.
 *
 * <p>The time says nothing that the hash doesn't. It tells which changes were made at about the
 * same time, and so are looked up together; and what is later than all that is known needs no
 * search.
 */
public class ChangeIdentity {

  /** The time of an identity that time has no part in. */
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
