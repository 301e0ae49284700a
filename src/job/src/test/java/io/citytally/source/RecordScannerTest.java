package io.citytally.source;

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
    item.putObject("of another application").put(type, value);
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
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);

      assertThat(kinesis.scan(cut)).isNull();
      assertThat(dynamoDb.scan(cut)).isNull();
    }
  }

  /** Each byte gets each value: so every check of the scanner is met where it matters. */
  @ParameterizedTest
  @MethodSource("usualRecords")
  void agreesWithTheParserWhicheverByteIsAnother(ObjectNode record) throws Exception {
    byte[] bent = ChangeRecords.bytes(record);
    for (int at = 0; at < bent.length; at++) {
      byte right = bent[at];
      for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
        bent[at] = (byte) value;
        read(kinesis, bent);
        read(dynamoDb, bent);
      }
      bent[at] = right;
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

  /** What both say; null if the scanner does not judge. */
  private @Nullable String read(RecordScanner scanner, byte[] payload) throws Exception {
    VoteRecord scanned = scanner.scan(payload);
    if (scanned == null) {
      return null;
    }
    boolean isOnKinesis = scanner == kinesis;
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
