package io.citytally.feed;

import io.citytally.vote.RejectedVote;
import java.nio.charset.StandardCharsets;

/** What is kept of a payload that was rejected, for a person to read. */
final class PayloadExcerpt {

  private PayloadExcerpt() {}

  /**
   * The beginning of the payload as text, cut between two characters, with a UTF-8 of at most
   * {@value RejectedVote#MAX_PAYLOAD_BYTES} bytes.
   */
  static String of(byte[] payload) {
    // A few bytes more than are kept, so that a character is never broken before the cut. What is
    // not UTF-8 becomes a replacement character, which is at least as long as what it replaces.
    int length = Math.min(payload.length, RejectedVote.MAX_PAYLOAD_BYTES + 3);
    String text = new String(payload, 0, length, StandardCharsets.UTF_8);
    int end = 0;
    for (int bytes = 0; end < text.length(); end += Character.charCount(text.codePointAt(end))) {
      bytes += utf8Length(text.codePointAt(end));
      if (bytes > RejectedVote.MAX_PAYLOAD_BYTES) {
        break;
      }
    }
    return text.substring(0, end);
  }

  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }
}
