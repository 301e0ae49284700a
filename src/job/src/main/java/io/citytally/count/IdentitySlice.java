package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Identities as they stand in the state: in the order of their hashes, without their times, which
 * the hashes contain, and packed. First come the upper halves of all hashes, then the lower ones,
 * then a byte each for the sides that were counted. So there are 17 bytes to an identity, and
 * nearly 16 where the state is compressed.
 */
final class IdentitySlice {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int BYTES_PER_IDENTITY = 2 * Long.BYTES + 1;

  private IdentitySlice() {}

  /** The sides of an identity in a slice; none if it isn't there. */
  static int sidesIn(byte[] slice, ChangeIdentity identity) {
    int count = slice.length / BYTES_PER_IDENTITY;
    int from = 0;
    int to = count;
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order =
          compare(
              (long) LONG.get(slice, middle * Long.BYTES),
              (long) LONG.get(slice, (count + middle) * Long.BYTES),
              identity.high,
              identity.low);
      if (order == 0) {
        return slice[2 * count * Long.BYTES + middle];
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return 0;
  }

  /** As unsigned numbers of 128 bits. */
  static int compare(long high, long low, long otherHigh, long otherLow) {
    return high == otherHigh
        ? Long.compareUnsigned(low, otherLow)
        : Long.compareUnsigned(high, otherHigh);
  }

  /** Packs identities that come in order. */
  static final class Builder {

    private final int count;
    private final byte[] slice;
    private int added;

    /**
     * @param count of all identities that will be added
     */
    Builder(int count) {
      this.count = count;
      slice = new byte[count * BYTES_PER_IDENTITY];
    }

    void add(long high, long low, byte sides) {
      LONG.set(slice, added * Long.BYTES, high);
      LONG.set(slice, (count + added) * Long.BYTES, low);
      slice[2 * count * Long.BYTES + added] = sides;
      added++;
    }

    byte[] packed() {
      return slice;
    }
  }
}
