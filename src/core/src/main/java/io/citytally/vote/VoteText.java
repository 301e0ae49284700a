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

  public static final VoteText MISSING = new VoteText("", "is missing");
  public static final VoteText NOT_A_STRING = new VoteText("", "is not a string");

  private final String value;
  private final @Nullable String problem;

  private VoteText(String value, @Nullable String problem) {
    this.value = value;
    this.problem = problem;
  }

  public static VoteText of(String text) {
    return new VoteText(text, problemOf(text));
  }

  private static @Nullable String problemOf(String text) {
    if (text.isBlank()) {
      return "is empty";
    }
    if (text.length() > VoteChange.MAX_TEXT_LENGTH
        && text.codePointCount(0, text.length()) > VoteChange.MAX_TEXT_LENGTH) {
      return "is longer than " + VoteChange.MAX_TEXT_LENGTH + " characters";
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~') {
        continue;
      }
      if (Character.isISOControl(c)) {
        return "contains a control character";
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "contains an unpaired surrogate";
      }
    }
    return null;
  }

  /** What is wrong, to be read after the field's name; null for text that counts. */
  public @Nullable String problem() {
    return problem;
  }

  /** The text; of no use while there is a {@link #problem()}. */
  public String value() {
    return value;
  }
}
