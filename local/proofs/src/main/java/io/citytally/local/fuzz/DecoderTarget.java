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
import io.citytally.table.VotesTable;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Side;
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
import java.util.stream.Collectors;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;

/**
 * The decoder of either source, in its operator. The first byte of an input chooses the source, and
 * whether the rest is a payload or a {@linkplain WrittenRecord record to be written}.
 *
 * <p>Promised: a record is changes, a rejection, both as documented, or unchanged, and an ordinary
 * one is counted; a ballot of several choices comes to what another reading of its images says, and
 * shows none of them next to a refused one; of a change, each side whose choice is admitted goes
 * on, and each other one can be cast again; a second look says the same; what is counted obeys the
 * rule of texts; what is rejected has a short reason and a bounded payload, neither of which names
 * an id; neither order nor form of the JSON matters, nor, on Kinesis, the {@code eventID}.
 */
public final class DecoderTarget implements FuzzTarget {

  private static final String TABLE = "votes";

  /**
   * In UTF-16 units. The longest part is a choice: two texts of 256 code points, of two units each.
   */
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
          "sequence",
          "epoch",
          "improvements");

  /** JSON in which a field may stand twice. */
  private static final JsonFactory ANY_JSON = new JsonFactory();

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private final Decoding kinesis = new Decoding(VoteChangeDecoder.forKinesis(TABLE, 1), true);
  private final Decoding dynamoDb = new Decoding(VoteChangeDecoder.forDynamoDbStreams(1), false);

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
    return inputs();
  }

  /** The seeds, for any target that reads its inputs in this way. */
  static List<byte[]> inputs() {
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
      seeds.add(input(0, json.replaceFirst("}$", ",\"region\":\"a\",\"id\":\"b\"}")));
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
                + "\",\"vote\":\"0123456789abcdef\",\"changedAtMicros\":1,\"sequence\":0,\"epoch\":1}}"));
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
    seeds.add(
        input(
            0,
            "{\"eventName\":\"MODIFY\",\"tableName\":\"votes\",\"dynamodb\":{"
                + "\"ApproximateCreationDateTime\":1,\"Keys\":{\"id\":{\"S\":\"citizen-5\"}},"
                + "\"OldImage\":{\"region\":{\"S\":\"a\"},\"improvement\":{\"S\":\"ballot-a\"}},"
                + "\"NewImage\":{\"region\":{\"S\":\"a\"},"
                + "\"improvements\":{\"SS\":[\"ballot-b\",\"ballot-c\",\"\"]}}}}"));
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
    return fieldsAndValues();
  }

  /** What records are made of. */
  static List<String> fieldsAndValues() {
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
        "\"epoch\":1",
        "\"side\":\"old\"",
        "\"change\":\"",
        "\"vote\":\"",
        "\"changedAtMicros\":",
        "\"sequence\":",
        "\"improvement\":",
        "\"improvements\":{\"SS\":[",
        "\"turnout\":true",
        "\"unlisted\":true",
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
    private final VoteChangeDecoder recaster = VoteChangeDecoder.forKinesis(TABLE, 1);
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
      }
      if (record.isOrdinary() && !record.isOfBallot()) {
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
      decoded.changes().forEach(Decoding::checkChange);
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
      Set<ChangeIdentity> identities = new HashSet<>();
      for (VoteChange change : decoded.changes()) {
        promise(identities.add(change.identity), "each change has an identity of its own");
      }
      Set<String> left = new HashSet<>();
      for (VoteChange change : operator.extractOutputValues()) {
        promise(identities.contains(change.identity), "a change is the same at each look");
        leave(left, change);
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
        checkRecast(side.refusal, identities);
        if (!decoded.changesOfBallot().isEmpty()) {
          checkSecrecy(side.refusal);
        }
        leave(left, side.change);
      }
      Set<String> found = new HashSet<>();
      decoded.changes().forEach(change -> leave(found, change));
      if (decoded.rejection() != null) {
        found.add("record");
      }
      promise(left.equals(found), "nothing is lost, and nothing is added");
    }

    private static void leave(Set<String> left, VoteChange change) {
      for (Side side : Side.values()) {
        Choice key = change.key(side);
        promise(key == null || left.add(side + " " + key), "a side leaves once");
      }
    }

    /** Next to a refused choice of a ballot, no other one is shown. */
    private static void checkSecrecy(RejectedVote refusal) {
      for (String name : WrittenRecord.NAMES) {
        promise(
            name.equals(refusal.choice.improvement) || !refusal.payload.contains(quoted(name)),
            "a refusal shows no other choice of its ballot: " + refusal.payload);
      }
    }

    private static String quoted(String text) {
      return '"' + text + '"';
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
    private void checkRecast(RejectedVote rejected, Set<ChangeIdentity> identities) {
      VoteChange again =
          recaster.decode(raw(rejected.recast.getBytes(StandardCharsets.UTF_8))).change();
      promise(
          again != null
              && identities.contains(again.identity)
              && keysOf(again).equals(List.of(rejected.choice)),
          "a refused choice can be cast again");
    }

    private static List<Choice> keysOf(VoteChange change) {
      return Arrays.stream(Side.values()).map(change::key).filter(Objects::nonNull).toList();
    }

    private static void checkChange(VoteChange change) {
      promise(change.hasSides(), "a change has at least one side");
      promise(
          change.oldChoice == null || !change.oldChoice.equals(change.newChoice),
          "a change changes something");
      promise(
          0 <= change.changedAtMicros && change.changedAtMicros <= MAX_MICROS,
          "a change has a time");
      promise(change.sequence >= 0, "a change has its place");
      for (Choice key : keysOf(change)) {
        promise(
            isReadable(key.region) && (key.isTurnout() || isReadable(key.improvement)),
            "what counts obeys the rule of texts");
      }
    }

    /** What a record of a ballot comes to, by another reading of its images. */
    private static void checkBallot(JsonNode tree, DecodedRecord decoded) {
      JsonNode dynamoDb = tree.path("dynamodb");
      JsonNode oldImage = dynamoDb.path("OldImage");
      JsonNode newImage = dynamoDb.path("NewImage");
      String operation = tree.path("eventName").asText();
      Set<Choice> before = operation.equals("INSERT") ? Set.of() : choices(oldImage);
      Set<Choice> after = operation.equals("REMOVE") ? Set.of() : choices(newImage);
      Set<String> expected = new HashSet<>();
      before.forEach(choice -> expect(expected, !after.contains(choice), Side.OLD, choice));
      after.forEach(choice -> expect(expected, !before.contains(choice), Side.NEW, choice));
      Set<Choice> turnoutBefore = turnout(before);
      Set<Choice> turnoutAfter = turnout(after);
      turnoutBefore.forEach(
          key -> expect(expected, !turnoutAfter.contains(key), Side.OLD_TURNOUT, key));
      turnoutAfter.forEach(
          key -> expect(expected, !turnoutBefore.contains(key), Side.NEW_TURNOUT, key));
      Set<String> found = new HashSet<>();
      decoded.changes().forEach(change -> leave(found, change));
      promise(
          found.equals(expected), "a ballot is what its images say: %s, %s".formatted(found, tree));
      long taken = decoded.changes().stream().filter(change -> change.newChoice != null).count();
      long listed =
          decoded.changes().stream()
              .filter(change -> change.newChoice != null && !change.unlisted)
              .count();
      promise(listed == Math.min(taken, 1), "one choice of those that a record takes is listed");
    }

    private static void expect(Set<String> expected, boolean isThere, Side side, Choice key) {
      if (isThere) {
        expected.add(side + " " + key);
      }
    }

    private static Set<Choice> turnout(Set<Choice> choices) {
      return choices.stream()
          .map(choice -> Choice.turnoutOf(choice.region))
          .collect(Collectors.toSet());
    }

    private static Set<Choice> choices(JsonNode image) {
      JsonNode region = image.path("region").path("S");
      Set<String> names = new HashSet<>();
      JsonNode one = image.path("improvement").path("S");
      if (one.isTextual()) {
        names.add(one.textValue());
      }
      JsonNode several = image.path("improvements").path("SS");
      boolean areTexts = several.isArray();
      for (JsonNode each : several) {
        areTexts &= each.isTextual();
      }
      if (areTexts) {
        several.forEach(each -> names.add(each.textValue()));
      }
      if (!region.isTextual()
          || !isReadable(region.textValue())
          || names.size() > VotesTable.MAX_IMPROVEMENTS) {
        return Set.of();
      }
      return names.stream()
          .filter(Decoding::isReadable)
          .map(name -> new Choice(region.textValue(), name))
          .collect(Collectors.toSet());
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
      if (!decoded.changesOfBallot().isEmpty()) {
        checkBallot(tree, decoded);
      }
      ObjectNode other = (ObjectNode) backwards(tree);
      if (isKinesis) {
        other.put("eventID", "of another delivery");
      }
      DecodedRecord again = decoder.decode(raw(JSON.writeValueAsBytes(other)));
      promise(
          again.changes().equals(decoded.changes())
              && Objects.equals(again.rejection(), decoded.rejection()),
          "the form of the JSON does not matter: %s, %s, or %s, %s, by %s"
              .formatted(
                  decoded.changes(),
                  decoded.rejection(),
                  again.changes(),
                  again.rejection(),
                  tree));
    }

    private static JsonNode backwards(JsonNode node) {
      if (node.isArray()) {
        ArrayNode array = JSON.createArrayNode();
        node.forEach(element -> array.insert(0, backwards(element)));
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
