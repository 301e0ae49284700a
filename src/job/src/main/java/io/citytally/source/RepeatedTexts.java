package io.citytally.source;

import io.citytally.vote.VoteText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes texts of UTF-8, and the same text only once for as long as it is remembered. What comes
 * often, such as the regions of an election, needs no new object, and is found to be equal at a
 * glance by those who compare it later.
 *
 * <p>A text has one place, which its bytes choose, and takes it from the one before. So what others
 * send can make this slower, but neither larger nor wrong.
 */
final class RepeatedTexts {

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
  private final VoteText[] texts = new VoteText[1 << PLACE_BITS];

  /** The text of these bytes, or null if they may be malformed. */
  @Nullable VoteText of(byte[] bytes, int from, int to) {
    if (to - from > MAX_BYTES) {
      return make(bytes, from, to);
    }
    int place = place(bytes, from, to);
    byte[] known = utf8[place];
    if (known != null && Arrays.equals(known, 0, known.length, bytes, from, to)) {
      return texts[place];
    }
    VoteText text = make(bytes, from, to);
    if (text != null) {
      utf8[place] = Arrays.copyOfRange(bytes, from, to);
      texts[place] = text;
    }
    return text;
  }

  /** As {@link #of}, not remembered. */
  static @Nullable VoteText make(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? VoteText.of(text) : null;
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
