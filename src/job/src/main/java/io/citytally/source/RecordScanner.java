package io.citytally.source;

import io.citytally.vote.RepeatedTexts;
import io.citytally.vote.VoteText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records that DynamoDB and plain producers write, straight from their bytes.
 *
 * <p>{@link #scan} returns what {@link VoteRecord#read} returns for the same payload, or null. Null
 * means that this scanner does not judge the payload: it may be malformed, or merely unusual. Only
 * the parser refuses a record and says why. So a gap in this class costs time, never a vote.
 *
 * <p>These are unusual: white space, an escape, a field that stands twice, a value of another type
 * than the documented one, a choice cast again, an empty object or set, a name or an ignored value
 * beyond ASCII, an ignored number other than a short whole one from 0, an ignored value nested
 * deeper than an attribute, a text with U+FFFD, a byte after the end.
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
   * 1. Eight bytes at a time. A text ends at a quote, unless a backslash, a control character or,
   *    where only ASCII is expected, a byte from 0x80 comes first. A few operations on a long mark
   *    these bytes: b is zero if the highest bit of (b - 1) & ~b is set (Hacker's Delight, 6-1). A
   *    borrow can only mark bytes above one that is marked rightly. So the lowest mark is right,
   *    and no other one is used.
   *
   * 2. What is expected is compared, not parsed. A field's name, the colon and what opens its value
   *    are a few longs. The search begins with the field after the last one found, so it mostly
   *    compares with one. Another order costs comparisons, nothing else.
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
   * so any text with U+FFFD is left to the parser.
   */

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long QUOTES = '"' * EACH_BYTE;
  private static final long BACKSLASHES = '\\' * EACH_BYTE;
  private static final long SPACES = ' ' * EACH_BYTE;

  /** In place of a position: this payload is for the parser. */
  private static final int UNUSUAL = -1;

  /** As {@link VoteRecord} has it: a longer number is no time. */
  private static final int MAX_DIGITS = 18;

  /** A longer name is none of DynamoDB's, and JSON libraries begin to limit them. */
  private static final int MAX_NAME_BYTES = 255;

  private static final int NULL = (int) tail("null".getBytes(StandardCharsets.US_ASCII), 0);
  private static final int TRUE = (int) tail("true".getBytes(StandardCharsets.US_ASCII), 0);

  /** What the value of a field looks like. */
  private enum Form {
    OBJECT("{"),
    NUMBER(""),
    NULL("null"),
    /** A text of ASCII that nothing is made of. */
    IGNORED("\""),
    TEXT("\""),
    /** A text in DynamoDB's JSON, with its type. */
    STRING("{\"S\":\""),
    STRING_SET("{\"SS\":[");

    private final String before;

    Form(String before) {
      this.before = before;
    }
  }

  /** The fields of a record in their usual form. Those of an image stand here once per image. */
  @SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // The arrays never change.
  private enum Field {
    AWS_REGION("awsRegion", Form.IGNORED),
    EVENT_ID("eventID", Form.TEXT),
    EVENT_NAME("eventName", Form.TEXT),
    USER_IDENTITY("userIdentity", Form.NULL),
    RECORD_FORMAT("recordFormat", Form.IGNORED),
    TABLE_NAME("tableName", Form.TEXT),
    DYNAMODB("dynamodb", Form.OBJECT),
    EVENT_SOURCE("eventSource", Form.IGNORED),
    EVENT_VERSION("eventVersion", Form.IGNORED),
    PLAIN_ID("id", Form.TEXT),
    PLAIN_REGION("region", Form.TEXT),
    PLAIN_IMPROVEMENT("improvement", Form.TEXT),
    RECAST(RecastRecord.FIELD, Form.OBJECT),

    CREATION_TIME("ApproximateCreationDateTime", Form.NUMBER),
    PRECISION("ApproximateCreationDateTimePrecision", Form.TEXT),
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
    OLD_REGION("region", Form.STRING);

    private final byte[] name;
    private final Form form;

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

  /** The first id of this record and where it stands, if {@code idTo} is not 0. */
  private VoteText id = VoteText.MISSING;

  private int idFrom;
  private int idTo;

  private long lastNumber;
  private NameSet lastNames = new NameSet();

  /**
   * @param isOnKinesis whether an {@code eventID} means nothing: it is then left {@linkplain
   *     VoteText#MISSING missing}
   */
  RecordScanner(boolean isOnKinesis) {
    this.isOnKinesis = isOnKinesis;
  }

  /** The record, or null if the payload is for the parser. */
  @Nullable VoteRecord scan(byte[] payload) {
    if (payload.length < Long.BYTES || payload[0] != '{') {
      return null;
    }
    VoteRecord record = new VoteRecord();
    VoteImage image = record.plain;
    Level level = Level.RECORD;
    int place = 0;
    long seen = 0;
    idTo = 0;
    int at = 1;
    while (true) {
      Field field = level.find(payload, at, place);
      if (field == null) {
        at = unknownField(payload, at, level);
      } else {
        if ((seen & field.bit) != 0) {
          return null;
        }
        seen |= field.bit;
        place = level.placeAfter(field);
        at += field.length;
        switch (field.form) {
          case OBJECT:
            if (field == Field.DYNAMODB) {
              level = Level.DYNAMODB;
              record.hasDynamoDb = true;
            } else if (field == Field.KEYS) {
              level = Level.KEYS;
              image = record.keys;
            } else if (field == Field.NEW_IMAGE) {
              level = Level.NEW_IMAGE;
              image = record.newImage = new VoteImage();
            } else if (field == Field.OLD_IMAGE) {
              level = Level.OLD_IMAGE;
              image = record.oldImage = new VoteImage();
            } else {
              return null;
            }
            place = 0;
            continue;
          case NULL:
            break;
          case NUMBER:
            at = number(payload, at);
            if (field == Field.CREATION_TIME) {
              record.creationTime = lastNumber;
            }
            break;
          case IGNORED:
            at = after('"', payload, endOfText(payload, at, HIGH_BITS));
            break;
          case STRING_SET:
            at = names(payload, at);
            image.hasImprovements = true;
            image.improvements = lastNames;
            break;
          case TEXT:
          case STRING:
            int end = endOfText(payload, at, 0);
            VoteText text = end < 0 ? null : text(field, payload, at, end);
            if (text == null) {
              return null;
            }
            put(field, text, record, image);
            at = field.form == Form.TEXT ? end + 1 : after('}', payload, end + 1);
            break;
        }
      }
      while (at >= 0 && at < payload.length && payload[at] == '}') {
        at++;
        if (level.parent == null) {
          return at == payload.length ? record : null;
        }
        place = level.placeAfter;
        level = level.parent;
        if (level == Level.RECORD) {
          image = record.plain;
        }
      }
      at = after(',', payload, at);
      if (at < 0) {
        return null;
      }
    }
  }

  /** The text of a field, or null if it is malformed. */
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
      case EVENT_ID:
        if (isOnKinesis) {
          return endOfText(payload, from, HIGH_BITS) == to ? VoteText.MISSING : null;
        }
        return texts.make(payload, from, to);
      case SEQUENCE_NUMBER:
        return texts.make(payload, from, to);
      default:
        return texts.of(payload, from, to);
    }
  }

  private static void put(Field field, VoteText text, VoteRecord record, VoteImage image) {
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
        image.id = text;
        break;
      case PLAIN_REGION:
      case NEW_REGION:
      case OLD_REGION:
        image.region = text;
        break;
      case PLAIN_IMPROVEMENT:
      case NEW_IMPROVEMENT:
      case OLD_IMPROVEMENT:
        image.improvement = text;
        break;
      default:
        throw new AssertionError(field);
    }
  }

  /** Reads names from after the bracket that opens their array. */
  private int names(byte[] payload, int from) {
    NameSet names = new NameSet();
    int next = from;
    int at;
    do {
      int name = after('"', payload, next);
      int end = endOfText(payload, name, 0);
      VoteText text = end < 0 ? null : texts.of(payload, name, end);
      if (text == null) {
        return UNUSUAL;
      }
      names.add(text.value());
      at = end + 1;
      next = after(',', payload, at);
    } while (next >= 0);
    lastNames = names;
    return after('}', payload, after(']', payload, at));
  }

  private int number(byte[] payload, int from) {
    long number = 0;
    int at = from;
    while (at < payload.length && payload[at] >= '0' && payload[at] <= '9') {
      number = 10 * number + payload[at++] - '0';
    }
    lastNumber = number;
    int digits = at - from;
    boolean hasLeadingZero = digits > 1 && payload[from] == '0';
    return digits == 0 || digits > MAX_DIGITS || hasLeadingZero ? UNUSUAL : at;
  }

  /** Passes a field that means nothing, with a scalar or an attribute of one scalar. */
  private int unknownField(byte[] payload, int at, Level level) {
    int from = after('"', payload, at);
    int to = endOfText(payload, from, HIGH_BITS);
    if (to - from > MAX_NAME_BYTES || (to >= 0 && level.hasField(payload, from, to))) {
      return UNUSUAL;
    }
    int value = after(':', payload, after('"', payload, to));
    int attribute = after('{', payload, value);
    if (attribute < 0) {
      return scalar(payload, value);
    }
    int type = after('"', payload, attribute);
    int endOfType = endOfText(payload, type, HIGH_BITS);
    if (endOfType - type > MAX_NAME_BYTES) {
      return UNUSUAL;
    }
    int inside = after(':', payload, after('"', payload, endOfType));
    return after('}', payload, scalar(payload, inside));
  }

  private int scalar(byte[] payload, int at) {
    if (at < 0 || at >= payload.length) {
      return UNUSUAL;
    }
    if (payload[at] == '"') {
      return after('"', payload, endOfText(payload, at + 1, HIGH_BITS));
    }
    int word = (int) word(payload, at);
    return word == NULL || word == TRUE ? at + Integer.BYTES : number(payload, at);
  }

  /** The position after a character, if it stands there. */
  private static int after(char c, byte[] payload, int at) {
    return at >= 0 && at < payload.length && payload[at] == c ? at + 1 : UNUSUAL;
  }

  /**
   * The position of the quote that ends a text.
   *
   * @param nonAscii {@link #HIGH_BITS} if it must be ASCII, 0 if not
   */
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

  /** Eight bytes, the first of them lowest; zeros after the end. */
  private static long word(byte[] bytes, int at) {
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
