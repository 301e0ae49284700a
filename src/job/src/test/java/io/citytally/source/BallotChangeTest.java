package io.citytally.source;

import static io.citytally.source.ChangeRecords.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the decoder makes of ballots that name several improvements. */
class BallotChangeTest {

  private static final long MICROS = 1_700_000_000_123_456L;
  private static final Choice NORTH = Choice.turnoutOf("North");
  private static final Choice SOUTH = Choice.turnoutOf("South");

  private final VoteChangeDecoder kinesis = VoteChangeDecoder.forKinesis("votes", 1);
  private final VoteChangeDecoder dynamoDb = VoteChangeDecoder.forDynamoDbStreams(1);

  @Test
  void aBallotThatIsCastTakesEachOfItsChoicesAndCountsOnceForTheTurnout() {
    DecodedRecord decoded = decode(record("INSERT", null, ballot("North", "b", "a", "c")));

    assertThat(decoded.rejection()).isNull();
    assertThat(decoded.change()).isNull();
    assertThat(keys(decoded))
        .containsExactly(
            tuple(Side.NEW, north("a")),
            tuple(Side.NEW, north("b")),
            tuple(Side.NEW, north("c")),
            tuple(Side.NEW_TURNOUT, NORTH));
    assertThat(decoded.changes())
        .extracting(change -> change.changedAtMicros, change -> change.sequence)
        .containsOnly(tuple(MICROS, 0L));
  }

  @Test
  void aBallotThatIsChangedLeavesAndTakesOnlyWhatDiffers() {
    assertThat(keys(decode(record("MODIFY", ballot("North", "a", "b"), ballot("North", "b", "c")))))
        .containsExactly(tuple(Side.OLD, north("a")), tuple(Side.NEW, north("c")));
  }

  @Test
  void aBallotThatIsWithdrawnLeavesAllAndTheTurnout() {
    assertThat(keys(decode(record("REMOVE", ballot("North", "a", "b"), null))))
        .containsExactly(
            tuple(Side.OLD, north("a")),
            tuple(Side.OLD, north("b")),
            tuple(Side.OLD_TURNOUT, NORTH));
  }

  @Test
  void aBallotThatMovesLeavesAllAndTakesAll() {
    assertThat(keys(decode(record("MODIFY", ballot("North", "a"), ballot("South", "a")))))
        .containsExactly(
            tuple(Side.OLD, north("a")),
            tuple(Side.NEW, new Choice("South", "a")),
            tuple(Side.OLD_TURNOUT, NORTH),
            tuple(Side.NEW_TURNOUT, SOUTH));
  }

  @Test
  void theSameSetsInAnotherOrderAndFormAreUnchanged() {
    ObjectNode both = ballot("North", "b");
    both.putObject("improvement").put("S", "a");

    assertThat(
            decode(record("MODIFY", ballot("North", "a", "b"), ballot("North", "b", "a")))
                .isUnchanged())
        .isTrue();
    assertThat(decode(record("MODIFY", ballot("North", "a", "b"), both)).isUnchanged()).isTrue();
    assertThat(decode(record("MODIFY", older("North", "a"), ballot("North", "a"))).isUnchanged())
        .isTrue();
  }

  @Test
  void anImagesChoicesAreTheUnionOfBothAttributes() {
    ObjectNode both = ballot("North", "b", "a");
    both.putObject("improvement").put("S", "a");

    assertThat(keys(decode(record("INSERT", null, both))))
        .containsExactly(
            tuple(Side.NEW, north("a")),
            tuple(Side.NEW, north("b")),
            tuple(Side.NEW_TURNOUT, NORTH));
  }

  @Test
  void aSecondDeliveryHasTheSameIdentitiesWhateverItsEventIdAndTheOrderOfItsNames() {
    ObjectNode one =
        record("MODIFY", ballot("North", "a", "b"), ballot("North", "c", "d", "\u0153"));
    ObjectNode again =
        record("MODIFY", ballot("North", "b", "a", "b"), ballot("North", "\u0153", "d", "c"))
            .put("eventID", "another");

    assertThat(decode(again).changes()).isEqualTo(decode(one).changes());
  }

