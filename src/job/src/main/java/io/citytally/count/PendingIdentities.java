package io.citytally.count;

import io.citytally.vote.ChangeIdentity;

/**
 * Keeps the identities of one {@link MemoryKey} that are not in the state yet, each with the set of
 * sides that were counted, as bits.
 *
 * <h2>A hash table in order</h2>
 *
 * <p>An identity is a cryptographic hash. Its first bits are its home in the table, so the table is
 * almost sorted. Ordered linear probing (Amble, Knuth: Ordered hash tables, 1974) sorts the rest:
 * an identity that comes between two others moves the rest of its run up by one place. Packing
 * leaves out the gaps.
 */
final class PendingIdentities {

  private static final int MIN_BITS = 4;

  /** Places after the last home, for a run that extends beyond it: these and a share of homes. */
  private static final int MIN_OVERFLOW = 32;

  /** An eighth of the homes. */
  private static final int OVERFLOW_SHARE = 8;

  private final MemoryKey key;

  private long[] highs;
  private long[] lows;

  /** 0: the place is a gap. */
  private byte[] sides;

  private int bits;
  private int count;

  PendingIdentities(MemoryKey key) {
    this.key = key;
    resize(MIN_BITS);
  }

  MemoryKey key() {
    return key;
  }

  int count() {
    return count;
  }

  /** Returns the sides of an identity; 0 if it is not here. */
  int sidesOf(ChangeIdentity identity) {
    int place = placeOf(identity.high, identity.low);
    return isAt(place, identity.high, identity.low) ? sides[place] : 0;
  }

  /**
   * Adds sides to those of an identity.
   *
   * @param more not empty
   */
  void add(long high, long low, byte more) {
    int place = placeOf(high, low);
    if (isAt(place, high, low)) {
      sides[place] |= more;
      return;
    }
    if (count >= (1 << bits) / 4 * 3 || !shiftFrom(place)) {
      grow();
      add(high, low, more);
      return;
    }
    put(place, high, low, more);
    count++;
  }

  /** Returns all identities, in the format of {@link IdentitySlice}. */
  byte[] packed() {
    IdentitySlice.Builder slice = new IdentitySlice.Builder(count);
    for (int place = 0; place < sides.length; place++) {
      if (sides[place] != 0) {
        slice.add(highs[place], lows[place], sides[place]);
      }
    }
    return slice.packed();
  }

  /** Returns the place of an identity, or the place for it if it is not here. */
  private int placeOf(long high, long low) {
    int place = homeOf(high);
    while (sides[place] != 0 && IdentitySlice.compare(highs[place], lows[place], high, low) < 0) {
      place++;
    }
    return place;
  }

  private int homeOf(long high) {
    return (int) (high >>> (Long.SIZE - bits));
  }

  private boolean isAt(int place, long high, long low) {
    return sides[place] != 0 && highs[place] == high && lows[place] == low;
  }

  private void put(int place, long high, long low, byte itsSides) {
    highs[place] = high;
    lows[place] = low;
    sides[place] = itsSides;
  }

  /** Makes a gap at a place; false if no other is left after it. The last place stays a gap. */
  private boolean shiftFrom(int place) {
    int gap = place;
    while (sides[gap] != 0) {
      gap++;
    }
    if (gap >= sides.length - 1) {
      return false;
    }
    System.arraycopy(highs, place, highs, place + 1, gap - place);
    System.arraycopy(lows, place, lows, place + 1, gap - place);
    System.arraycopy(sides, place, sides, place + 1, gap - place);
    return true;
  }

  private void resize(int newBits) {
    bits = newBits;
    int homes = 1 << bits;
    highs = new long[homes + MIN_OVERFLOW + homes / OVERFLOW_SHARE];
    lows = new long[highs.length];
    sides = new byte[highs.length];
  }

  /** Doubles the table, again if a run does not fit. Entries move in order. */
  private void grow() {
    long[] oldHighs = highs;
    long[] oldLows = lows;
    byte[] oldSides = sides;
    boolean fits;
    do {
      resize(bits + 1);
      fits = true;
      int next = 0;
      for (int place = 0; place < oldSides.length && fits; place++) {
        if (oldSides[place] != 0) {
          next = Math.max(next, homeOf(oldHighs[place]));
          fits = next < sides.length - 1;
          if (fits) {
            put(next++, oldHighs[place], oldLows[place], oldSides[place]);
          }
        }
      }
    } while (!fits);
  }
}
