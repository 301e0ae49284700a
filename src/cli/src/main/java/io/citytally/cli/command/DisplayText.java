package io.citytally.cli.command;

import io.citytally.vote.VoteText;
import java.time.Duration;
import java.util.Locale;

/**
 * Text for a terminal, measured in columns, which are not characters: an accent of its own takes
 * none, a Chinese character two. Text comes from files and voters, so control characters, which
 * could steer the terminal, become spaces.
 */
public final class DisplayText {

  private static final String ELLIPSIS = "…";
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private DisplayText() {}

  /** The columns that the text takes. */
  public static int width(String text) {
    return text.codePoints().map(DisplayText::width).sum();
  }

  private static int width(int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK:
      case Character.ENCLOSING_MARK:
      case Character.FORMAT:
        return 0;
      default:
        return isWide(codePoint) ? 2 : 1;
    }
  }

  /** The wide and fullwidth blocks of Unicode's annex 11, "East Asian Width", and the emoji. */
  private static boolean isWide(int codePoint) {
    return (codePoint >= 0x1100 && codePoint <= 0x115F)
        || (codePoint >= 0x2E80 && codePoint <= 0xA4CF && codePoint != 0x303F)
        || (codePoint >= 0xA960 && codePoint <= 0xA97C)
        || (codePoint >= 0xAC00 && codePoint <= 0xD7A3)
        || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
        || (codePoint >= 0xFE30 && codePoint <= 0xFE6F)
        || (codePoint >= 0xFF00 && codePoint <= 0xFF60)
        || (codePoint >= 0xFFE0 && codePoint <= 0xFFE6)
        || (codePoint >= 0x1F300 && codePoint <= 0x1FAFF)
        || (codePoint >= 0x20000 && codePoint <= 0x3FFFD);
  }

  /** The text in at most that many columns; what is cut off leaves an ellipsis. */
  public static String cut(String text, int columns) {
    String plain = plain(text);
    if (width(plain) <= columns) {
      return plain;
    }
    if (columns <= 0) {
      return "";
    }
    StringBuilder kept = new StringBuilder();
    int room = columns - width(ELLIPSIS);
    for (int at = 0; at < plain.length(); ) {
      int codePoint = plain.codePointAt(at);
      room -= width(codePoint);
      if (room < 0) {
        break;
      }
      kept.appendCodePoint(codePoint);
      at += Character.charCount(codePoint);
    }
    return kept.append(ELLIPSIS).toString();
  }

  /** The text in exactly that many columns: cut, or filled up with spaces. */
  public static String fit(String text, int columns) {
    String cut = cut(text, columns);
    return cut + " ".repeat(Math.max(0, columns - width(cut)));
  }

  /** The text without control characters. */
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || VoteText.isBidiControl(c) ? ' ' : c)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  /**
   * A bar of at most {@code columns}, drawn to an eighth of a column.
   *
   * @param share 0 to 1
   */
  public static String bar(double share, int columns) {
    int eighths = (int) Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
    String full = "█".repeat(eighths / 8);
    return eighths % 8 == 0 ? full : full + EIGHTHS.charAt(eighths % 8);
  }

  /** The number with commas between its thousands. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A rate, with a decimal where it is small. */
  public static String rate(double perSecond) {
    return perSecond < 9.95
        ? String.format(Locale.ROOT, "%.1f/s", perSecond)
        : number(Math.round(perSecond)) + "/s";
  }

  /** A time such as {@code 0:07} or {@code 1:02:03}. */
  public static String time(Duration time) {
    return time.toHours() == 0
        ? String.format(Locale.ROOT, "%d:%02d", time.toMinutesPart(), time.toSecondsPart())
        : String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            time.toHours(),
            time.toMinutesPart(),
            time.toSecondsPart());
  }
}
