package io.citytally.source;

import static io.citytally.source.ChangeRecords.raw;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteChange;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class VoteChangeDecoderPropertyTest {

  private static final long MICROS = 1_700_000_000_123_456L;

  private final VoteChangeDecoder kinesis = VoteChangeDecoder.forKinesis("votes", 1);
  private final VoteChangeDecoder dynamoDb = VoteChangeDecoder.forDynamoDbStreams(1);

  @Property
  void anyBytesAreAChangeOrRejected(@ForAll byte[] payload) {
    assertDecoded(payload);
  }

  @Property
  void aRecordThatIsCutOrBentIsAChangeOrRejected(
      @ForAll("changes") Change change,
      @ForAll @IntRange(max = 600) int at,
      @ForAll byte value,
      @ForAll boolean cut) {
    byte[] payload = ChangeRecords.bytes(change.record());
    int place = at % payload.length;
    byte[] bent = Arrays.copyOf(payload, cut ? place : payload.length);
    if (!cut) {
      bent[place] = value;
    }

    assertDecoded(bent);
  }

  @Property
  void aRecordIsReadAsItWasWritten(@ForAll("changes") Change change) {
    DecodedRecord decoded = kinesis.decode(raw(change.record()));

    assertThat(decoded.rejection()).isNull();
    if (!decoded.isUnchanged()) {
      assertThat(decoded.change().oldChoice).isEqualTo(change.oldChoice());
      assertThat(decoded.change().newChoice).isEqualTo(change.newChoice());
      assertThat(decoded.change().changedAtMicros).isEqualTo(change.micros());
      assertThat(decoded.change().sequence).isEqualTo(change.operation().ordinal());
    }
  }

  @Property
  void anyReadableTextSurvives(
      @ForAll("texts") String id,
      @ForAll("texts") String region,
      @ForAll("texts") String improvement) {
    VoteChange change =
        kinesis.decode(raw(ChangeRecords.plain(id, new Choice(region, improvement)))).change();

    assertThat(change.newChoice).isEqualTo(new Choice(region, improvement));
  }

  /** Changes of few ids, texts and times, so that equal and almost equal ones are frequent. */
  @Property
  void twoChangesAreOneExactlyIfTheySayTheSame(
      @ForAll("similarChanges") Change one, @ForAll("similarChanges") Change other) {
    DecodedRecord first = kinesis.decode(raw(one.record()));
    DecodedRecord second = kinesis.decode(raw(other.record().put("eventID", "another")));

    if (!first.isUnchanged() && !second.isUnchanged()) {
      assertThat(first.change().identity.equals(second.change().identity))
          .isEqualTo(one.equals(other));
      assertThat(first.change().voteHash == second.change().voteHash)
          .isEqualTo(one.id().equals(other.id()));
    }
  }

  @Property
  void noTextCanBeMovedFromOneFieldToTheNext(
      @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 255) int at) {
    String before = text.substring(0, Math.min(at, text.length()));
    String after = text.substring(before.length());
    ChangeIdentifier identifier = new ChangeIdentifier();
    ChangeIdentity whole = identify(identifier, text, "");

    if (!after.isEmpty()) {
      assertThat(identify(identifier, before, after)).isNotEqualTo(whole);
      assertThat(identify(identifier, "", text)).isNotEqualTo(whole);
    }
  }

  private static ChangeIdentity identify(ChangeIdentifier identifier, String region, String rest) {
    return identifier.ofKinesisChange("v", Operation.INSERT, 1, null, new Choice(region, rest));
  }

  private void assertDecoded(byte[] payload) {
    for (VoteChangeDecoder decoder : List.of(kinesis, dynamoDb)) {
      DecodedRecord decoded = decoder.decode(raw(payload));

      assertThat(decoded.change() != null || decoded.rejection() != null || decoded.isUnchanged())
          .isTrue();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.integers()
        .between(0x20, Character.MAX_CODE_POINT)
        .filter(c -> !Character.isISOControl(c))
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .array(int[].class)
        .ofMinSize(1)
        .ofMaxSize(256)
        .map(codePoints -> new String(codePoints, 0, codePoints.length))
        .filter(text -> !text.isBlank());
  }

  @Provide
  Arbitrary<Change> changes() {
    return changes(texts(), Arbitraries.longs().between(0, 999_999_999_999_999_999L));
  }

  @Provide
  Arbitrary<Change> similarChanges() {
    return changes(Arbitraries.of("a", "b"), Arbitraries.longs().between(MICROS, MICROS + 1));
  }

  private static Arbitrary<Change> changes(Arbitrary<String> texts, Arbitrary<Long> times) {
    Arbitrary<Choice> choices = Combinators.combine(texts, texts).as(Choice::new);
    return Combinators.combine(Arbitraries.of(Operation.class), texts, choices, choices, times)
        .as(
            (operation, id, from, to, micros) ->
                new Change(
                    operation,
                    id,
                    operation.hasOldImage() ? from : null,
                    operation.hasNewImage() ? to : null,
                    micros));
  }

  record Change(Operation operation, String id, Choice oldChoice, Choice newChoice, long micros) {

    ObjectNode record() {
      return switch (operation) {
        case INSERT -> ChangeRecords.insert(id, newChoice, micros);
        case MODIFY -> ChangeRecords.modify(id, oldChoice, newChoice, micros);
        case REMOVE -> ChangeRecords.remove(id, oldChoice, micros);
      };
    }
  }
}
