package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.source.Admission;
import io.citytally.source.DecodeVoteChanges;
import io.citytally.source.DecodedRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.UndecidedSide;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;

/**
 * The decoder of either source, in its operator. The first byte of an input chooses the source, and
 * whether the rest is a payload or a {@linkplain WrittenRecord record to be written}.
 *
 * <p>Promised: a record is a change, a rejection, both as documented, or unchanged, and an ordinary
 * one is counted; of a change, each side whose choice is admitted goes on, and each other one can
 * be cast again; a second look says the same; what is counted obeys the rule of texts; what is
 * rejected has a short reason and a bounded payload, neither of which names an id; neither order
 * nor form of the JSON matters, nor, on Kinesis, the {@code eventID}.
 */
public final class DecoderTarget implements FuzzTarget {

  private static final String TABLE = "votes";

  /** Of which two choices of 256 characters, each as long as two, are the longest part. */
  private static final int MAX_REASON_LENGTH = 1_300;

  /** To write a longer one again takes the time of many others. */
  private static final int MAX_REWRITTEN_BYTES = 2_000;

  /** Few enough for some to be refused. */
  private static final int MAX_CHOICES = 20;

  private static final long MAX_MICROS = 999_999_999_999_999_999L;

  /** The fields that are shown as they are. */
  private static final Set<String> PUBLIC =
      Set.of(
          "region",
          "improvement",
          "tableName",
          "eventName",
          "eventID",
          "eventSource",
          "eventVersion",
          "awsRegion",
          "recordFormat",
          "SequenceNumber",
          "SizeBytes",
          "StreamViewType",
          "ApproximateCreationDateTime",
          "ApproximateCreationDateTimePrecision",
          "side",
          "change",
          "vote",
          "changedAtMicros",
          "sequence");

  /** JSON in which a field may stand twice. */
  private static final JsonFactory ANY_JSON = new JsonFactory();

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private final Decoding kinesis = new Decoding(VoteChangeDecoder.forKinesis(TABLE), true);
  private final Decoding dynamoDb = new Decoding(VoteChangeDecoder.forDynamoDbStreams(), false);

  /**
   * @throws Exception if the operator does not start
   */
  public DecoderTarget() throws Exception {}

  @Override
  public void accept(byte[] input) throws Exception {
    Decisions decisions = new Decisions(input);
    int form = decisions.below(4);
    Decoding source = form % 2 == 0 ? kinesis : dynamoDb;
    if (form < 2) {
      source.check(decisions.rest());
    } else {
      source.check(WrittenRecord.from(decisions, source.isKinesis));
    }
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    ChangeRecord cast =
        ChangeRecord.cast(TABLE, "citizen-1", "park", "Wesoła", 1_700_000_000_123_456L);
    ChangeRecord changed =
        new ChangeRecord(
            "e",
            "MODIFY",
            TABLE,
            1_700_000_000_123_457L,
            cast.keys(),
            cast.newImage(),
            cast.newImage(),
            99);
    ChangeRecord withdrawn =
        new ChangeRecord(
            "e", "REMOVE", TABLE, 1_700_000_000_123_458L, cast.keys(), null, cast.newImage(), 99);
    for (ChangeRecord record : List.of(cast, changed, withdrawn)) {
      String json = new String(record.toJson(), StandardCharsets.UTF_8);
      seeds.add(input(0, json));
      seeds.add(
          input(
              1,
              json.replace(
                  "\"SizeBytes\"", "\"SequenceNumber\":\"1234567890123456789012\",\"x\"")));
    }
    seeds.add(
        input(
            0,
            "{\"recast\":{\"side\":\"new\",\"region\":\"a\",\"improvement\":\"b\",\"change\":\""
                + "0123456789abcdef".repeat(2)
                + "\",\"vote\":\"0123456789abcdef\",\"changedAtMicros\":1,\"sequence\":0}}"));
    seeds.add(input(0, "{\"id\":\"citizen-2\",\"region\":\"Wesoła\",\"improvement\":\"park\"}"));
    for (String trap :
        List.of(
            "",
            "{\"id\":\"citizen-3\",\"region\":\"\\u0000\",\"improvement\":\"park\"}",
            "{\"id\":\"citizen-4\",\"region\":\"Laki\",\"improvement\":\"\\ud800\"}",
            "[]",
            "{\"id\":",
            "[".repeat(200),
            "\u0000\u00ff",
            "7".repeat(9_000))) {
      seeds.add(input(0, trap));
    }
    for (int kind = 0; kind < 4; kind++) {
      seeds.add(new byte[] {2, (byte) kind, (byte) kind});
      seeds.add(new byte[] {3, (byte) kind});
    }
    return seeds;
  }

  private static byte[] input(int form, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    byte[] input = new byte[bytes.length + 1];
    input[0] = (byte) form;
    System.arraycopy(bytes, 0, input, 1, bytes.length);
    return input;
  }

