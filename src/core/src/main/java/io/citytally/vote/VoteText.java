package io.citytally.vote;

import org.jspecify.annotations.Nullable;

/**
 * The text that stands in one field of a vote, or what is wrong with it: the one rule for all that
 * take votes in or count them.
 *
 * <p>What counts is text that a person can read and DynamoDB can hold as a key: not blank, at most
 * {@value VoteChange#MAX_TEXT_LENGTH} code points (so at most 1024 bytes of UTF-8, DynamoDB's limit
 * for a sort key), no control characters, no half of a surrogate pair, which has no UTF-8 at all.
 */
public final class VoteText {

  /** Why a text does not count. */
  public enum Reason {
    MISSING("is missing"),
    NOT_A_STRING("is not a string"),
    EMPTY("is empty"),
    TOO_LONG("is longer than " + VoteChange.MAX_TEXT_LENGTH + " characters"),
    CONTROL_CHARACTER("contains a control character"),
    UNPAIRED_SURROGATE("contains an unpaired surrogate");

    private final String english;

    Reason(String english) {
      this.english = english;
    }
  }

  public static final VoteText MISSING = new VoteText("", Reason.MISSING);
  public static final VoteText NOT_A_STRING = new VoteText("", Reason.NOT_A_STRING);

  private final String value;
  private final @Nullable Reason reason;

  private VoteText(String value, @Nullable Reason reason) {
    this.value = value;
    this.reason = reason;
  }

  public static VoteText of(String text) {
    return new VoteText(text, reasonAgainst(text));
  }

  /**
   * Returns a title, which people read next to others. It must not change the direction of the text
   * around it.
   */
  public static VoteText ofTitle(String text) {
    Reason reason = reasonAgainst(text);
    return new VoteText(
        text,
        reason == null && text.chars().anyMatch(VoteText::isBidiControl)
            ? Reason.CONTROL_CHARACTER
            : reason);
  }

  /** Whether it is an embedding, an override or an isolate. Marks such as U+200F are none. */
  public static boolean isBidiControl(int codePoint) {
    return (codePoint >= 0x202A && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }

  private static @Nullable Reason reasonAgainst(String text) {
    if (text.isBlank()) {
      return Reason.EMPTY;
    }
    if (text.length() > VoteChange.MAX_TEXT_LENGTH
        && text.codePointCount(0, text.length()) > VoteChange.MAX_TEXT_LENGTH) {
      return Reason.TOO_LONG;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~') {
        continue;
      }
      if (Character.isISOControl(c)) {
        return Reason.CONTROL_CHARACTER;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return Reason.UNPAIRED_SURROGATE;
      }
    }
    return null;
  }

  /**
   * Returns what is wrong, in English, to be read after the field's name; null for text that
   * counts.
   */
  public @Nullable String problem() {
    return reason == null ? null : reason.english;
  }

  /** Returns why the text does not count; null for text that counts. */
  public @Nullable Reason reason() {
    return reason;
  }

  /** The text; of no use while there is a {@link #problem()}. */
  public String value() {
    return value;
  }
}