  @Test
  void eachChangeHasAnIdentityOfItsOwn() {
    List<VoteChange> changes =
        List.of(
                record("INSERT", null, ballot("North", "a", "b")),
                record("INSERT", null, ballot("North", "a", "c")),
                record("MODIFY", ballot("North", "a"), ballot("North", "b", "c")),
                record("MODIFY", ballot("North", "b", "c"), ballot("North", "a")),
                record("MODIFY", ballot("North", "a"), ballot("South", "b", "c")),
                record("REMOVE", ballot("North", "a", "b"), null))
            .stream()
            .flatMap(record -> decode(record).changes().stream())
            .collect(Collectors.toList());

    assertThat(changes).hasSize(20);
    assertThat(changes).extracting(change -> change.identity).doesNotHaveDuplicates();
  }

  @Test
  void onTheTablesOwnStreamTheEventIdTellsRecordsApart() {
    ObjectNode one = record("INSERT", null, ballot("North", "a", "b"));
    ((ObjectNode) one.get("dynamodb")).put("SequenceNumber", "17");
    ObjectNode other = one.deepCopy().put("eventID", "another");

    List<ChangeIdentity> identities = identities(dynamoDb.decode(raw(one)));
    assertThat(identities).hasSize(3).doesNotHaveDuplicates();
    assertThat(identities(dynamoDb.decode(raw(one)))).isEqualTo(identities);
    assertThat(identities(dynamoDb.decode(raw(other)))).doesNotContainAnyElementsOf(identities);
    assertThat(dynamoDb.decode(raw(one)).changes())
        .extracting(change -> change.sequence)
        .containsOnly(17L);
  }

  /** Snapshots hold them. */
  @Test
  void identitiesStayWhatTheyWereInEarlierSnapshots() {
    assertThat(identities(decode(record("MODIFY", ballot("North", "a"), ballot("South", "b")))))
        .extracting(ChangeIdentity::toString)
        .containsExactly(
            "00060a24182022400451205c66ee0169a9088761ce2809df",
            "00060a2418202240d8a3022616364775173315ffd171b528",
            "00060a24182022401d9574a0b4048cc9c46181c157d4eb31",
            "00060a2418202240de5d53f268d394a2b862bbc20b2dfafc");
  }

  @Test
  void namesAreInTheOrderOfTheirUtf8() {
    String basic = "\uffee";
    String supplementary = "\ud83c\udf33";

    assertThat(keys(decode(record("INSERT", null, ballot("North", supplementary, basic, "z")))))
        .startsWith(
            tuple(Side.NEW, north("z")),
            tuple(Side.NEW, north(basic)),
            tuple(Side.NEW, north(supplementary)));
  }

  @Test
  void oneOfTheChoicesThatARecordTakesIsListedTheSameAtEachDelivery() {
    ObjectNode record = record("INSERT", null, ballot("North", names(10)));

    List<Choice> listed = listed(decode(record));
    assertThat(listed).hasSize(1);
    assertThat(listed(decode(record.put("eventID", "another")))).isEqualTo(listed);
  }

  @Test
  void whichChoiceIsListedDoesNotFollowItsName() {
    Map<Choice, Long> listed =
        IntStream.range(0, 300)
            .mapToObj(i -> record("INSERT", null, ballot("North", "a", "b", "c"), "v" + i))
            .flatMap(record -> listed(decode(record)).stream())
            .collect(Collectors.groupingBy(choice -> choice, Collectors.counting()));

    assertThat(listed).containsOnlyKeys(north("a"), north("b"), north("c"));
    assertThat(listed.values()).allMatch(votes -> votes > 50);
  }

  @Test
  void aChoiceIsOneVoteWheneverItComesAndGoesAndTheTurnoutIsOne() {
    List<VoteChange> cast = decode(record("INSERT", null, ballot("North", "a", "b"))).changes();
    List<VoteChange> left =
        decode(record("REMOVE", ballot("North", "b", "a", "c"), null)).changes();

    assertThat(cast).extracting(change -> change.voteHash).doesNotHaveDuplicates();
    assertThat(hashOf(left, north("a"))).isEqualTo(hashOf(cast, north("a")));
    assertThat(hashOf(left, NORTH)).isEqualTo(hashOf(cast, NORTH));
  }

