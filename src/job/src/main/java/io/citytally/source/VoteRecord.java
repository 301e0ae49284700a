package io.citytally.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.citytally.vote.VoteText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One record of a stream, read: the fields that count, each as it stands there, right or wrong. The
 * rest is skipped, though it must be JSON, too.
 *
 * <p>Anyone who may write a vote may write what stands in it. So no payload, however built, costs
 * more memory or stack than its own size: no tree, no recursion by depth, no table of names.
 */
final class VoteRecord {

  /** DynamoDB nests attributes 32 levels deep, two of JSON each, inside three of the record. */
  static final int MAX_NESTING = 100;

  /** Fifteen digits of milliseconds, eighteen of microseconds: some 30,000 years. */
  private static final int MAX_DIGITS = 18;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // A table of all names ever seen would grow with what others choose to send, and give up
          // with an exception on names that were chosen to share a hash.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** A vote that stands in the record itself. */
  final VoteImage plain = new VoteImage();

  VoteText eventName = VoteText.MISSING;
  VoteText eventId = VoteText.MISSING;
  VoteText tableName = VoteText.MISSING;

  /** Null if there is no such object. */
  @Nullable RecastRecord recast;

  /** Whether there is an object {@code dynamodb}; the fields below stand in it. */
  boolean hasDynamoDb;

  final VoteImage keys = new VoteImage();

  /** Null if the stream does not carry it. */
  @Nullable VoteImage oldImage;

  /** Null if the stream does not carry it. */
  @Nullable VoteImage newImage;

  VoteText sequenceNumber = VoteText.MISSING;
  VoteText precision = VoteText.MISSING;

  /** {@code ApproximateCreationDateTime}, in the unit that the precision says; -1 if none. */
  long creationTime = -1;

  /** Without any field. */
  VoteRecord() {}

  /** A record of the same operation, table and precision, with images that are empty. */
  VoteRecord withoutValues() {
    VoteRecord record = new VoteRecord();
    record.eventName = eventName;
    record.tableName = tableName;
    record.precision = precision;
    record.hasDynamoDb = hasDynamoDb;
    record.oldImage = oldImage == null ? null : new VoteImage();
    record.newImage = newImage == null ? null : new VoteImage();
    return record;
  }

