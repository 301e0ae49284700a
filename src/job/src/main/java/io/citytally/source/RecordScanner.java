package io.citytally.source;

import static io.citytally.source.JsonBytes.UNUSUAL;
import static io.citytally.source.JsonBytes.after;
import static io.citytally.source.JsonBytes.afterNullOrTrue;
import static io.citytally.source.JsonBytes.endOfAscii;
import static io.citytally.source.JsonBytes.endOfNumber;
import static io.citytally.source.JsonBytes.endOfText;
import static io.citytally.source.JsonBytes.endOfTexts;
import static io.citytally.source.JsonBytes.isAt;
import static io.citytally.source.JsonBytes.word;

import io.citytally.vote.RepeatedTexts;
import io.citytally.vote.VoteText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records that DynamoDB and plain producers write, straight from their bytes.
 *
 * <p>{@link #scan} returns what {@link VoteRecord#read} returns for the same payload, or null. Null
 * means that this scanner does not judge the payload: it may be malformed, or merely unusual. Only
 * the parser refuses a record and says why. So a gap in this class costs time, never a vote.
 *
 * <p>These are unusual: white space, an escape, a field that stands twice, a value of another type
 * than the documented one, a choice cast again, an empty object or set, a name, an {@code eventID}
 * or an ignored value beyond ASCII, an ignored number other than a short whole one from 0, an
 * ignored value nested deeper than an attribute, a text with U+FFFD, a byte after the end.
 *
 * <p>Not safe for use by several threads at once.
 */
final class RecordScanner {

  /*
   * How it is fast
   *
   * A record has some 500 bytes, of which the decoder needs six texts and a number. The rest is
   * names and punctuation that hardly ever change.
   *
   * 1. A layout is searched for fields once. The next record of the same layout is compared with
   *    it: see RecordLayouts. Either way comes to the places of values, of which read makes the
   *    record.
   *
   * 2. The search compares, too. A field's name, the colon and what opens its value are a few
   *    longs. The search begins with the field after the last one found, so it mostly compares with
   *    one. Another order costs comparisons, nothing else.
   *
   * 3. Texts that repeat are made once. An election has few regions and improvements, one table
   *    and three operations: see RepeatedTexts. The id is new each time, but it stands in a record
   *    two or three times, and is made once.
   *
   * Why it is right
   *
   * No byte is passed unchecked. What is accepted is a part of JSON: the objects of Level, with
   * texts, whole numbers and literals. A level knows its parent, so there is no stack to overflow.
   * UTF-8 is checked a text at a time: a quote is ASCII, and no byte of a longer character is, so a
   * payload is UTF-8 if each of its texts is. Java's decoder puts U+FFFD where a text is malformed,
   * so any text with U+FFFD is left to the parser. A text that nothing is made of must be ASCII.
   */

  /** A longer name is none of DynamoDB's, and JSON libraries begin to limit them. */
  private static final int MAX_NAME_BYTES = 255;

  /** What the value of a field looks like. */
  enum Form {
    OBJECT("{"),
    NULL("null"),
    /** A text of ASCII that nothing is made of, and that the records of a layout share. */
    IGNORED("\""),
    /** A text with few values, which the records of a layout share. */
    WORD("\""),
    NUMBER(""),
    /** A text of ASCII that differs from record to record. */
    ASCII("\""),
    TEXT("\""),
    /** A text in DynamoDB's JSON, with its type. */
    STRING("{\"S\":\""),
    STRING_SET("{\"SS\":[");

    private final String before;

    Form(String before) {
      this.before = before;
    }

    boolean isPartOfLayout() {
      return compareTo(WORD) <= 0;
    }

    /** Returns the position where a value ends and what closes it begins. */
    int end(byte[] payload, int from) {
      switch (this) {
        case OBJECT:
        case NULL:
          return from;
        case NUMBER:
          return endOfNumber(payload, from);
        case IGNORED:
        case ASCII:
          return endOfAscii(payload, from);
        case WORD:
        case TEXT:
        case STRING:
          return endOfText(payload, from);
        case STRING_SET:
          return endOfTexts(payload, from);
      }
      throw new AssertionError(this);
    }

    /** Returns the position after what closes a value. */
    int close(byte[] payload, int end) {
      switch (this) {
        case OBJECT:
        case NULL:
        case NUMBER:
          return end;
        case IGNORED:
        case WORD:
        case ASCII:
        case TEXT:
          return after('"', payload, end);
        case STRING:
          return after('}', payload, after('"', payload, end));
        case STRING_SET:
          return after('}', payload, after(']', payload, end));
      }
      throw new AssertionError(this);
    }
  }

  /** The fields of a record in their usual form. Those of an image stand here once per image. */
  @SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // The arrays never change.
  enum Field {
    AWS_REGION("awsRegion", Form.IGNORED),
    EVENT_ID("eventID", Form.ASCII),
    EVENT_NAME("eventName", Form.WORD),
    USER_IDENTITY("userIdentity", Form.NULL),
    RECORD_FORMAT("recordFormat", Form.IGNORED),
    TABLE_NAME("tableName", Form.WORD),
    DYNAMODB("dynamodb", Form.OBJECT),
    EVENT_SOURCE("eventSource", Form.IGNORED),
    EVENT_VERSION("eventVersion", Form.IGNORED),
    PLAIN_ID("id", Form.TEXT),
    PLAIN_REGION("region", Form.TEXT),
    PLAIN_IMPROVEMENT("improvement", Form.TEXT),
    RECAST(RecastRecord.FIELD, Form.OBJECT),

    CREATION_TIME("ApproximateCreationDateTime", Form.NUMBER),
    PRECISION("ApproximateCreationDateTimePrecision", Form.WORD),
    KEYS("Keys", Form.OBJECT),
    NEW_IMAGE("NewImage", Form.OBJECT),
    OLD_IMAGE("OldImage", Form.OBJECT),
    SEQUENCE_NUMBER("SequenceNumber", Form.TEXT),
    SIZE_BYTES("SizeBytes", Form.NUMBER),
    STREAM_VIEW_TYPE("StreamViewType", Form.IGNORED),

    KEY_ID("id", Form.STRING),

    NEW_ID("id", Form.STRING),
    NEW_IMPROVEMENT("improvement", Form.STRING),
    NEW_IMPROVEMENTS("improvements", Form.STRING_SET),
    NEW_REGION("region", Form.STRING),

    OLD_ID("id", Form.STRING),
    OLD_IMPROVEMENT("improvement", Form.STRING),
    OLD_IMPROVEMENTS("improvements", Form.STRING_SET),
    OLD_REGION("region", Form.STRING),

    /** A text of a field that means nothing. */
    UNKNOWN_TEXT("", Form.ASCII),

    /** A number of a field that means nothing. */
    UNKNOWN_NUMBER("", Form.NUMBER);

    final Form form;

    private final byte[] name;

    /** The name and what stands before the value, in words. The last may be part of one. */
    private final long[] words;

    private final long lastMask;
    private final int length;
    private final long bit = 1L << ordinal();

    Field(String name, Form form) {
      this.name = name.getBytes(StandardCharsets.US_ASCII);
      this.form = form;
      byte[] bytes = ('"' + name + "\":" + form.before).getBytes(StandardCharsets.US_ASCII);
      length = bytes.length;
      words = new long[(length + Long.BYTES - 1) / Long.BYTES];
      for (int i = 0; i < words.length; i++) {
        words[i] = word(bytes, i * Long.BYTES);
      }
      lastMask = -1L >>> (-length * Byte.SIZE);
    }

    boolean isUnknown() {
      return this == UNKNOWN_TEXT || this == UNKNOWN_NUMBER;
    }

    boolean isAt(byte[] payload, int at) {
      int last = words.length - 1;
      for (int i = 0; i < last; i++) {
        if (word(payload, at + i * Long.BYTES) != words[i]) {
          return false;
        }
      }
      return ((word(payload, at + last * Long.BYTES) ^ words[last]) & lastMask) == 0;
    }
  }

  /** An object, with the fields that it may have, in their usual order. */
  @SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // Its fields stand in a row.
  private enum Level {
    RECORD(null, null, Field.AWS_REGION, Field.RECAST),
    DYNAMODB(RECORD, Field.DYNAMODB, Field.CREATION_TIME, Field.STREAM_VIEW_TYPE),
    KEYS(DYNAMODB, Field.KEYS, Field.KEY_ID, Field.KEY_ID),
    NEW_IMAGE(DYNAMODB, Field.NEW_IMAGE, Field.NEW_ID, Field.NEW_REGION),
    OLD_IMAGE(DYNAMODB, Field.OLD_IMAGE, Field.OLD_ID, Field.OLD_REGION);

    private final @Nullable Level parent;

    /** Where in the parent the search for the next field begins. */
    private final int placeAfter;

    private final Field[] fields;

    Level(@Nullable Level parent, @Nullable Field opening, Field first, Field last) {
      this.parent = parent;
      fields = Arrays.copyOfRange(Field.values(), first.ordinal(), last.ordinal() + 1);
      placeAfter = parent == null || opening == null ? 0 : parent.placeAfter(opening);
    }

    /** The level that a field opens, or null if what it holds is for the parser. */
    static @Nullable Level openedBy(Field field) {
      switch (field) {
        case DYNAMODB:
          return DYNAMODB;
        case KEYS:
          return KEYS;
        case NEW_IMAGE:
          return NEW_IMAGE;
        case OLD_IMAGE:
          return OLD_IMAGE;
        default:
          return null;
      }
    }

    int placeAfter(Field field) {
      return field.ordinal() - fields[0].ordinal() + 1;
    }

    /** The field that begins there, or null. The one at the place is looked at first. */
    @Nullable Field find(byte[] payload, int at, int place) {
      for (int i = place; i < fields.length; i++) {
        if (fields[i].isAt(payload, at)) {
          return fields[i];
        }
      }
      for (int i = 0; i < place; i++) {
        if (fields[i].isAt(payload, at)) {
          return fields[i];
        }
      }
      return null;
    }

    boolean hasField(byte[] payload, int from, int to) {
      for (Field field : fields) {
        if (Arrays.equals(payload, from, to, field.name, 0, field.name.length)) {
          return true;
        }
      }
      return false;
    }
  }

  private final boolean isOnKinesis;
  private final RepeatedTexts<VoteText> texts = new RepeatedTexts<>(VoteText::of);
  private final RecordLayouts layouts = new RecordLayouts();
  private final RecordValues values = new RecordValues();

  /** The first id of this record and where it stands, if {@code idTo} is not 0. */
  private VoteText id = VoteText.MISSING;

  private int idFrom;
  private int idTo;

  /**
   * @param isOnKinesis whether an {@code eventID} means nothing: it is then left {@linkplain
   *     VoteText#MISSING missing}
   */
  RecordScanner(boolean isOnKinesis) {
    this.isOnKinesis = isOnKinesis;
  }

  /** The record, or null if the payload is for the parser. */
  @Nullable VoteRecord scan(byte[] payload) {
    VoteRecord similar = layouts.find(payload, values);
    if (similar != null) {
      return read(payload, similar.withoutValues());
    }
    if (!search(payload)) {
      return null;
    }
    VoteRecord record = read(payload, new VoteRecord());
    if (record != null) {
      layouts.learn(payload, values, record);
    }
    return record;
  }

  /** Finds the values of a record of any layout. Returns false if the payload is for the parser. */
  private boolean search(byte[] payload) {
    if (payload.length < Long.BYTES || payload[0] != '{') {
      return false;
    }
    values.clear();
    Level level = Level.RECORD;
    int place = 0;
    long seen = 0;
    int at = 1;
    while (true) {
      Field field = level.find(payload, at, place);
      if (field == null) {
        at = unknownField(payload, at, level);
      } else {
        if ((seen & field.bit) != 0) {
          return false;
        }
        seen |= field.bit;
        int from = at + field.length;
        int to = field.form.end(payload, from);
        values.add(field, from, to);
        at = field.form.close(payload, to);
        if (field.form == Form.OBJECT) {
          level = Level.openedBy(field);
          if (level == null) {
            return false;
          }
          place = 0;
          continue;
        }
        place = level.placeAfter(field);
      }
      while (isAt('}', payload, at)) {
        at++;
        if (level.parent == null) {
          return at == payload.length;
        }
        place = level.placeAfter;
        level = level.parent;
      }
      at = after(',', payload, at);
      if (at < 0) {
        return false;
      }
    }
  }

  /** Passes a field that means nothing, with a scalar or an attribute of one scalar. */
  private int unknownField(byte[] payload, int at, Level level) {
    int from = after('"', payload, at);
    int to = endOfAscii(payload, from);
    if (to - from > MAX_NAME_BYTES || (to >= 0 && level.hasField(payload, from, to))) {
      return UNUSUAL;
    }
    int value = after(':', payload, after('"', payload, to));
    int attribute = after('{', payload, value);
    if (attribute < 0) {
      return scalar(payload, value);
    }
    int type = after('"', payload, attribute);
    int endOfType = endOfAscii(payload, type);
    if (endOfType - type > MAX_NAME_BYTES) {
      return UNUSUAL;
    }
    int inside = after(':', payload, after('"', payload, endOfType));
    return after('}', payload, scalar(payload, inside));
  }

  private int scalar(byte[] payload, int at) {
    int literal = afterNullOrTrue(payload, at);
    if (literal >= 0) {
      return literal;
    }
    int text = after('"', payload, at);
    Field field = text >= 0 ? Field.UNKNOWN_TEXT : Field.UNKNOWN_NUMBER;
    int from = text >= 0 ? text : at;
    int to = field.form.end(payload, from);
    values.add(field, from, to);
    return field.form.close(payload, to);
  }

  /** Puts the values into a record. Returns null if one of them may be malformed. */
  private @Nullable VoteRecord read(byte[] payload, VoteRecord record) {
    idTo = 0;
    for (int i = 0; i < values.size(); i++) {
      Field field = values.field(i);
      int from = values.from(i);
      int to = values.to(i);
      switch (field.form) {
        case OBJECT:
          open(field, record);
          break;
        case NULL:
        case IGNORED:
          break;
        case NUMBER:
          if (field == Field.CREATION_TIME) {
            record.creationTime = JsonBytes.number(payload, from, to);
          }
          break;
        case STRING_SET:
          NameSet names = names(payload, from, to);
          if (names == null) {
            return null;
          }
          VoteImage image = image(field, record);
          image.hasImprovements = true;
          image.improvements = names;
          break;
        case WORD:
        case ASCII:
        case TEXT:
        case STRING:
          VoteText text = text(field, payload, from, to);
          if (text == null) {
            return null;
          }
          put(field, text, record);
          break;
      }
    }
    return record;
  }

  private static void open(Field field, VoteRecord record) {
    if (field == Field.DYNAMODB) {
      record.hasDynamoDb = true;
    } else if (field == Field.NEW_IMAGE) {
      record.newImage = new VoteImage();
    } else if (field == Field.OLD_IMAGE) {
      record.oldImage = new VoteImage();
    }
  }

  /** The text of a field, missing if it means nothing, or null if it may be malformed. */
  private @Nullable VoteText text(Field field, byte[] payload, int from, int to) {
    switch (field) {
      case PLAIN_ID:
      case KEY_ID:
      case NEW_ID:
      case OLD_ID:
        if (idTo != 0 && Arrays.equals(payload, from, to, payload, idFrom, idTo)) {
          return id;
        }
        VoteText made = texts.make(payload, from, to);
        if (made != null) {
          id = made;
          idFrom = from;
          idTo = to;
        }
        return made;
      case UNKNOWN_TEXT:
        return VoteText.MISSING;
      case EVENT_ID:
        return isOnKinesis ? VoteText.MISSING : texts.make(payload, from, to);
      case SEQUENCE_NUMBER:
        return texts.make(payload, from, to);
      default:
        return texts.of(payload, from, to);
    }
  }

  private static void put(Field field, VoteText text, VoteRecord record) {
    switch (field) {
      case EVENT_ID:
        record.eventId = text;
        break;
      case EVENT_NAME:
        record.eventName = text;
        break;
      case TABLE_NAME:
        record.tableName = text;
        break;
      case PRECISION:
        record.precision = text;
        break;
      case SEQUENCE_NUMBER:
        record.sequenceNumber = text;
        break;
      case PLAIN_ID:
      case KEY_ID:
      case NEW_ID:
      case OLD_ID:
        image(field, record).id = text;
        break;
      case PLAIN_REGION:
      case NEW_REGION:
      case OLD_REGION:
        image(field, record).region = text;
        break;
      case PLAIN_IMPROVEMENT:
      case NEW_IMPROVEMENT:
      case OLD_IMPROVEMENT:
        image(field, record).improvement = text;
        break;
      case UNKNOWN_TEXT:
        break;
      default:
        throw new AssertionError(field);
    }
  }

  /** The image that a field is part of. */
  private static VoteImage image(Field field, VoteRecord record) {
    switch (field) {
      case KEY_ID:
        return record.keys;
      case NEW_ID:
      case NEW_REGION:
      case NEW_IMPROVEMENT:
      case NEW_IMPROVEMENTS:
        return Objects.requireNonNull(record.newImage);
      case OLD_ID:
      case OLD_REGION:
      case OLD_IMPROVEMENT:
      case OLD_IMPROVEMENTS:
        return Objects.requireNonNull(record.oldImage);
      default:
        return record.plain;
    }
  }

  /** The names of an array, or null if one of them may be malformed. */
  private @Nullable NameSet names(byte[] payload, int from, int to) {
    NameSet names = new NameSet();
    int at = from;
    while (at < to) {
      int end = endOfText(payload, at + 1);
      VoteText text = texts.of(payload, at + 1, end);
      if (text == null) {
        return null;
      }
      names.add(text.value());
      // Past the quote and the comma, or the bracket that follows the last name.
      at = end + 2;
    }
    return names;
  }
}
