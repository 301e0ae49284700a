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

  private static final int MAX_REPEATED_LENGTH = 1 << 16;

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

  /** Mostly one of the list, else any, once or many times over. */
  String text(List<String> usual) {
    int choice = below(usual.size() + 2);
    if (choice < usual.size()) {
      return usual.get(choice);
    }
    return choice == usual.size() ? text() : repeatedText();
  }

  /**
   * A long text of a few bytes. The fuzzer keeps an input that reaches a new branch, and the
   * hundredth repetition reaches none: left to itself, it makes no long text of one pattern.
   */
  private String repeatedText() {
    String text = text();
    int times = 1 << below(Integer.SIZE / 2);
    return text.repeat(Math.min(times, MAX_REPEATED_LENGTH / Math.max(1, text.length())));
  }

  /** All that is left. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(input, at, input.length);
    at = input.length;
    return rest;
  }
}
