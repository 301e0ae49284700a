package io.citytally.source;

import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.plain;
import static io.citytally.source.ChangeRecords.raw;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecastRecordTest {

  private static final Choice TREES = new Choice("Nord", "trees");
  private static final Choice BENCH = new Choice("Süd \"\\ /", "a bench 🌳");
  private static final long MICROS = 1_700_000_000_123_456L;

  private final VoteChangeDecoder kinesis = VoteChangeDecoder.forKinesis("votes", 1);
  private final VoteChange changed = decode(raw(modify("v1", TREES, BENCH, MICROS))).change();

  @Test
  void itIsTheOneSideOfTheSameChange() {
    VoteChange left = decode(raw(RecastRecord.of(changed, Side.OLD, 1))).change();
    VoteChange taken = decode(raw(RecastRecord.of(changed, Side.NEW, 1))).change();

    assertThat(left).isEqualTo(changed.withSides(TREES, null).recastable());
    assertThat(taken).isEqualTo(changed.withSides(null, BENCH).recastable());
  }

  @Test
  void aBallotOfTheTurnoutIsCastAgainToo() {
    VoteChange left = decode(raw(RecastRecord.of(changed, Side.OLD_TURNOUT, 1))).change();
    VoteChange taken = decode(raw(RecastRecord.of(changed, Side.NEW_TURNOUT, 1))).change();

    assertThat(left).isEqualTo(changed.only(Side.OLD_TURNOUT).recastable());
    assertThat(left.oldTurnout).isEqualTo(Choice.turnoutOf("Nord"));
    assertThat(taken).isEqualTo(changed.only(Side.NEW_TURNOUT).recastable());
  }

  @Test
  void whatStaysOutOfTheListsDoesSoWhenItIsCastAgain() {
    VoteChange unlisted = changed.only(Side.NEW).unlisted();

    assertThat(decode(raw(RecastRecord.of(unlisted, Side.NEW, 1))).change())
        .isEqualTo(unlisted.recastable());
  }

  @Test
  void itsBeginningTellsWhichSideItIs() {
    assertThat(RecastRecord.of(changed, Side.NEW, 1)).startsWith(RejectedVote.NEW_CHOICE_RECORD);
    assertThat(RecastRecord.of(changed, Side.OLD, 1))
        .doesNotContain(RejectedVote.NEW_CHOICE_RECORD);
  }

  @Test
  void aPlainVoteKeepsTheTimeOfItsFirstArrival() {
    VoteChange vote = decode(raw(plain("v1", TREES))).change();
    RawRecord later = raw(RecastRecord.of(vote, Side.NEW, 1));
    later.arrivedAtMillis += 1_000_000;

    assertThat(decode(later).change()).isEqualTo(vote.only(Side.NEW).recastable());
  }

  @Test
  void itSaysTheSameWhenItIsRefusedAgain() {
    String record = RecastRecord.of(changed, Side.NEW, 1);

    assertThat(RecastRecord.of(decode(raw(record)).change(), Side.NEW, 1)).isEqualTo(record);
  }

  @Test
  void aJobOfAnotherEpochDoesNotKnowWhetherItWasCounted() {
    RawRecord refusedInThree = raw(RecastRecord.of(changed, Side.NEW, 3));

    assertThat(VoteChangeDecoder.forKinesis("votes", 3).decode(refusedInThree).change())
        .isEqualTo(changed.only(Side.NEW).recastable());
    for (long epoch : List.of(1L, 2L, 4L)) {
      DecodedRecord decoded = VoteChangeDecoder.forKinesis("votes", epoch).decode(refusedInThree);

      assertThat(decoded.change()).isNull();
      assertThat(decoded.rejection())
          .isEqualTo(
              "recast: refused in epoch 3, and the job of epoch %d can't know if it was counted"
                  + " there: run citytally audit --fix",
              epoch);
    }
  }

  @Test
  void itIsWholeHoweverLongItsNames() {
    Choice longest = new Choice("🌳".repeat(256), "\"".repeat(256));
    VoteChange vote = decode(raw(plain("v1", longest))).change();

    String record = RecastRecord.of(vote, Side.NEW, 1);

    assertThat(record.getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(RejectedVote.MAX_PAYLOAD_BYTES);
    assertThat(decode(raw(record)).change()).isEqualTo(vote.only(Side.NEW).recastable());
  }

  @Test
  void itNamesNoVote() {
    VoteChange vote = decode(raw(plain("citizen-4711", TREES))).change();

    assertThat(RecastRecord.of(vote, Side.NEW, 1)).doesNotContain("citizen-4711");
  }

  @Test
  void aChangeRecordStaysOneWhateverElseItHolds() throws Exception {
    ObjectNode record = modify("v1", TREES, BENCH, MICROS);
    record.set("recast", recast().get("recast"));

    assertThat(decode(raw(record)).change()).isEqualTo(changed);
  }

  @Test
  void onTheTablesOwnStreamThereIsNone() throws Exception {
    DecodedRecord decoded = VoteChangeDecoder.forDynamoDbStreams(1).decode(raw(recast()));

    assertThat(decoded.change()).isNull();
    assertThat(decoded.rejection()).isEqualTo("eventName is missing");
  }

  @Test
  void whatIsNoObjectIsNoneEither() {
    assertThat(decode(raw("{\"recast\":\"new\",\"id\":\"v1\"}")).rejection())
        .isEqualTo("region is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "side, left, recast: side is neither old nor new",
    "region, , recast: region is missing",
    "improvement, '', recast: improvement is empty",
    "change, 0123, recast: change is not made of 48 hexadecimal digits",
    "change, 0123456789abcdef0123456789abcdef0123456789abcdeF, recast: change is not made of 48 hexadecimal digits",
    "change, , recast: change is not made of 48 hexadecimal digits",
    "vote, 0123456789abcdefg, recast: vote is not made of 16 hexadecimal digits",
    "vote, +123456789abcdef, recast: vote is not made of 16 hexadecimal digits",
    "changedAtMicros, now, recast: changedAtMicros is not a number from 0",
    "sequence, , recast: sequence is not a number from 0",
    "epoch, , recast: epoch is not a number from 1",
    "epoch, first, recast: epoch is not a number from 1"
  })
  void oneThatNoJobWroteIsRejected(String field, String value, String reason) throws Exception {
    ObjectNode record = recast();
    if (value == null) {
      record.withObject("/recast").remove(field);
    } else {
      record.withObject("/recast").put(field, value);
    }

    DecodedRecord decoded = decode(raw(record));

    assertThat(decoded.change()).isNull();
    assertThat(decoded.rejection()).isEqualTo(reason);
  }

  @Test
  void aTimeBelowZeroIsRejected() throws Exception {
    ObjectNode record = recast();
    record.withObject("/recast").put("changedAtMicros", -5);

    assertThat(decode(raw(record)).rejection())
        .isEqualTo("recast: changedAtMicros is not a number from 0");
  }

  private ObjectNode recast() throws Exception {
    return (ObjectNode) new ObjectMapper().readTree(RecastRecord.of(changed, Side.NEW, 1));
  }

  private DecodedRecord decode(RawRecord record) {
    return kinesis.decode(record);
  }
}