  @Override
  public List<String> words() {
    return List.of(
        "\"eventName\":",
        "\"INSERT\"",
        "\"MODIFY\"",
        "\"REMOVE\"",
        "\"eventID\":",
        "\"tableName\":",
        "\"votes\"",
        "\"dynamodb\":{",
        "\"Keys\":{",
        "\"OldImage\":{",
        "\"NewImage\":{",
        "\"id\":",
        "\"region\":",
        "\"recast\":{",
        "\"side\":\"old\"",
        "\"change\":\"",
        "\"vote\":\"",
        "\"changedAtMicros\":",
        "\"sequence\":",
        "\"improvement\":",
        "{\"S\":\"",
        "\"SequenceNumber\":",
        "\"ApproximateCreationDateTime\":",
        "\"ApproximateCreationDateTimePrecision\":",
        "\"MICROSECOND\"",
        "\"MILLISECOND\"",
        "\\u0000",
        "\\ud83c\\udf33",
        "\\ud800",
        "null",
        "1e400",
        "999999999999999999");
  }

  @Override
  public void close() throws Exception {
    kinesis.operator.close();
    dynamoDb.operator.close();
  }

  /** A decoder, and the same within its operator. */
  private static final class Decoding {

    private final VoteChangeDecoder decoder;
    private final VoteChangeDecoder recaster = VoteChangeDecoder.forKinesis(TABLE);
    private final boolean isKinesis;
    private final OneInputStreamOperatorTestHarness<RawRecord, VoteChange> operator;

    Decoding(VoteChangeDecoder decoder, boolean isKinesis) throws Exception {
      this.decoder = decoder;
      this.isKinesis = isKinesis;
      operator =
          ProcessFunctionTestHarnesses.forProcessFunction(
              new DecodeVoteChanges(decoder, Admission.ofAtMost(MAX_CHOICES, TotalsReader.NONE)));
    }

    void check(WrittenRecord record) throws Exception {
      DecodedRecord decoded = check(record.payload());
      if (record.isOrdinary()) {
        promise(decoded.rejection() == null, "an ordinary record counts: " + decoded.rejection());
        promise(
            decoded.isUnchanged()
                ? record.oldChoice().equals(record.newChoice())
                : Objects.equals(decoded.change().oldChoice, record.oldChoice())
                    && Objects.equals(decoded.change().newChoice, record.newChoice()),
            "a record is read as it was written");
      }
      promise(
          decoded.rejection() == null || !decoded.rejection().contains(WrittenRecord.ID),
          "a reason names no vote's id");
    }

    DecodedRecord check(byte[] payload) throws Exception {
      DecodedRecord decoded = decoder.decode(raw(payload));
      checkOutput(payload, decoded);
      if (decoded.change() != null) {
        checkChange(decoded.change());
      }
      checkForm(payload, decoded);
      return decoded;
    }

    private static RawRecord raw(byte[] payload) {
      return new RawRecord(payload, "shardId-000000000000", "4959033827149025", 1_700_000_000_123L);
    }

    /**
     * What leaves the operator is all that the decoder, which looks a second time, has found: of
     * each change, the sides that are known to count, as one, and each other side by itself.
     */
    private void checkOutput(byte[] payload, DecodedRecord decoded) throws Exception {
      operator.processElement(raw(payload), 0);
      Set<String> left = new HashSet<>();
      for (VoteChange change : operator.extractOutputValues()) {
        promise(
            decoded.change() != null && change.identity.equals(decoded.change().identity),
            "a change is the same at each look");
        leave(left, "old", change.oldChoice);
        leave(left, "new", change.newChoice);
      }
      operator.getOutput().clear();
      var rejections = operator.getSideOutput(DecodeVoteChanges.REJECTED);
      while (rejections != null && !rejections.isEmpty()) {
        RejectedVote rejected = rejections.poll().getValue();
        checkRejection(rejected, payload);
        promise(rejected.reason.equals(decoded.rejection()), "a reason is the decoder's");
        promise(left.add("record"), "a record is rejected once");
      }
      var undecided = operator.getSideOutput(DecodeVoteChanges.UNDECIDED);
      while (undecided != null && !undecided.isEmpty()) {
        UndecidedSide side = undecided.poll().getValue();
        checkChange(side.change);
        checkRejection(side.refusal, payload);
        checkRecast(side.refusal, decoded.change());
        leave(left, side.change.oldChoice == null ? "new" : "old", side.refusal.choice);
      }
      Set<String> found = new HashSet<>();
      if (decoded.change() != null) {
        leave(found, "old", decoded.change().oldChoice);
        leave(found, "new", decoded.change().newChoice);
      }
      if (decoded.rejection() != null) {
        found.add("record");
      }
      promise(left.equals(found), "nothing is lost, and nothing is added");
    }