  @Test
  void aChoiceOfAnOlderItemGoesAsTheVoteThatItCameAs() {
    VoteChange cast = decode(record("INSERT", null, older("North", "a"))).change();
    DecodedRecord changed = decode(record("MODIFY", older("North", "a"), ballot("North", "b")));

    assertThat(hashOf(changed.changes(), north("a"))).isEqualTo(cast.voteHash);
  }

  @Test
  void anEmptyBallotIsNoneAndNothingToReport() {
    assertThat(keys(decode(record("MODIFY", ballot("North", "a"), empty("North")))))
        .containsExactly(tuple(Side.OLD, north("a")), tuple(Side.OLD_TURNOUT, NORTH));
    assertThat(decode(record("MODIFY", ballot("North", "a"), empty("North"))).rejection()).isNull();
    assertThat(decode(record("MODIFY", empty("North"), empty("North"))).isUnchanged()).isTrue();
    assertThat(decode(record("REMOVE", empty("North"), null)).isUnchanged()).isTrue();
    assertThat(decode(record("REMOVE", ballot("North"), null)).isUnchanged()).isTrue();
    assertThat(decode(record("INSERT", null, empty("North"))).rejection())
        .isEqualTo("improvement is missing");
    assertThat(decode(record("MODIFY", older("North", "a"), empty("North"))).rejection()).isNull();
  }

  @Test
  void aMalformedNameIsReportedByTheRecordThatBringsItAndTheOthersCount() {
    DecodedRecord brings =
        decode(record("MODIFY", ballot("North", "a"), ballot("North", "a", "", "b")));
    DecodedRecord keeps =
        decode(record("MODIFY", ballot("North", "a", ""), ballot("North", "", "b")));
    DecodedRecord leaves = decode(record("MODIFY", ballot("North", "a", ""), ballot("North", "b")));
    DecodedRecord removes = decode(record("REMOVE", ballot("North", "a", ""), null));

    assertThat(brings.rejection()).isEqualTo("an improvement is empty");
    assertThat(keys(brings)).containsExactly(tuple(Side.NEW, north("b")));
    assertThat(keeps.rejection()).isNull();
    assertThat(keys(keeps))
        .containsExactly(tuple(Side.OLD, north("a")), tuple(Side.NEW, north("b")));
    assertThat(leaves.rejection()).isNull();
    assertThat(removes.rejection()).isNull();
    assertThat(keys(removes))
        .containsExactly(tuple(Side.OLD, north("a")), tuple(Side.OLD_TURNOUT, NORTH));
  }

  @Test
  void aBallotOfMalformedNamesAloneIsNoneForTheTurnout() {
    DecodedRecord decoded = decode(record("INSERT", null, ballot("North", "", "\u0007")));

    assertThat(decoded.changes()).isEmpty();
    assertThat(decoded.rejection()).isEqualTo("an improvement is empty");
  }

  @Test
  void moreThanAHundredNamesCountForNothingOnEitherSide() {
    String tooMany = "more than 100 improvements are named";

    assertThat(decode(record("INSERT", null, ballot("North", names(100)))).changes()).hasSize(101);
    assertThat(decode(record("INSERT", null, ballot("North", names(101)))))
        .extracting(DecodedRecord::changes, DecodedRecord::rejection)
        .containsExactly(List.of(), tooMany);
    assertThat(keys(decode(record("MODIFY", ballot("North", names(101)), ballot("North", "n1")))))
        .containsExactly(tuple(Side.NEW, north("n1")), tuple(Side.NEW_TURNOUT, NORTH));
    DecodedRecord grown =
        decode(record("MODIFY", ballot("North", "n1"), ballot("North", names(500))));
    assertThat(grown.rejection()).isEqualTo(tooMany);
    assertThat(keys(grown))
        .containsExactly(tuple(Side.OLD, north("n1")), tuple(Side.OLD_TURNOUT, NORTH));
  }

