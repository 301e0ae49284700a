package io.citytally.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is kept of a payload that was rejected, for a person to read. It shows no vote's id.
 *
 * <p>Of a ballot that may have several choices it shows no choice but the refused one: to put them
 * side by side is to show a citizen's ballot. Each other name becomes {@code *}; a hash would be as
 * good as the name, for anyone can hash the few names that there are. Malformed names are kept, for
 * they are what a person has to look at.
 *
 * <p>Of JSON, names and values that the record's format knows are kept, such as {@code eventName}
 * and {@code region}. Each other text and number, the id first, becomes {@code #} and 16
 * hexadecimal digits of its hash, by which records of the same vote are still found. The hash of an
 * id is the one that {@code recast} carries as {@code vote}.
 *
 * <p>What is not JSON, or nested too deep, may hold an id anywhere, also in parts. There each
 * character becomes {@code *}, but for the words of the format, JSON's punctuation and white space.
 * A place in the payload is still that place, and the record's position holds a hash of all of it,
 * by which it is told from others.
 */
final class PayloadExcerpt {

  /** A set of names, of which not all are kept. */
  private static final String IMPROVEMENTS = "improvements";

  private static final String IMPROVEMENT = "improvement";

  /** What may follow a name, as the type of its value in DynamoDB's JSON. */
  private static final Set<String> TYPES = Set.of("S", "N", "B", "BOOL", "NULL", "L", "M", "SS");

  /** Names of the format whose values are objects, or ids. */
  private static final Set<String> NAMES =
      Set.of(
          "dynamodb",
          "Keys",
          "OldImage",
          "NewImage",
          "id",
          "userIdentity",
          IMPROVEMENTS,
          RecastRecord.FIELD,
          RecastRecord.TURNOUT,
          RecastRecord.UNLISTED);

  /** Names of the format whose values anyone may read. */
  private static final Set<String> NAMES_OF_PUBLIC_VALUES =
      Set.of(
          "ApproximateCreationDateTime",
          "ApproximateCreationDateTimePrecision",
          "SequenceNumber",
          "SizeBytes",
          "StreamViewType",
          "awsRegion",
          "eventID",
          "eventName",
          "eventSource",
          "eventVersion",
          IMPROVEMENT,
          "recordFormat",
          "region",
          "tableName",
          // The names of RecastRecord.
          "side",
          "change",
          "vote",
          "changedAtMicros",
          "sequence",
          "epoch");

  private static final Set<String> OTHER_WORDS =
      Set.of("INSERT", "MODIFY", "REMOVE", "MICROSECOND", "MILLISECOND", "true", "false", "null");

  /** Each name is used once: a table of them would only grow. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(VoteRecord.MAX_NESTING).build())
          .build();

  private static final char MASK = '*';

  private PayloadExcerpt() {}

  /**
   * The beginning of the payload as text without ids, cut between two characters, with a UTF-8 of
   * at most {@value RejectedVote#MAX_PAYLOAD_BYTES} bytes.
   */
  static String of(byte[] payload) {
    return of(payload, name -> true, name -> false);
  }

  /**
   * The same of a record of a ballot that may have several choices, of which one is refused.
   *
   * @param refused the choice, or the turnout of a region
   */
  static String ofBallot(byte[] payload, Choice refused) {
    return of(payload, refused.improvement::equals, refused.improvement::equals);
  }

  private static String of(
      byte[] payload, Predicate<String> improvement, Predicate<String> improvements) {
    // What is not UTF-8 becomes a replacement character, which is at least as long.
    String text = new String(payload, StandardCharsets.UTF_8);
    try {
      return cut(withoutIds(text, improvement, improvements));
    } catch (IOException e) {
      int end = Math.min(text.length(), RejectedVote.MAX_PAYLOAD_BYTES);
      return masked(text.substring(0, end));
    }
  }

  /**
   * The payload without ids, at least as much of it as is kept.
   *
   * @param improvement which names are kept where one improvement stands
   * @param improvements which are where several may stand
   * @throws IOException if it is not JSON, or nested too deep
   */
  private static String withoutIds(
      String text, Predicate<String> improvement, Predicate<String> improvements)
      throws IOException {
    StringWriter written = new StringWriter();
    ChangeIdentifier identifier = new ChangeIdentifier();
    try (JsonParser in = JSON.createParser(text);
        JsonGenerator out = JSON.createGenerator(written)) {
      for (JsonToken token = in.nextToken();
          token != null && written.getBuffer().length() <= RejectedVote.MAX_PAYLOAD_BYTES;
          token = in.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          String name = in.currentName();
          out.writeFieldName(isKnown(name) ? name : marker(name, identifier));
        } else if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
          String value = in.getText();
          String name = nameOf(in.getParsingContext());
          if ((name.equals(IMPROVEMENT) && !isKept(value, improvement))
              || (name.equals(IMPROVEMENTS) && !isKept(value, improvements))) {
            out.writeString(String.valueOf(MASK));
          } else if (!name.equals(IMPROVEMENTS) && !NAMES_OF_PUBLIC_VALUES.contains(name)) {
            out.writeString(marker(value, identifier));
          } else if (token.isNumeric()) {
            out.writeNumber(value);
          } else {
            out.writeString(value);
          }
        } else {
          out.copyCurrentEvent(in);
        }
      }
    }
    // Half a surrogate pair, which JSON can spell out, is no text that a table takes.
    return new String(written.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean isKept(String name, Predicate<String> kept) {
    return VoteText.of(name).problem() != null || kept.test(name);
  }

  /** The name that the value belongs to, above those of types; empty if none. */
  private static String nameOf(JsonStreamContext place) {
    for (JsonStreamContext each = place; !each.inRoot(); each = each.getParent()) {
      if (each.inObject() && !TYPES.contains(each.getCurrentName())) {
        return each.getCurrentName();
      }
    }
    return "";
  }

  private static boolean isKnown(String word) {
    return TYPES.contains(word) || NAMES.contains(word) || NAMES_OF_PUBLIC_VALUES.contains(word);
  }

  private static String marker(String text, ChangeIdentifier identifier) {
    return String.format("#%016x", identifier.voteHash(text));
  }

  private static String masked(String text) {
    StringBuilder masked = new StringBuilder(text.length());
    int from = 0;
    while (from < text.length()) {
      int to = from;
      while (to < text.length() && isOfWord(text.charAt(to))) {
        to++;
      }
      String word = text.substring(from, to);
      if (isKnown(word) || OTHER_WORDS.contains(word)) {
        masked.append(word);
      } else {
        masked.append(String.valueOf(MASK).repeat(word.length()));
      }
      if (to < text.length()) {
        masked.append(text.charAt(to++));
      }
      from = to;
    }
    return masked.toString();
  }

  /** All that an id can be made of: but for JSON's own punctuation and white space, everything. */
  private static boolean isOfWord(char each) {
    return "{}[]\":, \t\r\n".indexOf(each) < 0;
  }

  private static String cut(String text) {
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
