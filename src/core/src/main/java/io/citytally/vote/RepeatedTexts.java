package io.citytally.vote;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes something of each text in UTF-8, and of the same text only once for as long as it is
 * remembered. What comes often, such as the regions of an election, needs no new object, and is
 * found to be equal at a glance by those who compare it later.
 *
 * <p>A text has one place, which its bytes choose, and takes it from the one before. So what others
 * send can make this slower, but neither larger nor wrong.
 *
 * <p>Not safe for use by several threads at once.
 *
 * @param <T> what is made of a text, and never changes
 */
public final class RepeatedTexts<T> {

  private static final int PLACE_BITS = 10;

  /** Longer texts are not remembered. */
  private static final int MAX_BYTES = 128;

  /** Stands where a text is malformed; a text in which it stands rightly is not told from one. */
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
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * ODD;
    }
    for (; at < to; at++) {
      hash = Long.rotateLeft(hash, Byte.SIZE) ^ bytes[at];
    }
    return (int) ((hash * ODD) >>> -PLACE_BITS);
  }
}
