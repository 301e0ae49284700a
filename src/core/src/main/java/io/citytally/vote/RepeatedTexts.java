package io.citytally.vote;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts UTF-8 texts to objects, and caches the objects. A text that comes often, such as a
 * region of an election, is converted once while it is cached. Later comparisons find the same
 * object, which is fast.
 *
 * <p>The cache has a fixed number of slots. A text's bytes choose its slot, and the text replaces
 * the one that was there. So hostile input can make the cache slower, but neither larger nor wrong.
 *
 * <p>Not safe for use by several threads at once.
 *
 * @param <T> what is made of a text, and never changes
 */
public final class RepeatedTexts<T> {

  private static final int PLACE_BITS = 10;

  /** Longer texts are not remembered. */
  private static final int MAX_BYTES = 128;

  /**
   * Java's decoder puts this character in place of malformed bytes. A well-formed text that
   * contains it is treated as malformed.
   */
  private static final char REPLACEMENT = '\uFFFD';

  /** Spreads what differs over the highest bits (Fibonacci hashing: 2^64 by the golden ratio). */
  private static final long ODD = 0x9E37_79B9_7F4A_7C15L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[][] utf8 = new byte[1 << PLACE_BITS][];
  private final Object[] made = new Object[1 << PLACE_BITS];
  private final Function<String, T> make;

  /**
   * @param make makes something of a text
   */
  public RepeatedTexts(Function<String, T> make) {
    this.make = make;
  }

  /** What is made of the text of these bytes, or null if they may be malformed. */
  @SuppressWarnings("unchecked") // Only a T is put there.
  public @Nullable T of(byte[] bytes, int from, int to) {
    if (to - from > MAX_BYTES) {
      return make(bytes, from, to);
    }
    int place = place(bytes, from, to);
    byte[] known = utf8[place];
    if (known != null && Arrays.equals(known, 0, known.length, bytes, from, to)) {
      return (T) made[place];
    }
    T once = make(bytes, from, to);
    if (once != null) {
      utf8[place] = Arrays.copyOfRange(bytes, from, to);
      made[place] = once;
    }
    return once;
  }

  /** As {@link #of}, not remembered. */
  public @Nullable T make(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? make.apply(text) : null;
  }

  private static int place(byte[] bytes, int from, int to) {
    long hash = (long) to - from;
    if (hash >= Long.BYTES) {
      int last = to - Long.BYTES;
      for (int at = from; at < last; at += Long.BYTES) {
        hash = (hash ^ (long) LONGS.get(bytes, at)) * ODD;
      }
      hash ^= (long) LONGS.get(bytes, last);
    } else {
      for (int at = from; at < to; at++) {
        hash = Long.rotateLeft(hash, Byte.SIZE) ^ bytes[at];
      }
    }
    return (int) ((hash * ODD) >>> -PLACE_BITS);
  }
}