  /**
   * @throws UncountableException unless the payload is one JSON object, in UTF-8
   */
  static VoteRecord read(byte[] payload) throws UncountableException {
    try {
      // Jackson's own decoder lets some byte sequences pass that are not UTF-8.
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
      try (JsonParser json =
          JSON.createParser(text.array(), text.arrayOffset(), text.remaining())) {
        return read(json);
      }
    } catch (CharacterCodingException e) {
      throw new UncountableException("not JSON: not UTF-8");
    } catch (StreamConstraintsException e) {
      throw new UncountableException("not JSON: nested deeper than " + MAX_NESTING + " levels");
    } catch (JsonEOFException e) {
      throw new UncountableException("not JSON: ends before it is complete");
    } catch (JsonProcessingException e) {
      // The parser's own message quotes what it read, which may be a vote's id.
      throw new UncountableException(
          "not JSON: malformed near character " + e.getLocation().getCharOffset());
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
  }

  private static VoteRecord read(JsonParser json) throws IOException, UncountableException {
    JsonToken start = json.nextToken();
    if (start == null) {
      throw new UncountableException("not JSON: empty");
    }
    VoteRecord record = new VoteRecord();
    if (start == JsonToken.START_OBJECT) {
      record.readFields(json);
    } else {
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      throw new UncountableException("not JSON: more follows its end");
    }
    if (start != JsonToken.START_OBJECT) {
      throw new UncountableException("not a JSON object");
    }
    return record;
  }

  private void readFields(JsonParser json) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "id":
          plain.id = text(json);
          break;
        case "region":
          plain.region = text(json);
          break;
        case "improvement":
          plain.improvement = text(json);
          break;
        case "eventName":
          eventName = text(json);
          break;
        case "eventID":
          eventId = text(json);
          break;
        case "tableName":
          tableName = text(json);
          break;
        case RecastRecord.FIELD:
          recast = recast(json);
          break;
        case "dynamodb":
          readDynamoDb(json);
          break;
        default:
          json.skipChildren();
      }
    }
  }

  private void readDynamoDb(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      json.skipChildren();
      return;
    }
    hasDynamoDb = true;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "Keys":
          VoteImage key = image(json);
          keys.id = key == null ? VoteText.MISSING : key.id;
          break;
        case "OldImage":
          oldImage = image(json);
          break;
        case "NewImage":
          newImage = image(json);
          break;
        case "SequenceNumber":
          sequenceNumber = text(json);
          break;
        case "ApproximateCreationDateTime":
          creationTime = number(json);
          break;
        case "ApproximateCreationDateTimePrecision":
          precision = text(json);
          break;
        default:
          json.skipChildren();
      }
    }
  }

  private static @Nullable RecastRecord recast(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      json.skipChildren();
      return null;
    }
    RecastRecord recast = new RecastRecord();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case RecastRecord.SIDE:
          recast.side = text(json);
          break;
        case RecastRecord.REGION:
          recast.image.region = text(json);
          break;
        case RecastRecord.IMPROVEMENT:
          recast.image.improvement = text(json);
          break;
        case RecastRecord.TURNOUT:
          recast.isTurnout = json.currentToken() == JsonToken.VALUE_TRUE;
          json.skipChildren();
          break;
        case RecastRecord.UNLISTED:
          recast.isUnlisted = json.currentToken() == JsonToken.VALUE_TRUE;
          json.skipChildren();
          break;
        case RecastRecord.CHANGE:
          recast.change = text(json);
          break;
        case RecastRecord.VOTE:
          recast.vote = text(json);
          break;
        case RecastRecord.CHANGED_AT_MICROS:
          recast.changedAtMicros = number(json);
          break;
        case RecastRecord.SEQUENCE:
          recast.sequence = number(json);
          break;
        case RecastRecord.EPOCH:
          recast.epoch = number(json);
          break;
        default:
          json.skipChildren();
      }
    }
    return recast;
  }

  /** A map of attributes, or null if it is none. */
  private static @Nullable VoteImage image(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      json.skipChildren();
      return null;
    }
    VoteImage image = new VoteImage();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "id":
          image.id = attribute(json);
          break;
        case "region":
          image.region = attribute(json);
          break;
        case "improvement":
          image.improvement = attribute(json);
          break;
        case "improvements":
          image.hasImprovements = true;
          image.improvements = names(json);
          break;
        default:
          json.skipChildren();
      }
    }
    return image;
  }

  /** An attribute with its type, <code>{"S": "text"}</code>. */
  private static VoteText attribute(JsonParser json) throws IOException {
    VoteText text = VoteText.NOT_A_STRING;
    if (!json.isExpectedStartObjectToken()) {
      json.skipChildren();
      return text;
    }
    for (String type = json.nextFieldName(); type != null; type = json.nextFieldName()) {
      json.nextToken();
      if (type.equals("S")) {
        text = text(json);
      } else {
        json.skipChildren();
      }
    }
    return text;
  }

  /** An attribute <code>{"SS": ["text", ..]}</code>, or null if it is none. */
  private static @Nullable NameSet names(JsonParser json) throws IOException {
    NameSet names = null;
    if (!json.isExpectedStartObjectToken()) {
      json.skipChildren();
      return null;
    }
    for (String type = json.nextFieldName(); type != null; type = json.nextFieldName()) {
      json.nextToken();
      if (type.equals("SS") && json.isExpectedStartArrayToken()) {
        names = strings(json);
      } else {
        json.skipChildren();
      }
    }
    return names;
  }

  private static @Nullable NameSet strings(JsonParser json) throws IOException {
    NameSet strings = new NameSet();
    boolean isOfStrings = true;
    for (JsonToken each = json.nextToken(); each != JsonToken.END_ARRAY; each = json.nextToken()) {
      if (each == JsonToken.VALUE_STRING) {
        strings.add(json.getText());
      } else {
        isOfStrings = false;
        json.skipChildren();
      }
    }
    return isOfStrings ? strings : null;
  }

  private static VoteText text(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return VoteText.of(json.getText());
    }
    json.skipChildren();
    return VoteText.NOT_A_STRING;
  }

  /** A whole number from 0, or -1. */
  private static long number(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_DIGITS) {
      return Math.max(-1, json.getLongValue());
    }
    json.skipChildren();
    return -1;
  }
}
