package io.citytally.local.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * An input, read as a row of decisions: so the fuzzer, which knows only bytes, writes whole records
 * and requests. Where the input ends, every decision is the first there is.
 */
final class Decisions {

  /** Ends a text: no UTF-8 holds it. */
  private static final byte END_OF_TEXT = (byte) 0xFF;

  private final byte[] input;
  private int at;

  Decisions(byte[] input) {
    this.input = input;
  }

  /** A number from 0. */
  int below(int bound) {
    return at < input.length ? (input[at++] & 0xFF) % bound : 0;
  }

  /** Seldom true, and never where the input has ended. */
  boolean oneIn(int times) {
    return below(times) == times - 1;
  }

  <T> T pick(List<T> list) {
    return list.get(below(list.size()));
  }

  /** Any text; what is not UTF-8 becomes replacement characters. */
  String text() {
    int start = at;
    while (at < input.length && input[at] != END_OF_TEXT) {
      at++;
    }
    String text = new String(input, start, at - start, StandardCharsets.UTF_8);
    at = Math.min(at + 1, input.length);
    return text;
  }

  /** Mostly one of the list, else any. */
  String text(List<String> usual) {
    int choice = below(usual.size() + 1);
    return choice < usual.size() ? usual.get(choice) : text();
  }

  /** All that is left. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(input, at, input.length);
    at = input.length;
    return rest;
  }
}
