package io.citytally.source;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Finds the ends of values in JSON without white space.
 *
 * <p>A position is an index into the payload, or {@link #UNUSUAL}. Each method takes a position and
 * returns a later one. It returns {@link #UNUSUAL} if the payload does not have there what the
 * method looks for, or if it was given {@link #UNUSUAL}. So callers need to check only the last of
 * several positions.
 */
final class JsonBytes {

  /*
   * Eight bytes at a time
   *
   * A text ends at a quote, unless a backslash, a control character or, where only ASCII is
   * expected, a byte from 0x80 comes first. A few operations on a long mark these bytes: b is zero
   * if the highest bit of (b - 1) & ~b is set (Hacker's Delight, 6-1). A borrow can only mark bytes
   * above one that is marked rightly. So the lowest mark is right, and no other one is used.
   */

  /** In place of a position: this payload is for the parser. */
  static final int UNUSUAL = -1;

  /** As {@link VoteRecord} has it: a longer number is no time. */
  private static final int MAX_DIGITS = 18;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long QUOTES = '"' * EACH_BYTE;
  private static final long BACKSLASHES = '\\' * EACH_BYTE;
  private static final long SPACES = ' ' * EACH_BYTE;

  private static final int NULL = (int) tail("null".getBytes(StandardCharsets.US_ASCII), 0);
  private static final int TRUE = (int) tail("true".getBytes(StandardCharsets.US_ASCII), 0);

  private JsonBytes() {}

  /** Returns the position after a character. */
  static int after(char c, byte[] payload, int at) {
    return isAt(c, payload, at) ? at + 1 : UNUSUAL;
  }

  static boolean isAt(char c, byte[] payload, int at) {
    return at >= 0 && at < payload.length && payload[at] == c;
  }

  /** Returns the position after {@code null} or {@code true}. */
  static int afterNullOrTrue(byte[] payload, int at) {
    if (at < 0) {
      return UNUSUAL;
    }
    int word = (int) word(payload, at);
    return word == NULL || word == TRUE ? at + Integer.BYTES : UNUSUAL;
  }

  /** Returns the position after a whole number from 0. */
  static int endOfNumber(byte[] payload, int from) {
    if (from < 0) {
      return UNUSUAL;
    }
    int at = from;
    while (at < payload.length && payload[at] >= '0' && payload[at] <= '9') {
      at++;
    }
    int digits = at - from;
    boolean hasLeadingZero = digits > 1 && payload[from] == '0';
    return digits == 0 || digits > MAX_DIGITS || hasLeadingZero ? UNUSUAL : at;
  }

  /** Returns the number whose digits these are. */
  static long number(byte[] payload, int from, int to) {
    long number = 0;
    for (int at = from; at < to; at++) {
      number = 10 * number + payload[at] - '0';
    }
    return number;
  }

  /** Returns the position after the last text of an array, which has at least one. */
  static int endOfTexts(byte[] payload, int from) {
    int next = from;
    int at;
    do {
      at = after('"', payload, endOfText(payload, after('"', payload, next)));
      next = after(',', payload, at);
    } while (next >= 0);
    return at;
  }

  /** Returns the position of the quote that ends a text. */
  static int endOfText(byte[] payload, int from) {
    return endOfText(payload, from, 0);
  }

  /** Returns the position of the quote that ends a text of ASCII. */
  static int endOfAscii(byte[] payload, int from) {
    return endOfText(payload, from, HIGH_BITS);
  }

  private static int endOfText(byte[] payload, int from, long nonAscii) {
    if (from < 0) {
      return UNUSUAL;
    }
    for (int at = from; ; at += Long.BYTES) {
      long word = word(payload, at);
      long quote = word ^ QUOTES;
      long backslash = word ^ BACKSLASHES;
      long marks =
          (((quote - EACH_BYTE) & ~quote)
                  | ((backslash - EACH_BYTE) & ~backslash)
                  | ((word - SPACES) & ~word))
              & HIGH_BITS;
      marks |= word & nonAscii;
      if (marks != 0) {
        int end = at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
        return end < payload.length && payload[end] == '"' ? end : UNUSUAL;
      }
    }
  }

  /** Returns eight bytes, the first of them lowest; zeros after the end. */
  static long word(byte[] bytes, int at) {
    return at <= bytes.length - Long.BYTES ? (long) LONGS.get(bytes, at) : tail(bytes, at);
  }

  private static long tail(byte[] bytes, int at) {
    long word = 0;
    for (int i = bytes.length - 1; i >= at; i--) {
      word = (word << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return word;
  }
}