  @Test
  void aNameInTheOlderAttributeMakesABallotOfAHundredTooLarge() {
    ObjectNode both = ballot("North", names(100));
    both.putObject("improvement").put("S", "one more");

    assertThat(decode(record("INSERT", null, both)).rejection())
        .isEqualTo("more than 100 improvements are named");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"S\":\"a\"}; improvements is not a set of strings",
        "{\"SS\":\"a\"}; improvements is not a set of strings",
        "{\"SS\":[\"a\",7]}; improvements is not a set of strings",
        "{\"SS\":[\"a\",[\"b\"]]}; improvements is not a set of strings",
        "{\"NULL\":true}; improvements is not a set of strings",
        "[\"a\"]; improvements is not a set of strings",
        "{\"SS\":[]}; improvement is missing",
      })
  void whatIsNoSetOfStringsNamesNothing(String improvements, String reason) {
    String record =
        record("INSERT", null, ballot("North", "a"))
            .toString()
            .replace("{\"SS\":[\"a\"]}", improvements);

    assertThat(kinesis.decode(raw(record)))
        .extracting(DecodedRecord::changes, DecodedRecord::rejection)
        .containsExactly(List.of(), reason);
  }

  @Test
  void aRegionThatDoesNotCountMakesTheImageCountForNothing() {
    DecodedRecord decoded = decode(record("MODIFY", ballot("North", "a"), ballot("", "a")));

    assertThat(decoded.rejection()).isEqualTo("region is empty");
    assertThat(keys(decoded))
        .containsExactly(tuple(Side.OLD, north("a")), tuple(Side.OLD_TURNOUT, NORTH));
  }

  @Test
  void aVoteOfOneChoiceCountsForTheTurnoutOfItsRegion() {
    VoteChange cast = decode(record("INSERT", null, older("North", "a"))).change();
    VoteChange changed =
        decode(record("MODIFY", older("North", "a"), older("North", "b"))).change();
    VoteChange moved = decode(record("MODIFY", older("North", "a"), older("South", "a"))).change();

    assertThat(tuple(cast.oldTurnout, cast.newTurnout)).isEqualTo(tuple(null, NORTH));
    assertThat(tuple(changed.oldTurnout, changed.newTurnout)).isEqualTo(tuple(null, null));
    assertThat(tuple(moved.oldTurnout, moved.newTurnout)).isEqualTo(tuple(NORTH, SOUTH));
  }

  private static Choice north(String improvement) {
    return new Choice("North", improvement);
  }

  private static String[] names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new);
  }

  private DecodedRecord decode(ObjectNode record) {
    return kinesis.decode(raw(record));
  }

  private static List<ChangeIdentity> identities(DecodedRecord decoded) {
    return decoded.changes().stream().map(change -> change.identity).toList();
  }

  /** The one side of each change, and what it counts under. */
  private static List<Tuple> keys(DecodedRecord decoded) {
    return decoded.changes().stream()
        .flatMap(
            change ->
                Arrays.stream(Side.values())
                    .filter(side -> change.key(side) != null)
                    .map(side -> tuple(side, change.key(side))))
        .toList();
  }

  private static List<Choice> listed(DecodedRecord decoded) {
    return decoded.changes().stream()
        .filter(change -> change.newChoice != null && !change.unlisted)
        .map(change -> change.newChoice)
        .toList();
  }

  private static long hashOf(List<VoteChange> changes, Choice key) {
    for (VoteChange change : changes) {
      for (Side side : Side.values()) {
        if (key.equals(change.key(side))) {
          return change.voteHash;
        }
      }
    }
    throw new AssertionError(key + " is not in " + changes);
  }

  static ObjectNode record(String operation, ObjectNode from, ObjectNode to) {
    return record(operation, from, to, "v1");
  }

  private static ObjectNode record(String operation, ObjectNode from, ObjectNode to, String id) {
    return ChangeRecords.change(operation, id, from, to, MICROS);
  }

  static ObjectNode ballot(String region, String... improvements) {
    return ChangeRecords.ballot("v1", region, improvements);
  }

  private static ObjectNode older(String region, String improvement) {
    return ChangeRecords.item("v1", new Choice(region, improvement));
  }

  private static ObjectNode empty(String region) {
    return ChangeRecords.emptyBallot("v1", region);
  }
}
