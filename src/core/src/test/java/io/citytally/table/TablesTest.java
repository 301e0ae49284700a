package io.citytally.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

class TablesTest {

  private static final Choice BRIDGE = new Choice("Centre", "A bridge");

  @Test
  void aVoteReadsAsItWasWritten() {
    Map<String, AttributeValue> item = VotesTable.itemOf("voter-1", BRIDGE);

    assertThat(item)
        .isEqualTo(
            Map.of(
                "id", text("voter-1"), "improvement", text("A bridge"), "region", text("Centre")));
    assertThat(VotesTable.keyOf("voter-1")).isEqualTo(Map.of("id", text("voter-1")));
    assertThat(VotesTable.choicesOf(item)).containsExactly(BRIDGE);
    assertThat(VotesTable.problemOf(item)).isNull();
  }

  @Test
  void anElectionReadsAsItWasWritten() throws RulesException {
    String rules =
        RulesFile.parse(
                "{\"name\": \"Budget\", \"time_zone\": \"UTC\", \"opens_at\": \"2026-05-01T08:00\","
                    + " \"closes_at\": \"2026-05-01T20:00\", \"voting\": \"open\"}")
            .text();
    Map<String, AttributeValue> item = new HashMap<>(ElectionTable.key());
    item.put("rules", text(rules));
    assertThat(ElectionTable.electionOf(item).rules().text()).isEqualTo(rules);
    assertThat(ElectionTable.electionOf(item).pinned()).isEmpty();
    assertThat(ElectionTable.electionOf(item).testUntil()).isEmpty();
    assertThat(ElectionTable.electionOf(item).result()).isEmpty();

    item.put("pinned", text("a pin"));
    item.put("test_until", text("2026-04-30T08:00:00.000Z"));
    item.put("closed_at", text("2026-05-01T21:00:00.000Z"));
    item.put("closed_sha256", text("ab"));
    Election closed = ElectionTable.electionOf(item);
    assertThat(closed.pinned()).contains("a pin");
    assertThat(closed.testUntil()).contains(Instant.parse("2026-04-30T08:00:00Z"));
    assertThat(closed.result().orElseThrow().at()).isEqualTo("2026-05-01T21:00:00Z");
    assertThat(closed.result().orElseThrow().sha256()).isEqualTo("ab");

    item.put("rules", text("{}"));
    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> ElectionTable.electionOf(item))
        .withMessageContaining("'rules' of the election: voting: the field is missing");
  }

  @Test
  void aBallotReadsAsItWasWritten() {
    Map<String, AttributeValue> item =
        VotesTable.itemOf("voter-1", "Centre", List.of("Oaks", "A bridge", "Oaks"));

    assertThat(item)
        .isEqualTo(
            Map.of(
                "id",
                text("voter-1"),
                "region",
                text("Centre"),
                "improvements",
                AttributeValue.fromSs(List.of("A bridge", "Oaks"))));
    assertThat(VotesTable.choicesOf(item)).containsExactly(BRIDGE, new Choice("Centre", "Oaks"));
    assertThat(VotesTable.problemOf(item)).isNull();
  }

  @Test
  void aBallotVotesForTheUnionOfBothAttributes() {
    Map<String, AttributeValue> item = new HashMap<>(VotesTable.itemOf("voter-1", BRIDGE));
    item.put("improvements", AttributeValue.fromSs(List.of("Oaks", "A bridge")));

    assertThat(VotesTable.choicesOf(item)).containsExactly(BRIDGE, new Choice("Centre", "Oaks"));
  }

  @Test
  void aBallotNamesBetweenOneAndAHundredImprovements() {
    List<String> names = IntStream.rangeClosed(0, 100).mapToObj(i -> "number " + i).toList();

    assertThat(VotesTable.itemOf("voter-1", "Centre", names.subList(0, 100)))
        .containsKey("improvements");
    assertThatThrownBy(() -> VotesTable.itemOf("voter-1", "Centre", names))
        .hasMessage("a ballot names 1 to 100 improvements, not 101");
    assertThatThrownBy(() -> VotesTable.itemOf("voter-1", "Centre", List.of()))
        .hasMessage("a ballot names 1 to 100 improvements, not 0");
  }

  @Test
  void aMalformedNameCostsABallotThisNameOnly() {
    Map<String, AttributeValue> item =
        VotesTable.itemOf("voter-1", "Centre", List.of("A bridge", "\u0007"));

    assertThat(VotesTable.choicesOf(item)).containsExactly(BRIDGE);
    assertThat(VotesTable.problemOf(item)).isEqualTo("an improvement contains a control character");
  }

  @Test
  void aBallotWithoutImprovementsIsEmptyAndNoProblem() {
    Map<String, AttributeValue> item = Map.of("id", text("voter-1"), "region", text("Centre"));

    assertThat(VotesTable.choicesOf(item)).isEmpty();
    assertThat(VotesTable.problemOf(item)).isNull();
  }

  @Test
  void aTitleReadsAsItWasWritten() {
    Map<String, AttributeValue> item = BallotTable.itemOf(BRIDGE, "A bridge for all");

    assertThat(BallotTable.keyOf(BRIDGE))
        .isEqualTo(Map.of("improvement", text("A bridge"), "region", text("Centre")));
    assertThat(BallotTable.keyOf(item)).isEqualTo(BRIDGE);
    assertThat(BallotTable.titleOf(item)).isEqualTo("A bridge for all");
  }

  @ParameterizedTest
  @EnumSource
  void aBallotEntryReadsAsItWasWritten(BallotEntry.Status status) {
    BallotEntry entry = new BallotEntry("A bridge for all", status);

    Map<String, AttributeValue> item = BallotTable.itemOf(BRIDGE, entry);

    assertThat(BallotTable.keyOf(item)).isEqualTo(BRIDGE);
    assertThat(BallotTable.entryOf(item)).isEqualTo(entry);
    assertThat(item.containsKey("status")).isEqualTo(status != BallotEntry.Status.VOTABLE);
  }

  @Test
  void aTitleByLanguageReadsAsItWasWritten() {
    BallotEntry entry =
        new BallotEntry(
            "Benches", Map.of("en", "Benches", "pl", "Ławki"), BallotEntry.Status.VOTABLE);

    Map<String, AttributeValue> item = new HashMap<>(BallotTable.itemOf(BRIDGE, entry));

    assertThat(BallotTable.entryOf(item)).isEqualTo(entry);
    item.put("titles", text("Benches"));
    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> BallotTable.entryOf(item))
        .withMessageContaining("'titles' should be a map of texts");
    item.put("titles", AttributeValue.fromM(Map.of("en", AttributeValue.fromN("1"))));
    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> BallotTable.entryOf(item))
        .withMessageContaining("'titles' should be a map of texts");
  }

  @Test
  void aPresentationReadsAsItWasWritten() {
    ObjectNode map = JsonNodeFactory.instance.objectNode().put("type", "FeatureCollection");

    Map<String, AttributeValue> item =
        new HashMap<>(BallotPresentation.itemOf(BallotPresentation.MAP, map));

    assertThat(item).containsAllEntriesOf(BallotPresentation.key(BallotPresentation.MAP));
    assertThat(BallotPresentation.jsonOf(item)).isEqualTo(map);
    assertThat(BallotPresentation.hashOf(item)).contains(BallotPresentation.hashOf(map));
    item.put("packed", AttributeValue.fromB(SdkBytes.fromUtf8String("not gzip")));
    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> BallotPresentation.jsonOf(item))
        .withMessageContaining("'packed' should be JSON in gzip");
  }

  @Test
  void refusesABallotEntryOfAStatusThatItDoesNotKnow() {
    Map<String, AttributeValue> item = new HashMap<>(BallotTable.itemOf(BRIDGE, "A bridge"));
    item.put("status", text("maybe"));

    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> BallotTable.entryOf(item))
        .withMessageContaining("'status' should be absent, 'left' or 'hidden'");
    item.put("status", AttributeValue.fromN("1"));
    assertThatExceptionOfType(MalformedItemException.class)
        .isThrownBy(() -> BallotTable.entryOf(item))
        .withMessageContaining("'status' should be a text");
  }

  @Test
  void recentVotesAreWrittenInTheirOrderWithTheMinuteOfEach() {
    RecentVotes recent =
        new RecentVotes(
            RecentVotes.CITY,
            new RecentVotes.Vote(BRIDGE, Instant.parse("2026-05-01T12:00:59.999Z").toEpochMilli()),
            new RecentVotes.Vote(
                new Choice("North", "Trees"),
                Instant.parse("2026-05-01T11:59:59.007Z").toEpochMilli()));

    Map<String, AttributeValue> item = RecentVotesTable.itemOf(recent);

    assertThat(item).containsAllEntriesOf(RecentVotesTable.keyOf("city"));
    assertThat(item.get("improvements").l()).containsExactly(text("A bridge"), text("Trees"));
    assertThat(item.get("regions").l()).containsExactly(text("Centre"), text("North"));
    assertThat(item.get("minutes").l())
        .containsExactly(AttributeValue.fromN("29627280"), AttributeValue.fromN("29627279"));
    assertThat(RecentVotesTable.recentVotesOf(item).votes)
        .extracting(vote -> Instant.ofEpochMilli(vote.castAtMillis))
        .containsExactly(
            Instant.parse("2026-05-01T12:00:00Z"), Instant.parse("2026-05-01T11:59:00Z"));
  }

  @Test
  void theListOfARegionDoesNotRepeatTheRegion() {
    long noon = Instant.parse("2026-05-01T12:00:00Z").toEpochMilli();
    RecentVotes recent =
        new RecentVotes(RecentVotes.listOf("Centre"), new RecentVotes.Vote(BRIDGE, noon));

    Map<String, AttributeValue> item = RecentVotesTable.itemOf(recent);

    assertThat(item).containsOnlyKeys("feed", "improvements", "minutes");
    assertThat(RecentVotesTable.recentVotesOf(item)).isEqualTo(recent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"improvements", "minutes", "regions"})
  void aListOfRecentVotesWhosePartsDoNotFitIsMalformed(String part) {
    Map<String, AttributeValue> item =
        new HashMap<>(
            RecentVotesTable.itemOf(
                new RecentVotes(RecentVotes.CITY, new RecentVotes.Vote(BRIDGE, 0))));

    for (AttributeValue wrong :
        List.of(
            AttributeValue.fromL(List.of()),
            AttributeValue.fromL(List.of(AttributeValue.fromBool(true))),
            text("none"))) {
      item.put(part, wrong);

      assertThatThrownBy(() -> RecentVotesTable.recentVotesOf(item))
          .isInstanceOf(MalformedItemException.class);
    }
    item.remove(part);

    assertThatThrownBy(() -> RecentVotesTable.recentVotesOf(item))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining(part);
  }

  @Test
  void aListOfAnEarlierVersionIsEmpty() {
    AttributeValue vote = AttributeValue.fromM(Map.of("improvement", text("A bridge")));

    RecentVotes recent =
        RecentVotesTable.recentVotesOf(
            Map.of("feed", text("city"), "votes", AttributeValue.fromL(List.of(vote))));

    assertThat(recent).isEqualTo(new RecentVotes(RecentVotes.CITY));
  }

  @Test
  void aMinuteBeyondAllTimeIsMalformed() {
    Map<String, AttributeValue> item =
        new HashMap<>(
            RecentVotesTable.itemOf(
                new RecentVotes(RecentVotes.CITY, new RecentVotes.Vote(BRIDGE, 0))));
    item.put("minutes", AttributeValue.fromL(List.of(AttributeValue.fromN("9223372036854775807"))));

    assertThatThrownBy(() -> RecentVotesTable.recentVotesOf(item))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("a list of minutes");
  }

  @Test
  void aListWithTheLastPlausibleTimeReadsAsItWasWritten() {
    long lastMinute = HistoryKey.LATEST.minusSeconds(60).toEpochMilli();
    RecentVotes recent =
        new RecentVotes(RecentVotes.CITY, new RecentVotes.Vote(BRIDGE, lastMinute));

    assertThat(RecentVotesTable.recentVotesOf(RecentVotesTable.itemOf(recent))).isEqualTo(recent);
  }

  @Test
  void anEmptyListOfRecentVotesReadsAsItWasWritten() {
    RecentVotes none = new RecentVotes(RecentVotes.listOf("North"));

    assertThat(RecentVotesTable.recentVotesOf(RecentVotesTable.itemOf(none))).isEqualTo(none);
  }

  @Test
  void aRejectedVoteExpiresItsTimeToLiveAfterItsArrival() {
    long arrived = Instant.parse("2026-05-01T12:00:00.999Z").toEpochMilli();
    RejectedVote vote = new RejectedVote("shard-1", "42", "not JSON", "", arrived);

    Map<String, AttributeValue> item = RejectedVotesTable.itemOf(vote, Duration.ofDays(30));

    assertThat(item)
        .isEqualTo(
            Map.of(
                "shard", text("shard-1"),
                "position", text("42"),
                "reason", text("not JSON"),
                "payload", text(""),
                "arrived_at", text("2026-05-01T12:00:00.999Z"),
                "expires_at",
                    AttributeValue.fromN(
                        Long.toString(Instant.parse("2026-05-31T12:00:00Z").getEpochSecond()))));
    assertThat(item).containsAllEntriesOf(RejectedVotesTable.keyOf("shard-1", "42"));
    assertThat(RejectedVotesTable.rejectedVoteOf(item)).isEqualTo(vote);
  }

  @Test
  void aRefusedChoiceIsKeptWithWhatCastsItAgain() {
    long arrived = Instant.parse("2026-05-01T12:00:00.999Z").toEpochMilli();
    RejectedVote vote =
        new RejectedVote("shard-1", "42-new", "not on the ballot", "{}", arrived, BRIDGE, "again");

    Map<String, AttributeValue> item = RejectedVotesTable.itemOf(vote, Duration.ofDays(30));

    assertThat(item)
        .containsEntry("region", text("Centre"))
        .containsEntry("improvement", text("A bridge"))
        .containsEntry("recast", text("again"));
    assertThat(RejectedVotesTable.rejectedVoteOf(item)).isEqualTo(vote);
  }

  @Test
  void anItemThatTheJobNeverWroteHasATotalAndNoStanding() {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(BRIDGE));
    item.put("total_votes", AttributeValue.fromN("12"));

    assertThat(TotalVotesTable.keyOf(item)).isEqualTo(BRIDGE);
    assertThat(TotalVotesTable.totalVotesOf(item)).isEqualTo(12);
    assertThat(TotalVotesTable.stateOf(item)).isEqualTo(CounterState.NEVER_WRITTEN);
    assertThat(TotalVotesTable.stateOf(Map.of())).isEqualTo(CounterState.NEVER_WRITTEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v:2026-11-29T11", "b:2026-11-29T11", "b:undated"})
  void aBucketOfTheHistoryCountsVotesOrBallots(String bucket) {
    Choice key = HistoryKey.of("region:Centre", bucket);
    String unit = bucket.startsWith("b:") ? "ballots" : "votes";
    Decision first = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, new Tally(key, 1, 5, 7));
    Map<String, AttributeValue> item = new HashMap<>(HistoryTable.keyOf(key));
    item.put(unit, AttributeValue.fromN("-2"));

    assertThat(item)
        .isEqualTo(
            Map.of(
                "place",
                text("region:Centre"),
                "bucket",
                text(bucket),
                unit,
                AttributeValue.fromN("-2")));
    assertThat(HistoryTable.keyOf(item)).isEqualTo(key);
    assertThat(HistoryTable.countOf(item)).isEqualTo(-2);
    assertThat(HistoryTable.update("history", key, first).updateExpression())
        .endsWith("ADD #" + unit + " :votes");
  }

  @Test
  void aCorrectionAddsToTheTotalAloneIfTheItemIsAsItWasSeen() {
    Map<String, AttributeValue> seen = new HashMap<>(TotalVotesTable.keyOf(BRIDGE));
    seen.put("total_votes", AttributeValue.fromN("12"));
    seen.put("epoch", AttributeValue.fromN("2"));
    seen.put("added", AttributeValue.fromN("14"));
    seen.put("removed", AttributeValue.fromN("3"));

    UpdateItemRequest correction = TotalVotesTable.correction("totals", BRIDGE, seen, -1);
    UpdateItemRequest ofNone = TotalVotesTable.correction("totals", BRIDGE, Map.of(), 5);

    assertThat(TotalVotesTable.epochOf(seen)).isEqualTo(2);
    assertThat(TotalVotesTable.addedOf(seen)).isEqualTo(14);
    assertThat(TotalVotesTable.removedOf(seen)).isEqualTo(3);
    assertThat(correction.updateExpression()).isEqualTo("ADD #total_votes :votes");
    assertThat(correction.conditionExpression().split(" AND "))
        .containsExactlyInAnyOrder(
            "#total_votes = :total_votes",
            "#epoch = :epoch",
            "#added = :added",
            "#removed = :removed");
    assertThat(correction.expressionAttributeValues())
        .isEqualTo(
            Map.of(
                ":votes", AttributeValue.fromN("-1"),
                ":total_votes", AttributeValue.fromN("12"),
                ":epoch", AttributeValue.fromN("2"),
                ":added", AttributeValue.fromN("14"),
                ":removed", AttributeValue.fromN("3")));
    assertThat(ofNone.conditionExpression().split(" AND "))
        .containsExactlyInAnyOrder(
            "attribute_not_exists(#total_votes)",
            "attribute_not_exists(#epoch)",
            "attribute_not_exists(#added)",
            "attribute_not_exists(#removed)");
  }

  /** Each of these names has 256 characters, as many as a name may have. */
  @ParameterizedTest
  @ValueSource(strings = {"\uD83C\uDF33", "\u20AC", "a\uD83C\uDF33\uD83C\uDF33\uD83C\uDF33"})
  void theSortKeyOfACorrectionIsNeverTooLong(String part) {
    String name = part.repeat(256 / part.codePointCount(0, part.length()));

    String key = correctionOf(name);

    assertThat(key.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(700, 1024);
    assertThat(key)
        .startsWith("1970-01-01T00:00:00.000Z " + part)
        .doesNotContain("?")
        .isNotEqualTo(correctionOf(name.substring(0, name.length() - 2) + "zz"));
  }

  @Test
  void theSortKeyOfACorrectionEndsWithTheNameIfThereIsSpace() {
    String name = "x".repeat(1024 - "1970-01-01T00:00:00.000Z ".length());

    assertThat(correctionOf(name)).isEqualTo("1970-01-01T00:00:00.000Z " + name);
    assertThat(correctionOf(name + "y")).hasSize(1024).doesNotEndWith("y");
  }

  private static String correctionOf(String name) {
    return CorrectionsTable.itemOf(
            new Choice("Centre", name), 0, 1, 2, "clerk", CorrectionsTable.MADE)
        .get(CorrectionsTable.CORRECTION)
        .s();
  }

  @Test
  void aVoteThatTheJobCannotCountTellsWhy() {
    Map<String, AttributeValue> item = new HashMap<>(VotesTable.itemOf("voter-1", BRIDGE));
    assertThat(VotesTable.problemOf(item)).isNull();

    item.put("region", text(" "));
    assertThat(VotesTable.problemOf(item)).isEqualTo("region is empty");

    item.put("region", AttributeValue.fromN("7"));
    assertThat(VotesTable.problemOf(item)).isEqualTo("region is not a string");

    item.remove("region");
    assertThat(VotesTable.problemOf(item)).isEqualTo("region is missing");
    assertThat(VotesTable.choicesOf(item)).isEmpty();

    item.put("region", text("Centre"));
    item.put("improvement", text(" "));
    assertThat(VotesTable.problemOf(item)).isEqualTo("improvement is empty");

    item.remove("improvement");
    item.put("improvements", text("A bridge"));
    assertThat(VotesTable.problemOf(item)).isEqualTo("improvements is not a set of strings");

    item.put(
        "improvements",
        AttributeValue.fromSs(IntStream.range(0, 101).mapToObj(i -> "number " + i).toList()));
    assertThat(VotesTable.problemOf(item)).isEqualTo("more than 100 improvements are named");
    assertThat(VotesTable.choicesOf(item)).isEmpty();
  }

  @Test
  void itsUpdateSaysToDynamoDbWhatTheDecisionSays() {
    Decision decision =
        IdempotentAdd.decide(CounterState.at(2, 100, 3), new Tally(BRIDGE, 2, 120, 4));

    UpdateItemRequest update = TotalVotesTable.update("totals", BRIDGE, decision);

    assertThat(update.tableName()).isEqualTo("totals");
    assertThat(update.key())
        .isEqualTo(Map.of("region", text("Centre"), "improvement", text("A bridge")));
    assertThat(update.expressionAttributeValues())
        .isEqualTo(
            Map.of(
                ":epoch", AttributeValue.fromN("2"),
                ":added", AttributeValue.fromN("120"),
                ":removed", AttributeValue.fromN("4"),
                ":votes", AttributeValue.fromN("19"),
                ":expected_epoch", AttributeValue.fromN("2"),
                ":expected_added", AttributeValue.fromN("100"),
                ":expected_removed", AttributeValue.fromN("3")));
  }

  @Test
  void thereIsNoUpdateWithoutAWrite() {
    Decision nothing = IdempotentAdd.decide(CounterState.at(1, 5, 0), new Tally(BRIDGE, 1, 5, 0));

    assertThatThrownBy(() -> TotalVotesTable.update("totals", BRIDGE, nothing))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "1e30"})
  void refusesAnEpochThatNoJobCanHave(String epoch) {
    Map<String, AttributeValue> item =
        Map.of(
            "epoch", AttributeValue.fromN(epoch),
            "added", AttributeValue.fromN("1"),
            "removed", AttributeValue.fromN("0"));

    assertThatThrownBy(() -> TotalVotesTable.stateOf(item))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("epoch");
  }

  @Test
  void refusesAStandingThatIsNotWhole() {
    assertThatThrownBy(() -> TotalVotesTable.stateOf(Map.of("epoch", AttributeValue.fromN("1"))))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("'added' should be a number")
        .hasMessageContaining("Put it back, or remove 'epoch', too.");
    assertThatThrownBy(
            () ->
                TotalVotesTable.stateOf(
                    Map.of("epoch", AttributeValue.fromN("1"), "added", AttributeValue.fromN("7"))))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("'removed' should be a number")
        .hasMessageContaining("Put it back, or remove 'epoch', too.");
    assertThatThrownBy(
            () ->
                TotalVotesTable.stateOf(
                    Map.of(
                        "epoch", text("one"),
                        "added", AttributeValue.fromN("1"),
                        "removed", AttributeValue.fromN("0"))))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("'epoch' should be a number");
    assertThatThrownBy(
            () ->
                TotalVotesTable.stateOf(
                    Map.of(
                        "epoch", AttributeValue.fromN("1"),
                        "added", AttributeValue.fromN("-1"),
                        "removed", AttributeValue.fromN("0"))))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("votes from 0");
  }

  @Test
  void aRefusedBallotOfTheTurnoutHasNoImprovement() {
    RejectedVote refused =
        new RejectedVote("s", "p", "r", "{}", 0, Choice.turnoutOf("Centre"), "{\"recast\":{}}");

    Map<String, AttributeValue> item = RejectedVotesTable.itemOf(refused, Duration.ofDays(1));

    assertThat(item).doesNotContainKey("improvement");
    assertThat(RejectedVotesTable.rejectedVoteOf(item)).isEqualTo(refused);
  }

  @Test
  void refusesItemsOfAnotherShape() {
    assertThatThrownBy(() -> RecentVotesTable.recentVotesOf(Map.of("feed", text("city"))))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("'improvements' should be a list");
    assertThatThrownBy(() -> Attributes.time(Map.of("arrived_at", text("today")), "arrived_at"))
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("'arrived_at' should be a time");
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }
}
