package io.citytally.source;

import static io.citytally.source.ChangeRecords.bytes;
import static io.citytally.source.ChangeRecords.inMilliseconds;
import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.plain;
import static io.citytally.source.ChangeRecords.raw;
import static io.citytally.source.ChangeRecords.remove;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoteChangeDecoderTest {

  private static final Choice TREES = new Choice("Nord", "trees");
  private static final Choice BENCH = new Choice("Süd", "a bench 🌳");
  private static final Choice NOWHERE = new Choice("", "trees");
  private static final long MICROS = 1_700_000_000_123_456L;
  private static final String NO_ANSWER = null;

  private final VoteChangeDecoder kinesis = VoteChangeDecoder.forKinesis("votes", 1);
  private final VoteChangeDecoder dynamoDb = VoteChangeDecoder.forDynamoDbStreams(1);

  @Test
  void anInsertAddsItsChoice() {
    VoteChange change = change(insert("v1", TREES, MICROS));

    assertThat(change.oldChoice).isNull();
    assertThat(change.newChoice).isEqualTo(TREES);
    assertThat(change.changedAtMicros).isEqualTo(MICROS);
    assertThat(change.sequence).isZero();
  }

  @Test
  void aModifyGoesFromItsOldChoiceToItsNew() {
    VoteChange change = change(modify("v1", TREES, BENCH, MICROS));

    assertThat(change.oldChoice).isEqualTo(TREES);
    assertThat(change.newChoice).isEqualTo(BENCH);
    assertThat(change.changedAtMicros).isEqualTo(MICROS);
    assertThat(change.sequence).isEqualTo(1);
  }

  @Test
  void aRemoveTakesItsChoiceBack() {
    VoteChange change = change(remove("v1", BENCH, MICROS));

    assertThat(change.oldChoice).isEqualTo(BENCH);
    assertThat(change.newChoice).isNull();
    assertThat(change.changedAtMicros).isEqualTo(MICROS);
    assertThat(change.sequence).isEqualTo(2);
  }

  @Test
  void aTimeWithoutPrecisionIsInMilliseconds() {
    ObjectNode record = inMilliseconds(insert("v1", TREES, MICROS));
    ObjectNode withPrecision = record.deepCopy();
    dynamodb(withPrecision).put("ApproximateCreationDateTimePrecision", "MILLISECOND");

    assertThat(change(record).changedAtMicros).isEqualTo(1_700_000_000_123_000L);
    assertThat(change(withPrecision)).isEqualTo(change(record));
  }

  @Test
  void thePrecisionIsNoPartOfTheIdentity() {
    long wholeMillis = 1_700_000_000_123_000L;

    assertThat(change(inMilliseconds(insert("v1", TREES, wholeMillis))).identity)
        .isEqualTo(change(insert("v1", TREES, wholeMillis)).identity);
  }

  @Test
  void aSecondDeliveryHasTheSameIdentityWhateverItsEventId() {
    ObjectNode again = modify("v1", TREES, BENCH, MICROS).put("eventID", "another");

    assertThat(change(again)).isEqualTo(change(modify("v1", TREES, BENCH, MICROS)));
  }

  @Test
  void theOrderOfTheFieldsDoesNotMatter() {
    String record =
        "{'dynamodb':{'NewImage':{'region':{'S':'Nord'},'improvement':{'S':'trees'}},"
            + "'ApproximateCreationDateTimePrecision':'MICROSECOND','Keys':{'id':{'S':'v1'}},"
            + "'ApproximateCreationDateTime':1700000000123456},"
            + "'tableName':'votes','eventName':'INSERT'} \n\t ";

    assertThat(change(record)).isEqualTo(change(insert("v1", TREES, MICROS)));
  }

  @Test
  void otherAttributesOfTheItemAreSkipped() {
    ObjectNode record = insert("v1", TREES, MICROS);
    ObjectNode item = (ObjectNode) dynamodb(record).get("NewImage");
    item.putObject("weights").putArray("L").addObject().put("N", "1e400");
    item.putObject("nested").putObject("M").putObject("id").put("S", "another");

    assertThat(change(record)).isEqualTo(change(insert("v1", TREES, MICROS)));
  }

  @Test
  void attributesMayNestAsDeepAsDynamoDbAllows() {
    ObjectNode record = insert("v1", TREES, MICROS);
    ObjectNode attribute = ((ObjectNode) dynamodb(record).get("NewImage")).putObject("deep");
    for (int level = 0; level < 32; level++) {
      attribute = attribute.putObject("M").putObject("deeper");
    }
    attribute.put("S", "end");

    assertThat(change(record).newChoice).isEqualTo(TREES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "7", "[]", "\"id\""})
  void keysThatAreNoneAreLikeNoKeys(String keys) {
    ObjectNode record = insert("v1", TREES, MICROS);
    String bent = record.toString().replace("{\"id\":{\"S\":\"v1\"}}", keys);

    assertThat(kinesis.decode(raw(bent)).change()).isEqualTo(change(record));
    assertThat(kinesis.decode(raw("{\"dynamodb\":{\"Keys\":" + keys + "}}")).rejection())
        .isEqualTo("tableName is missing");
  }

  @Test
  void withoutKeysTheIdIsThatOfTheImage() {
    for (ObjectNode record :
        new ObjectNode[] {
          insert("v1", TREES, MICROS),
          modify("v1", TREES, BENCH, MICROS),
          remove("v1", TREES, MICROS)
        }) {
      ObjectNode without = record.deepCopy();
      dynamodb(without).remove("Keys");

      assertThat(change(without)).isEqualTo(change(record));
    }
  }

  @Test
  void theIdOfTheKeysCounts() {
    ObjectNode record = insert("v1", TREES, MICROS);
    ((ObjectNode) dynamodb(record).get("NewImage")).putObject("id").put("S", "another");

    assertThat(change(record)).isEqualTo(change(insert("v1", TREES, MICROS)));
  }

  @Test
  void aPlainVoteIsAnInsertAtItsArrival() {
    VoteChange change = change(plain("v1", BENCH).put("note", "anything").put("tableName", "t"));

    assertThat(change.oldChoice).isNull();
    assertThat(change.newChoice).isEqualTo(BENCH);
    assertThat(change.changedAtMicros).isEqualTo(1_700_000_000_123_000L);
    assertThat(change.sequence).isZero();
  }

  @Test
  void aPlainVoteIsKnownByItsIdAlone() {
    assertThat(change(plain("v1", BENCH)).identity)
        .isEqualTo(change(plain("v1", TREES)).identity)
        .isNotEqualTo(change(plain("v2", BENCH)).identity);
  }

  @Test
  void theChangesOfAVoteShareItsHash() {
    assertThat(change(remove("v1", BENCH, 7)).voteHash)
        .isEqualTo(change(insert("v1", TREES, MICROS)).voteHash)
        .isEqualTo(change(plain("v1", TREES)).voteHash)
        .isNotEqualTo(change(insert("v2", TREES, MICROS)).voteHash);
  }

  @Test
  void aVoteThatBecomesUncountableTakesItsOldChoiceBackAndIsRejected() {
    DecodedRecord decoded = kinesis.decode(raw(modify("v1", TREES, NOWHERE, MICROS)));

    assertThat(decoded.change().oldChoice).isEqualTo(TREES);
    assertThat(decoded.change().newChoice).isNull();
    assertThat(decoded.rejection()).isEqualTo("region is empty");
    assertThat(decoded.isUnchanged()).isFalse();
  }

  @Test
  void aVoteThatIsRepairedAddsItsNewChoice() {
    VoteChange change = change(modify("v1", NOWHERE, TREES, MICROS));

    assertThat(change.oldChoice).isNull();
    assertThat(change.newChoice).isEqualTo(TREES);
  }

  @Test
  void aVoteThatStaysUncountableIsRejectedForWhatItIsNow() {
    Choice nothing = new Choice("Nord", " ");

    assertThat(rejection(modify("v1", NOWHERE, nothing, MICROS))).isEqualTo("improvement is empty");
  }

  @Test
  void anUncountableVoteIsRejectedWhenItIsCastAndWhenItGoes() {
    assertThat(rejection(insert("v1", NOWHERE, MICROS))).isEqualTo("region is empty");
    assertThat(rejection(remove("v1", NOWHERE, MICROS))).isEqualTo("region is empty");
  }

  @Test
  void aVoteWrittenWithTheSameChoiceIsUnchanged() {
    DecodedRecord decoded = kinesis.decode(raw(modify("v1", TREES, TREES, MICROS)));

    assertThat(decoded.isUnchanged()).isTrue();
    assertThat(decoded.change()).isNull();
    assertThat(decoded.rejection()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "INSERT, NewImage",
    "MODIFY, NewImage",
    "MODIFY, OldImage",
    "REMOVE, OldImage",
  })
  void aChangeWithoutAnImageOfItsIsRejectedWhole(String operation, String image) {
    ObjectNode record = modify("v1", TREES, BENCH, MICROS).put("eventName", operation);
    ObjectNode withNull = record.deepCopy();
    dynamodb(record).remove(image);
    dynamodb(withNull).putNull(image);

    assertThat(rejection(record))
        .isEqualTo(operation + " lacks an image: the stream must carry NEW_AND_OLD_IMAGES");
    assertThat(rejection(withNull)).isEqualTo(rejection(record));
  }

  @Test
  void theChangeOfAnotherTableIsRejected() {
    ObjectNode record = insert("v1", TREES, MICROS);

    assertThat(rejection(record.put("tableName", "other"))).isEqualTo("wrong table: other");
    assertThat(rejection(record.put("tableName", "x".repeat(256))))
        .isEqualTo("wrong table: " + "x".repeat(255) + "..");
    assertThat(rejection(record.put("tableName", "\ud800")))
        .describedAs("half a pair is no text that a table takes")
        .isEqualTo("wrong table: ?");
    assertThat(rejection(record.put("tableName", 1))).isEqualTo("tableName is not a string");
    assertThat(rejection(record.without("tableName"))).isEqualTo("tableName is missing");
  }

  @Test
  void anUnknownOperationIsRejected() {
    ObjectNode record = insert("v1", TREES, MICROS);

    assertThat(rejection(record.put("eventName", "insert")))
        .isEqualTo("eventName is none of INSERT, MODIFY, REMOVE");
    assertThat(rejection(record.put("eventName", true))).isEqualTo("eventName is not a string");
    assertThat(rejection(record.without("eventName"))).isEqualTo("eventName is missing");
  }

  @Test
  void aChangeRecordThatTellsNothingIsRejected() {
    ObjectNode record = insert("v1", TREES, MICROS);

    assertThat(rejection(record.put("dynamodb", "text"))).isEqualTo("dynamodb is missing");
    assertThat(rejection(record.without("dynamodb"))).isEqualTo("dynamodb is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1.5",
        "1e9",
        "\"1700000000123\"",
        "null",
        "{}",
        "[1]",
        "1000000000000000000",
        "99999999999999999999999999999999999999999"
      })
  void aTimeThatIsNoneIsRejected(String time) {
    String record =
        new String(bytes(insert("v1", TREES, MICROS)), StandardCharsets.UTF_8)
            .replace(Long.toString(MICROS), time);

    assertThat(kinesis.decode(raw(record)).rejection())
        .isEqualTo("ApproximateCreationDateTime is not a time in microseconds");
  }

  @Test
  void microsecondsInAStreamOfMillisecondsAreRejected() {
    ObjectNode record = insert("v1", TREES, MICROS);
    dynamodb(record).remove("ApproximateCreationDateTimePrecision");

    assertThat(rejection(record))
        .isEqualTo("ApproximateCreationDateTime is not a time in milliseconds");
  }

  @Test
  void anUnknownPrecisionIsRejected() {
    ObjectNode record = insert("v1", TREES, MICROS);
    dynamodb(record).put("ApproximateCreationDateTimePrecision", "SECOND");

    assertThat(rejection(record))
        .isEqualTo("ApproximateCreationDateTimePrecision is neither MILLISECOND nor MICROSECOND");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{'S':''},                is empty",
        "{'S':' \\u00a0\\t \\u2003'}, contains a control character",
        "{'S':' \\n \\u2003'},    is empty",
        "{'S':'a\\u0000b'},       contains a control character",
        "{'S':'a\\u0085b'},       contains a control character",
        "{'S':'a\\ud800b'},       contains an unpaired surrogate",
        "{'S':'a\\udc00'},        contains an unpaired surrogate",
        "{'S':'\\udc00\\ud800'},  contains an unpaired surrogate",
        "{'S':'a\\ud800'},        contains an unpaired surrogate",
        "{'N':'1'},               is not a string",
        "{'S':1},                 is not a string",
        "{'S':null},              is not a string",
        "{'S':['a']},             is not a string",
        "{'L':[{'S':'a'}]},       is not a string",
        "{},                      is not a string",
        "'text',                  is not a string",
        "null,                    is not a string",
        "['S'],                   is not a string",
      })
  void anAttributeThatIsNoGoodTextIsRejected(String attribute, String problem) {
    for (String name : new String[] {"region", "improvement"}) {
      ObjectNode record = insert("v1", TREES, MICROS);
      ((ObjectNode) dynamodb(record).get("NewImage")).put(name, "HERE");

      assertThat(rejectionOf(record, attribute)).isEqualTo(name + " " + problem);
    }
    ObjectNode record = insert("v1", TREES, MICROS);
    ((ObjectNode) dynamodb(record).get("Keys")).put("id", "HERE");

    assertThat(rejectionOf(record, attribute)).isEqualTo("id " + problem);
  }

  @Test
  void aMissingAttributeIsRejected() {
    for (String name : new String[] {"region", "improvement"}) {
      ObjectNode record = insert("v1", TREES, MICROS);
      ((ObjectNode) dynamodb(record).get("NewImage")).remove(name);

      assertThat(rejection(record)).isEqualTo(name + " is missing");
    }
    ObjectNode record = insert("v1", TREES, MICROS);
    dynamodb(record).remove("Keys");
    ((ObjectNode) dynamodb(record).get("NewImage")).remove("id");

    assertThat(rejection(record)).isEqualTo("id is missing");
  }

  @Test
  void aTextIsMeasuredInCodePoints() {
    String longest = "🌳".repeat(256);

    assertThat(change(plain(longest, new Choice(longest, longest))).newChoice)
        .isEqualTo(new Choice(longest, longest));
    assertThat(rejection(plain("v1", new Choice(longest + "x", "trees"))))
        .isEqualTo("region is longer than 256 characters");
    assertThat(rejection(plain("v1", new Choice("Nord", longest + "x"))))
        .isEqualTo("improvement is longer than 256 characters");
    assertThat(rejection(plain("x".repeat(257), TREES)))
        .isEqualTo("id is longer than 256 characters");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{};                                             id is missing",
        "{'id':1};                                       id is not a string",
        "{'id':{'S':'v'},'region':'r','improvement':'i'}; id is not a string",
        "{'id':'v','improvement':'i'};                   region is missing",
        "{'id':'v','region':null,'improvement':'i'};     region is not a string",
        "{'id':'v','region':'r'};                        improvement is missing",
        "{'id':'v','region':'r','improvement':[1,[2]]};  improvement is not a string",
      },
      delimiter = ';')
  void aPlainVoteThatIsNoneIsRejected(String record, String reason) {
    assertThat(kinesis.decode(raw(record.replace('\'', '"'))).rejection()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "``;                                   not JSON: empty",
        "`  `;                                 not JSON: empty",
        "1;                                    not a JSON object",
        "null;                                 not a JSON object",
        "'text';                               not a JSON object",
        "[{'id':'v'}];                         not a JSON object",
        "[1;                                   not JSON: ends before it is complete",
        "{'id':'v';                            not JSON: ends before it is complete",
        "{'id':'v;                             not JSON: ends before it is complete",
        "{'id':secret};                        not JSON: malformed near character 6",
        "{id:'secret'};                        not JSON: malformed near character 1",
        "{'id':'v',};                          not JSON: malformed near character 10",
        "{'a':'\\x'};                          not JSON: malformed near character 7",
        "{'id':'v','region':'r','improvement':'i'}x; not JSON: malformed near character 41",
        "{'id':'v','region':'r','improvement':'i'}{}; not JSON: more follows its end",
        "{'id':'v','region':'r','improvement':'i'} 1; not JSON: more follows its end",
        "\ufeff{'id':'v','region':'r','improvement':'i'}; not JSON: malformed near character 0",
      })
  void whatIsNotOneJsonObjectIsRejectedAndNotQuoted(String payload, String reason) {
    String rejection = kinesis.decode(raw(payload.replace('\'', '"'))).rejection();

    assertThat(rejection).startsWith(reason.substring(0, 12)).doesNotContain("secret");
    assertThat(rejection).isEqualTo(reason);
  }

  @Test
  void whatIsNotUtf8IsRejected() {
    byte[] vote = bytes(plain("v1", TREES));
    byte[] broken = vote.clone();
    broken[8] = (byte) 0xff;
    byte[] surrogate =
        "{\"id\":\"___\",\"region\":\"r\",\"improvement\":\"i\"}".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, 0, surrogate, 7, 3);
    byte[] skipped =
        "{\"note\":\"_\",\"id\":\"v\",\"region\":\"r\",\"improvement\":\"i\"}"
            .getBytes(StandardCharsets.UTF_8);
    skipped[9] = (byte) 0xc0;

    for (byte[] payload : new byte[][] {broken, surrogate, skipped, Arrays.copyOf(vote, 0)}) {
      assertThat(kinesis.decode(raw(payload)).change()).isNull();
    }
    assertThat(kinesis.decode(raw(broken)).rejection()).isEqualTo("not JSON: not UTF-8");
    assertThat(kinesis.decode(raw(surrogate)).rejection()).isEqualTo("not JSON: not UTF-8");
    assertThat(kinesis.decode(raw(skipped)).rejection()).isEqualTo("not JSON: not UTF-8");
    assertThat(
            kinesis
                .decode(raw(plain("v1", TREES).toString().getBytes(StandardCharsets.UTF_16LE)))
                .rejection())
        .isEqualTo("not JSON: malformed near character 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
  void aBombOfNestingIsRejected(String level) {
    String reason = "not JSON: nested deeper than 100 levels";

    assertThat(kinesis.decode(raw(level.repeat(300_000))).rejection()).isEqualTo(reason);
    assertThat(kinesis.decode(raw("{\"note\":" + level.repeat(300_000))).rejection())
        .isEqualTo(reason);
    assertThat(
            kinesis.decode(raw("{\"dynamodb\":{\"NewImage\":" + level.repeat(300_000))).rejection())
        .isEqualTo(reason);
  }

  /** DynamoDB's names have up to 64 KB. */
  @ParameterizedTest
  @ValueSource(ints = {50_000, 50_001, 65_535})
  void aFieldWithALongNameIsSkipped(int length) {
    String name = "n".repeat(length);

    assertThat(
            change("{'id':'v1','region':'Nord','improvement':'trees','" + name + "':1}").newChoice)
        .isEqualTo(TREES);
  }

  @Test
  void nestingEndsAtAHundredLevels() {
    String vote = "{'id':'v1','region':'Nord','improvement':'trees','note':%s}";

    assertThat(change(String.format(vote, "[".repeat(99) + "]".repeat(99))).newChoice)
        .isEqualTo(TREES);
    assertThat(
            kinesis
                .decode(raw(String.format(vote, "[".repeat(100)).replace('\'', '"')))
                .rejection())
        .isEqualTo("not JSON: nested deeper than 100 levels");
  }

  @Test
  void aHugeNumberIsSkippedLikeAnyOther() {
    String record =
        "{\"note\":"
            + "9".repeat(1_000_000)
            + ",\"id\":\"v1\",\"region\":\"Nord\",\"improvement\":\"trees\"}";

    assertThat(change(record)).isEqualTo(change(plain("v1", TREES)));
  }

  @Test
  void aHugeTextIsSkippedOrRejected() {
    ObjectNode vote = plain("v1", TREES).put("note", "x".repeat(30_000_000));

    assertThat(change(vote)).isEqualTo(change(plain("v1", TREES)));
    assertThat(rejection(vote.put("id", "x".repeat(30_000_000))))
        .isEqualTo("id is longer than 256 characters");
  }

  /** Texts of one hash that multiplies by 33, as Jackson's does. */
  @Test
  void namesThatShareAHashAreReadLikeAnyOthers() {
    StringBuilder record = new StringBuilder("{");
    for (int i = 0; i < 1 << 14; i++) {
      String bits = Integer.toBinaryString(1 << 14 | i).substring(1);
      record.append('"').append(bits.replace("0", "Ba").replace("1", "C@")).append("\":1,");
    }
    record.append("\"id\":\"v1\",\"region\":\"Nord\",\"improvement\":\"trees\"}");

    assertThat(change(record.toString())).isEqualTo(change(plain("v1", TREES)));
  }

  @Test
  void aDynamoDbStreamIsKnownByItsEventIdAndOrderedByItsSequence() {
    VoteChange first =
        onDynamoDb(
            streamed(modify("v1", TREES, BENCH, MICROS), "e1", "1100000000000000000000000007"));
    VoteChange second =
        onDynamoDb(
            streamed(modify("v1", TREES, BENCH, MICROS), "e2", "1100000000000000000000000008"));
    VoteChange again =
        onDynamoDb(
            streamed(modify("v1", TREES, BENCH, MICROS), "e1", "1100000000000000000000000007"));

    assertThat(first.identity).isNotEqualTo(second.identity).isEqualTo(again.identity);
    assertThat(first.sequence).isEqualTo(7);
    assertThat(second.sequence).isEqualTo(8);
    assertThat(first.changedAtMicros).isEqualTo(1_700_000_000_123_000L);
    assertThat(first.oldChoice).isEqualTo(TREES);
    assertThat(first.newChoice).isEqualTo(BENCH);
    assertThat(first.voteHash).isEqualTo(change(insert("v1", TREES, MICROS)).voteHash);
  }

  @Test
  void aSequenceNumberMayBeShort() {
    assertThat(onDynamoDb(streamed(insert("v1", TREES, MICROS), "e1", "42")).sequence)
        .isEqualTo(42);
  }

  @ParameterizedTest
  @ValueSource(strings = {"12x", "-12", "１２"})
  void aSequenceNumberThatIsNoneIsRejected(String number) {
    assertThat(
            dynamoDb.decode(raw(streamed(insert("v1", TREES, MICROS), "e1", number))).rejection())
        .isEqualTo("SequenceNumber is not a number");
  }

  @Test
  void aRecordOfADynamoDbStreamHasAnEventIdAndASequenceNumber() {
    assertThat(
            dynamoDb.decode(raw(streamed(insert("v1", TREES, MICROS), NO_ANSWER, "1"))).rejection())
        .isEqualTo("eventID is not a string");
    assertThat(
            dynamoDb
                .decode(raw(streamed(insert("v1", TREES, MICROS), "e1", NO_ANSWER)))
                .rejection())
        .isEqualTo("SequenceNumber is not a string");
  }

  @Test
  void aDynamoDbStreamHasNoPlainVotes() {
    assertThat(dynamoDb.decode(raw(plain("v1", TREES))).rejection())
        .isEqualTo("eventName is missing");
  }

  @Test
  void aDecoderThatWasSentToAnotherMachineDecodesTheSame() throws Exception {
    VoteChange change = change(insert("v1", TREES, MICROS));
    VoteChangeDecoder copy = InstantiationUtil.clone(kinesis);

    assertThat(copy.decode(raw(insert("v1", TREES, MICROS))).change()).isEqualTo(change);
  }

  private VoteChange change(ObjectNode record) {
    return change(record.toString());
  }

  private VoteChange change(String record) {
    DecodedRecord decoded = kinesis.decode(raw(record.replace('\'', '"')));
    assertThat(decoded.rejection()).isNull();
    return decoded.change();
  }

  private VoteChange onDynamoDb(ObjectNode record) {
    DecodedRecord decoded = dynamoDb.decode(raw(record));
    assertThat(decoded.rejection()).isNull();
    return decoded.change();
  }

  private String rejection(ObjectNode record) {
    DecodedRecord decoded = kinesis.decode(raw(record));
    assertThat(decoded.change()).isNull();
    return decoded.rejection();
  }

  private String rejectionOf(ObjectNode record, String attribute) {
    String json = record.toString().replace("\"HERE\"", attribute.replace('\'', '"'));
    return kinesis.decode(raw(json)).rejection();
  }

  private static ObjectNode streamed(ObjectNode record, String eventId, String sequenceNumber) {
    inMilliseconds(record).remove("tableName");
    dynamodb(record).put("SequenceNumber", sequenceNumber);
    return record.put("eventID", eventId);
  }

  private static ObjectNode dynamodb(ObjectNode record) {
    return (ObjectNode) record.get("dynamodb");
  }
}
