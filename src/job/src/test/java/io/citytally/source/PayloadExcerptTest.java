package io.citytally.source;

import static io.citytally.vote.RejectedVote.MAX_PAYLOAD_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class PayloadExcerptTest {

  private static final Choice PARK = new Choice("Wesoła", "park");
  private static final Choice POOL = new Choice("Wesoła", "pool");
  private static final String ID = "citizen-1";
  private static final String OTHER_ID = "citizen-2";

  @Example
  void aChangeIsShownWithAMarkerForItsId() {
    byte[] payload = ChangeRecords.bytes(ChangeRecords.modify(ID, PARK, POOL, 1_700_000_000_123L));

    String excerpt = of(payload);

    String marker = markerOf(ID);
    assertThat(excerpt)
        .doesNotContain("citizen")
        .contains("\"Keys\":{\"id\":{\"S\":\"" + marker + "\"}}")
        .contains("MODIFY", "OldImage", "NewImage", "1700000000123", "Wesoła", "park", "pool");
    assertThat(excerpt.split(marker, -1)).as("keys and both images name it").hasSize(4);
  }

  @Example
  void aPlainVoteIsShownWithAMarkerForItsId() {
    assertThat(of(ChangeRecords.bytes(ChangeRecords.plain(ID, PARK))))
        .isEqualTo(
            "{\"id\":\"" + markerOf(ID) + "\",\"improvement\":\"park\",\"region\":\"Wesoła\"}");
  }

  @Example
  void theMarkerTellsVotesApartAndIsTheHashThatARecastRecordCarries() {
    assertThat(markerOf(ID)).isEqualTo(markerOf(ID)).isNotEqualTo(markerOf(OTHER_ID));
    VoteChange change =
        VoteChangeDecoder.forKinesis("votes", 1)
            .decode(ChangeRecords.raw(ChangeRecords.plain(ID, PARK)))
            .change();
    assertThat(RecastRecord.of(change, Side.NEW, 1))
        .contains("\"vote\":\"" + markerOf(ID).substring(1) + "\"");
  }

  @Example
  void ofABallotOnlyTheRefusedChoiceIsShownAndWhatIsMalformed() {
    byte[] record =
        ("{'dynamodb':{'OldImage':{'improvement':{'S':'b'}},"
                + "'NewImage':{'improvements':{'SS':['a','b','c','']}}}}")
            .replace('\'', '"')
            .getBytes(StandardCharsets.UTF_8);

    assertThat(PayloadExcerpt.ofBallot(record, new Choice("North", "a")))
        .isEqualTo(
            ("{'dynamodb':{'OldImage':{'improvement':{'S':'*'}},"
                    + "'NewImage':{'improvements':{'SS':['a','*','*','']}}}}")
                .replace('\'', '"'));
    assertThat(PayloadExcerpt.ofBallot(record, Choice.turnoutOf("North")))
        .contains("['*','*','*','']".replace('\'', '"'));
    assertThat(PayloadExcerpt.of(record)).contains("['*','*','*','']".replace('\'', '"'));
  }

  @Example
  void anIdUnderAWrongNameOrAsANameIsNotShownEither() {
    for (String payload :
        new String[] {
          "{'ID':'citizen-1'}",
          "{'Keys':{'citizen-1':{'S':'x'}}}",
          "{'region':{'M':{'id':{'S':'citizen-1'}}}}",
          "{'dynamodb':{'NewImage':{'region':{'S':'Laki'},'S':'citizen-1'}}}",
          "{'note':['citizen-1',{'S':'citizen-1'}]}",
          "['citizen-1']",
          "'citizen-1'",
          "{'id':'c\\u0069tizen-1'}"
        }) {
      assertThat(of(utf8(payload.replace('\'', '"'))))
          .as(payload)
          .doesNotContain("citizen")
          .contains("#");
    }
    assertThat(of(utf8("{\"id\":4711}"))).doesNotContain("4711");
  }

  @Example
  void ofWhatIsNotJsonTheFormsWordsAreShownEachInItsPlace() {
    String cutOff = "{\"eventName\":\"INSERT\",\"dynamodb\":{\"Keys\":{\"id\":{\"S\":\"citizen-1";
    assertThat(of(utf8(cutOff)))
        .isEqualTo("{\"eventName\":\"INSERT\",\"dynamodb\":{\"Keys\":{\"id\":{\"S\":\"*********");
    assertThat(of(utf8("{\"id\":\"a.b c\\u0031\""))).isEqualTo("{\"id\":\"*** *******\"");
    assertThat(of(utf8("id=citizen-1"))).isEqualTo("************");
    assertThat(of(utf8("[".repeat(200) + "\"citizen-1\"" + "]".repeat(200))))
        .isEqualTo("[".repeat(200) + "\"*********\"" + "]".repeat(200));
    assertThat(of(new byte[] {'a', (byte) 0xff, 'b', ' ', 0})).isEqualTo("*** *");
    assertThat(of(utf8("Süd 🌳"))).isEqualTo("*** **");
    assertThat(of(new byte[0])).isEmpty();
  }

  @Property
  void noIdIsShownWhereverThePayloadIsCut(
      @ForAll @AlphaChars @NumericChars @StringLength(min = 9, max = 40) String id,
      @ForAll int length) {
    byte[] whole = ChangeRecords.bytes(ChangeRecords.modify(id, PARK, POOL, 1));
    byte[] payload = new byte[Math.floorMod(length, whole.length + 1)];
    System.arraycopy(whole, 0, payload, 0, payload.length);

    assertThat(of(payload)).doesNotContain(id.substring(0, 8));
  }

  @Example
  void aLoneSurrogateIsReplaced() {
    assertThat(of(utf8("{\"region\":\"\\ud800\"}"))).isEqualTo("{\"region\":\"?\"}");
  }

  @Example
  void aLongTextIsCutBetweenTwoCharacters() {
    String start = "{\"region\":\"";
    for (int shift = 0; shift < 4; shift++) {
      String text = "x".repeat(shift) + "🌳".repeat(10_000);

      String excerpt = of(utf8(start + text + "\"}"));

      assertThat(start + text).startsWith(excerpt);
      assertThat(utf8(excerpt)).hasSizeBetween(MAX_PAYLOAD_BYTES - 3, MAX_PAYLOAD_BYTES);
    }
  }

  @Property
  void whatIsKeptIsBounded(@ForAll @Size(min = 1, max = 9) byte[] pattern) {
    byte[] payload = new byte[MAX_PAYLOAD_BYTES + 100];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = pattern[i % pattern.length];
    }

    assertThat(utf8(of(payload))).hasSizeLessThanOrEqualTo(MAX_PAYLOAD_BYTES);
  }

  private static String markerOf(String id) {
    return String.format("#%016x", new ChangeIdentifier().voteHash(id));
  }

  private static String of(byte[] payload) {
    return PayloadExcerpt.of(payload);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