    private static void leave(Set<String> left, String side, Choice choice) {
      promise(choice == null || left.add(side + " " + choice), "a side leaves once");
    }

    private static void checkRejection(RejectedVote rejected, byte[] payload) {
      promise(
          !rejected.payload.contains(WrittenRecord.ID) || isNamedElsewhere(payload),
          "a rejected payload names no vote's id: " + rejected.payload);
      promise(
          !rejected.reason.isBlank() && rejected.reason.length() <= MAX_REASON_LENGTH,
          "a reason is a short text");
      promise(
          rejected.payload.getBytes(StandardCharsets.UTF_8).length
              <= RejectedVote.MAX_PAYLOAD_BYTES,
          "a rejected payload is bounded");
    }

    /** Whether a value that anyone may read looks like an id, too. */
    private static boolean isNamedElsewhere(byte[] payload) {
      try (JsonParser json = ANY_JSON.createParser(new String(payload, StandardCharsets.UTF_8))) {
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
          if (token.isScalarValue() && json.getText().contains(WrittenRecord.ID)) {
            JsonStreamContext place = json.getParsingContext();
            while (place.inArray() || isType(place)) {
              place = place.getParent();
            }
            if (!place.inRoot() && PUBLIC.contains(place.getCurrentName())) {
              return true;
            }
          }
        }
        return false;
      } catch (IOException e) {
        return false;
      }
    }

    /** Whether a name says only of which type the value is: DynamoDB's are of capitals. */
    private static boolean isType(JsonStreamContext place) {
      return place.inObject() && place.getCurrentName().chars().allMatch(Character::isUpperCase);
    }

    /** Cast again, a refused choice is the side of the change that it was. */
    private void checkRecast(RejectedVote rejected, VoteChange change) {
      VoteChange again =
          recaster.decode(raw(rejected.recast.getBytes(StandardCharsets.UTF_8))).change();
      promise(
          again != null
              && again.identity.equals(change.identity)
              && rejected.choice.equals(
                  again.oldChoice == null ? again.newChoice : again.oldChoice),
          "a refused choice can be cast again");
    }

    private static void checkChange(VoteChange change) {
      promise(
          change.oldChoice != null || change.newChoice != null, "a change has at least one choice");
      promise(!Objects.equals(change.oldChoice, change.newChoice), "a change changes something");
      promise(
          0 <= change.changedAtMicros && change.changedAtMicros <= MAX_MICROS,
          "a change has a time");
      promise(change.sequence >= 0, "a change has its place");
      for (Choice choice : Arrays.asList(change.oldChoice, change.newChoice)) {
        if (choice != null) {
          promise(
              isReadable(choice.region) && isReadable(choice.improvement),
              "what counts obeys the rule of texts");
        }
      }
    }

    /** The rule of texts once more, for the decoder has it from its only other place. */
    private static boolean isReadable(String text) {
      return !text.isBlank()
          && text.codePointCount(0, text.length()) <= VoteChange.MAX_TEXT_LENGTH
          && text.codePoints()
              .noneMatch(
                  c ->
                      Character.isISOControl(c)
                          || Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE);
    }

    /** The same, written backwards and with other white space, and from Kinesis once more. */
    private void checkForm(byte[] payload, DecodedRecord decoded) throws IOException {
      boolean isNoObject = decoded.rejection() != null && decoded.rejection().startsWith("not ");
      if (isNoObject || payload.length > MAX_REWRITTEN_BYTES) {
        return;
      }
      JsonNode tree;
      try {
        tree = JSON.readTree(payload);
      } catch (IOException e) {
        // There is a field twice, of which the last one counts: the order matters then.
        return;
      }
      ObjectNode other = (ObjectNode) backwards(tree);
      if (isKinesis) {
        other.put("eventID", "of another delivery");
      }
      DecodedRecord again = decoder.decode(raw(JSON.writeValueAsBytes(other)));
      promise(
          Objects.equals(again.change(), decoded.change())
              && Objects.equals(again.rejection(), decoded.rejection()),
          "the form of the JSON does not matter: %s, %s, or %s, %s, by %s"
              .formatted(
                  decoded.change(), decoded.rejection(), again.change(), again.rejection(), tree));
    }

    private static JsonNode backwards(JsonNode node) {
      if (node.isArray()) {
        ArrayNode array = JSON.createArrayNode();
        node.forEach(element -> array.add(backwards(element)));
        return array;
      }
      if (!node.isObject()) {
        // A broken number counts nowhere, and 1e400 has no other form.
        return node.isFloatingPointNumber() ? JSON.getNodeFactory().numberNode(0.5) : node;
      }
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      Collections.reverse(names);
      ObjectNode object = JSON.createObjectNode();
      names.forEach(name -> object.set(name, backwards(node.get(name))));
      return object;
    }
  }
}
