package io.citytally.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordScannerTest {

  private static final long MICROS = 1_700_000_000_123_456L;
  private static final Choice TREES = new Choice("Süd", "trees \uD83C\uDF33");
  private static final Choice BENCH = new Choice("Nord", "bench");
  private static final String PLAIN =
      "{\"id\":\"v1\",\"improvement\":\"bench\",\"region\":\"Nord\",\"more\":null}";

  private static final String MEANS_NOTHING = "of another application";

  private final RecordScanner kinesis = new RecordScanner(true);
  private final RecordScanner dynamoDb = new RecordScanner(false);

  static Stream<ObjectNode> usualRecords() {
    return Stream.of(
        ChangeRecords.insert("v1", TREES, MICROS),
        ChangeRecords.modify("v1", TREES, BENCH, MICROS),
        ChangeRecords.remove("v1", BENCH, MICROS),
        ChangeRecords.inMilliseconds(ChangeRecords.insert("v1", TREES, MICROS)),
        ChangeRecords.change(
            "MODIFY",
            "v1",
            ChangeRecords.ballot("v1", "Süd", "a", "b"),
            ChangeRecords.ballot("v1", "Nord", "b", "ä", "b"),
            MICROS),
        ChangeRecords.change(
            "INSERT", "v1", null, with(ChangeRecords.item("v1", BENCH), "N", "7"), MICROS),
        ChangeRecords.plain("v1", TREES),
        ofDynamoDbStream(ChangeRecords.modify("v1", TREES, BENCH, MICROS)));
  }

  private static ObjectNode with(ObjectNode item, String type, String value) {
    item.putObject(MEANS_NOTHING).put(type, value);
    return item;
  }

  private static ObjectNode ofDynamoDbStream(ObjectNode record) {
    record.put("eventVersion", "1.1").remove(List.of("tableName", "recordFormat", "userIdentity"));
    record
        .withObject("/dynamodb")
        .put("SequenceNumber", "4421584500000000017450439091")
        .put("StreamViewType", "NEW_AND_OLD_IMAGES");
    return record;
  }

  @ParameterizedTest
  @MethodSource("usualRecords")
  void readsAUsualRecordAsTheParserDoes(ObjectNode record) throws Exception {
    assertThat(read(kinesis, ChangeRecords.bytes(record))).isNotNull();
    assertThat(read(dynamoDb, ChangeRecords.bytes(record))).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("usualRecords")
  void readsTheFieldsInAnyOrder(ObjectNode record) throws Exception {
    byte[] backwards = ChangeRecords.bytes(backwards(record));

    assertThat(read(kinesis, backwards)).isNotNull();
    assertThat(read(dynamoDb, backwards)).isNotNull();
  }

  /** A program that hands records on may add fields of its own. */
  @ParameterizedTest
  @MethodSource("usualRecords")
  void aFieldAfterAnImageIsNotPartOfIt(ObjectNode record) throws Exception {
    List.of("id", "region", "improvement").forEach(name -> record.put(name, "other"));

    assertThat(read(kinesis, ChangeRecords.bytes(record))).isNotNull();
    assertThat(read(kinesis, ChangeRecords.bytes(backwards(record)))).isNotNull();
  }

  private static JsonNode backwards(JsonNode node) {
    if (!node.isObject()) {
      return node;
    }
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(name -> names.add(0, name));
    ObjectNode object = ((ObjectNode) node).objectNode();
    names.forEach(name -> object.set(name, backwards(node.get(name))));
    return object;
  }

  @ParameterizedTest
  @MethodSource("usualRecords")
  void leavesARecordThatIsCutToTheParser(ObjectNode record) {
    byte[] whole = ChangeRecords.bytes(record);
    for (boolean isKnown : new boolean[] {false, true}) {
      if (isKnown) {
        learn(whole);
      }
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);

        assertThat(kinesis.scan(cut)).isNull();
        assertThat(dynamoDb.scan(cut)).isNull();
      }
    }
  }

  /** Each byte gets each value: so every check of a layout is met where it matters. */
  @ParameterizedTest
  @MethodSource("usualRecords")
  void agreesWithTheParserWhicheverByteOfAKnownLayoutIsAnother(ObjectNode record) throws Exception {
    byte[] right = ChangeRecords.bytes(record);
    byte[] bent = right.clone();
    learn(right);
    for (int at = 0; at < bent.length; at++) {
      for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
        bent[at] = (byte) value;
        boolean isUsual = read(kinesis, bent) != null | read(dynamoDb, bent) != null;
        if (isUsual) {
          // Another layout may have been learned, and all others forgotten.
          learn(right);
        }
      }
      bent[at] = right[at];
    }
  }

  /** A scanner that knows no layout has to search. */
  @ParameterizedTest
  @MethodSource("usualRecords")
  void agreesWithTheParserWhicheverByteOfAnUnknownLayoutIsAnother(ObjectNode record)
      throws Exception {
    byte[] right = ChangeRecords.bytes(record);
    byte[] bent = right.clone();
    for (int at = 0; at < bent.length; at++) {
      for (byte value : "\"\\{}[],: 09ax\u0001\u007F\u00C3\u00FF".getBytes(ISO_8859_1)) {
        bent[at] = value;
        read(new RecordScanner(true), true, bent);
        read(new RecordScanner(false), false, bent);
      }
      bent[at] = right[at];
    }
  }

  /** The values of these records, and what may come in their places. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1",
        "S\u00C3\u00BCd",
        "bench",
        "a1f0c3e2-6f0e-4f5e-9c5b-0d9e8f7a6b5c",
        "4421584500000000017450439091",
        "1700000000123456",
        "1700000000123",
        ":100",
        "\"7\"",
        "\"a\""
      })
  void agreesWithTheParserAboutEachValueInAKnownLayout(String value) throws Exception {
    List<String> records =
        usualRecords()
            .map(record -> new String(ChangeRecords.bytes(record), ISO_8859_1))
            .filter(record -> record.contains(value))
            .collect(Collectors.toList());
    assertThat(records).isNotEmpty();
    for (String record : records) {
      for (String other :
          List.of(
              "",
              "0",
              "\"\"",
              "\"other\"",
              "other",
              " ",
              "\u00C3\u00A4",
              "\u00EF\u00BF\u00BD",
              "\u00C3",
              "\u00FF",
              "\u0001",
              "\u007F",
              "\\n",
              "\\\"",
              "\"",
              "\",\"",
              ":7",
              ":0",
              ":07",
              ":-7",
              ":7.5",
              ":7e5",
              ":123456789012345678",
              ":1234567890123456789",
              "123456789012345678",
              "1234567890123456789",
              "0123456",
              "x".repeat(300))) {
        learn(record.getBytes(ISO_8859_1));
        byte[] payload = record.replace(value, other).getBytes(ISO_8859_1);

        read(kinesis, payload);
        read(dynamoDb, payload);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "{\"T\":%s}"})
  void agreesWithTheParserAboutFieldsThatMeanNothingInAKnownLayout(String form) throws Exception {
    List<String> values =
        List.of(
            "null",
            "true",
            "false",
            "0",
            "7",
            "07",
            "-7",
            "7.5",
            "\"\"",
            "\"7\"",
            "\"other\"",
            "\"\u00C3\u00A4\"",
            "\"\\n\"",
            "\"\u0001\"",
            "\"a",
            "a\"",
            "123456789012345678",
            "1234567890123456789",
            "[]",
            "{}",
            "");
    for (String known : values) {
      for (String value : values) {
        kinesis.scan(plainWith(String.format(form, known)));
        String read = read(kinesis, plainWith(String.format(form, value)));

        if (List.of("null", "true", "7", "\"\"", "\"other\"").contains(value)) {
          assertThat(read).contains("v1", "bench", "Nord");
        }
      }
    }
  }

  private static byte[] plainWith(String value) {
    return PLAIN.replace("null", value).getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @MethodSource("usualRecords")
  void leavesAFieldThatStandsTwiceInAKnownLayoutToTheParser(ObjectNode record) {
    String right = record.toString();
    for (String object :
        List.of("", "/dynamodb", "/dynamodb/Keys", "/dynamodb/NewImage", "/dynamodb/OldImage")) {
      JsonNode fields = record.at(object);
      fields
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (name.equals(MEANS_NOTHING)) {
                  return;
                }
                String once = "\"" + name + "\":" + fields.get(name);
                learn(right.getBytes(StandardCharsets.UTF_8));
                byte[] twice =
                    right.replace(once, once + "," + once).getBytes(StandardCharsets.UTF_8);

                assertThat(kinesis.scan(twice)).as(once).isNull();
                assertThat(dynamoDb.scan(twice)).as(once).isNull();
              });
    }
  }

  /** There are more of them than a scanner remembers. */
  @Test
  void tellsTheLayoutsOfMixedRecordsApart() throws Exception {
    List<byte[]> records = new ArrayList<>();
    for (String id : List.of("v1", "another id")) {
      usualRecords()
          .map(record -> record.toString().replace("v1", id))
          .flatMap(
              record ->
                  Stream.of(
                      record, record.replace("votes", "t"), record.replace("\"Keys", "\"Kees")))
          .forEach(record -> records.add(record.getBytes(StandardCharsets.UTF_8)));
      usualRecords().forEach(record -> records.add(ChangeRecords.bytes(backwards(record))));
    }
    for (int step = 1; step < records.size(); step++) {
      for (int i = 0; i < records.size(); i++) {
        byte[] record = records.get(i * step % records.size());
        read(kinesis, record);
        read(dynamoDb, record);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 32, 33, 100})
  void readsARecordWithManyFieldsThatMeanNothing(int count) throws Exception {
    for (String value : List.of("\"a\"", "7", "\"other\"")) {
      String fields =
          IntStream.range(0, count)
              .mapToObj(i -> ",\"field" + i + "\":" + value)
              .collect(Collectors.joining());
      String record = PLAIN.replace(",\"more\":null", fields);

      assertThat(read(kinesis, record.getBytes(StandardCharsets.UTF_8))).contains("v1");
      assertThat(kinesis.scan(record.replace("field5\":", "").getBytes(StandardCharsets.UTF_8)))
          .isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"id\":\"v1\"} ",
        "{\"id\":\"v1\"}}",
        "{\"id\": \"v1\"}",
        "{\"id\":\"\\u0041\"}",
        "{\"id\":\"v1\",\"id\":\"v2\"}",
        "{\"id\":{\"S\":\"v1\"}}",
        "{\"id\":\"\uFFFD\"}",
        "{\"ä\":null}",
        "{\"more\":\"ä\"}",
        "{\"more\":01}",
        "{\"more\":-1}",
        "{\"more\":1.5}",
        "{\"more\":[]}",
        "{\"more\":{\"L\":{\"S\":\"\"}}}",
        "{\"recast\":{\"side\":\"old\"}}",
        "{\"eventName\":7}",
        "{\"dynamodb\":null}",
        "{\"dynamodb\":{\"SizeBytes\":1234567890123456789}}",
        "{\"dynamodb\":{\"NewImage\":{\"improvements\":{\"SS\":[]}}}}",
        "{\"dynamodb\":{\"NewImage\":{\"region\":{\"N\":\"1\"}}}}"
      })
  void leavesWhatIsUnusualToTheParser(String payload) {
    assertThat(kinesis.scan(payload.getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(dynamoDb.scan(payload.getBytes(StandardCharsets.UTF_8))).isNull();
  }

  @Test
  void leavesALongNameToTheParser() {
    String record = "{\"" + "n".repeat(256) + "\":null}";

    assertThat(kinesis.scan(record.getBytes(StandardCharsets.UTF_8))).isNull();
  }

  @Test
  void makesATextThatRepeatsOnce() {
    byte[] payload = PLAIN.getBytes(StandardCharsets.UTF_8);

    assertThat(kinesis.scan(payload).plain.region).isSameAs(kinesis.scan(payload).plain.region);
  }

  @Test
  void remembersNoIdFromOneRecordToTheNext() throws Exception {
    read(kinesis, PLAIN.getBytes(StandardCharsets.UTF_8));

    assertThat(read(kinesis, PLAIN.replace("v1", "v2").getBytes(StandardCharsets.UTF_8)))
        .contains("v2");
  }

  /** Lets both scanners remember the layout. */
  private void learn(byte[] payload) {
    assertThat(kinesis.scan(payload)).isNotNull();
    assertThat(dynamoDb.scan(payload)).isNotNull();
  }

  private @Nullable String read(RecordScanner scanner, byte[] payload) throws Exception {
    return read(scanner, scanner == kinesis, payload);
  }

  /** What both say; null if the scanner does not judge. */
  private static @Nullable String read(RecordScanner scanner, boolean isOnKinesis, byte[] payload)
      throws Exception {
    VoteRecord scanned = scanner.scan(payload);
    if (scanned == null) {
      return null;
    }
    String shown = shown(scanned, isOnKinesis);
    assertThat(shown)
        .as(new String(payload, StandardCharsets.UTF_8))
        .isEqualTo(shown(VoteRecord.read(payload), isOnKinesis));
    return shown;
  }

  private static String shown(VoteRecord record, boolean isOnKinesis) {
    return Stream.of(
            shown(record.plain),
            shown(record.eventName),
            isOnKinesis ? "" : shown(record.eventId),
            shown(record.tableName),
            record.recast == null,
            record.hasDynamoDb,
            shown(record.keys.id),
            shown(record.oldImage),
            shown(record.newImage),
            shown(record.sequenceNumber),
            shown(record.precision),
            record.creationTime)
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  private static @Nullable String shown(@Nullable VoteImage image) {
    return image == null
        ? null
        : List.of(shown(image.id), shown(image.region), shown(image.improvement))
            + " "
            + image.hasImprovements
            + " "
            + image.improvements;
  }

  private static String shown(VoteText text) {
    return text == VoteText.MISSING ? "missing" : text.value() + "/" + text.problem();
  }
}
