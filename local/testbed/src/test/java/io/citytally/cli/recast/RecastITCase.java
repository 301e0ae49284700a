package io.citytally.cli.recast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.table.BallotTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class RecastITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final Duration KEPT = Duration.ofDays(30);

  private static final String SHARD = "shardId-000000000001";
  private static final String TABLE_SHARD = "shardId-00000001777636800000-0a1b2c3d";
  private static final String TABLE = "rejected";
  private static final String BALLOT = "ballot";

  private static DynamoDbClient client;

  private final List<String> stream = new ArrayList<>();

  @BeforeAll
  static void createTables() {
    DYNAMODB.createTable(TABLE, RejectedVotesTable.SHARD, RejectedVotesTable.POSITION);
    DYNAMODB.createTable(BALLOT, BallotTable.REGION, BallotTable.IMPROVEMENT);
    client = DYNAMODB.blockingClient();
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @AfterEach
  void emptyTable() {
    for (String position : lying()) {
      for (String shard : List.of(SHARD, TABLE_SHARD)) {
        client.deleteItem(
            delete -> delete.tableName(TABLE).key(RejectedVotesTable.keyOf(shard, position)));
      }
    }
  }

  @Test
  void putsEachRefusedChoiceOnTheStreamAndTakesItOutOfTheTable() {
    refuse("1-new", PARK);
    refuse("2-new", POOL);
    Recast recast = recast();

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactlyInAnyOrder(recordOf("1-new", PARK), recordOf("2-new", POOL));
    assertThat(lying()).isEmpty();
    assertThat(recast.taken()).isEqualTo(Map.of(PARK, 1L, POOL, 1L));
  }

  @Test
  void leavesWhatIsNotOnTheBallot() {
    refuse("1-new", PARK);
    refuse("2-new", POOL);
    refuse("3-new", POOL);
    Recast recast = recast(PARK);

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(recordOf("1-new", PARK));
    assertThat(lying()).containsExactlyInAnyOrder("2-new", "3-new");
    assertThat(recast.left()).isEqualTo(Map.of(POOL, 2L));
  }

  @Test
  void castsAgainEachRefusedChoiceOfOneBallot() {
    List<Choice> choices =
        IntStream.range(0, 10).mapToObj(i -> new Choice("North", "number " + i)).toList();
    for (Choice choice : choices) {
      refuse("1-" + choice.improvement + "-new", choice);
    }
    Recast recast = recast(choices.subList(0, 9).toArray(Choice[]::new));

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).hasSize(9).doesNotHaveDuplicates();
    assertThat(recast.taken()).hasSize(9);
    assertThat(recast.left()).isEqualTo(Map.of(choices.get(9), 1L));
    assertThat(lying()).containsExactly("1-number 9-new");
  }

  @Test
  void castsAgainTheTurnoutOfARegionThatHasAChoiceOnTheBallot() {
    refuse("1-turnout", new Choice("North", ""));
    refuse("2-turnout", new Choice("South", ""));
    Recast recast = recast(PARK);

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).hasSize(1);
    assertThat(recast.taken()).isEqualTo(Map.of(new Choice("North", ""), 1L));
    assertThat(lying()).containsExactly("2-turnout");
  }

  @Test
  void castsNothingAgainWhereTheBallotIsEmpty() {
    refuse("1-new", PARK);
    Recast recast = recast(new Choice[0]);

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).isEmpty();
    assertThat(recast.left()).isEqualTo(Map.of(PARK, 1L));
  }

  @Test
  void leavesWhatCouldNotBeCounted() {
    put(new RejectedVote(SHARD, "1", "not JSON", "garbage", NOW.toEpochMilli()));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).isEmpty();
    assertThat(lying()).containsExactly("1");
  }

  @Test
  void leavesWhatHasOutlivedItsTime() {
    put(refusal("1-new", PARK, NOW.minus(KEPT)));
    put(refusal("2-new", PARK, NOW.minus(KEPT).plusSeconds(1)));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(recordOf("2-new", PARK));
    assertThat(lying()).containsExactly("1-new");
  }

  @Test
  void changesNothingWhenItOnlyTells() {
    refuse("1-new", PARK);
    refuse("2-new", POOL);
    Recast recast = recast(PARK);

    recast.tell();

    assertThat(recast.taken()).isEqualTo(Map.of(PARK, 1L));
    assertThat(recast.left()).isEqualTo(Map.of(POOL, 1L));
    assertThat(lying()).containsExactlyInAnyOrder("1-new", "2-new");
  }

  @Test
  void keepsWhatTheStreamMayNotHave() {
    refuse("1-new", PARK);

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                recast()
                    .castAgain(
                        records -> {
                          throw new IllegalStateException("the stream is full");
                        },
                        () -> false));

    assertThat(lying()).containsExactly("1-new");
  }

  @Test
  void castsAgainWhatWasPutButNotTakenOutWhenItWasInterrupted() {
    refuse("1-new", PARK);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                recast()
                    .castAgain(
                        records -> {
                          stream.addAll(records);
                          throw new IllegalStateException("interrupted");
                        },
                        () -> false));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(recordOf("1-new", PARK), recordOf("1-new", PARK));
    assertThat(lying()).isEmpty();
  }

  @Test
  void castsNothingTheSecondTime() {
    refuse("1-new", PARK);
    recast().castAgain(stream::addAll, () -> false);

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).hasSize(1);
  }

  @Test
  void stopsBetweenTwoBatchesAndLeavesTheRest() {
    refuse("1-new", PARK);

    recast().castAgain(stream::addAll, () -> true);

    assertThat(stream).isEmpty();
    assertThat(lying()).containsExactly("1-new");
  }

  @Test
  void takesNoMoreAtOnceThanTheStreamDoes() {
    int refused = 2 * Recast.BATCH + 7;
    IntStream.range(0, refused).forEach(i -> refuse(i + "-new", PARK));
    List<Integer> sizes = new ArrayList<>();
    Recast recast = recast();

    recast.castAgain(records -> sizes.add(records.size()), () -> false);

    assertThat(sizes).containsExactly(Recast.BATCH, Recast.BATCH, 7);
    assertThat(lying()).isEmpty();
    assertThat(recast.taken()).isEqualTo(Map.of(PARK, (long) refused));
  }

  @Test
  void doesNotGoRoundWithAJobThatRefusesAtOnce() {
    // So long that the table takes several pages to read, and what comes in that time is read, too.
    String padding = "x".repeat(3_000);
    for (int i = 0; i < 3 * Recast.BATCH; i++) {
      put(refusal(1_000_000 + i + "-new", PARK, NOW, "{}", recordOf(i + padding, PARK)));
    }
    List<String> again = new ArrayList<>();

    recast()
        .castAgain(
            records -> {
              assertThat(stream).as("goes round").hasSizeLessThan(10 * Recast.BATCH);
              stream.addAll(records);
              for (String record : records) {
                String position = 2_000_000 + again.size() + "-new";
                again.add(position);
                put(refusal(position, PARK, NOW, record, record));
              }
            },
            () -> false);

    assertThat(stream).hasSize(3 * Recast.BATCH).doesNotHaveDuplicates();
    assertThat(lying()).containsExactlyInAnyOrderElementsOf(again);
  }

  @Test
  void takesOutEveryRefusalOfWhatTheStreamDeliveredTwice() {
    put(refusal("1-new", PARK, NOW, "{}", recordOf("the same", PARK)));
    put(refusal("2-new", PARK, NOW, "{}", recordOf("the same", PARK)));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsOnly(recordOf("the same", PARK));
    assertThat(lying()).isEmpty();
  }

  @Test
  void castsWhatWasCastAndRefusedBefore() {
    put(refusal("1-new", PARK, NOW, recordOf("again", PARK), recordOf("again", PARK)));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(recordOf("again", PARK));
    assertThat(lying()).isEmpty();
  }

  @Test
  void takesAVoteBackTogetherWithItsCast() {
    refuse("1-new", PARK, "anna", 10);
    refuse("2-old", PARK, "anna", 20);
    refuse("2-new", POOL, "anna", 20);
    Recast recast = recast();

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).hasSize(3);
    assertThat(lying()).isEmpty();
    assertThat(recast.taken()).isEqualTo(Map.of(PARK, 2L, POOL, 1L));
    assertThat(recast.leftAlone()).isEmpty();
  }

  @Test
  void doesNotTakeAVoteBackWhoseCastHasExpired() {
    put(refusal("1-new", PARK, NOW.minus(KEPT), "{}", record("new", PARK, "anna", 10)));
    refuse("2-old", PARK, "anna", 20);
    refuse("2-new", POOL, "anna", 20);
    Recast recast = recast();

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(record("new", POOL, "anna", 20));
    assertThat(lying()).containsExactlyInAnyOrder("1-new", "2-old");
    assertThat(recast.taken()).isEqualTo(Map.of(POOL, 1L));
    assertThat(recast.leftAlone()).isEqualTo(Map.of(PARK, 1L));
  }

  @Test
  void tellsWhatItWouldLeaveAlone() {
    refuse("2-old", PARK, "anna", 20);
    Recast recast = recast();

    recast.tell();

    assertThat(recast.taken()).isEmpty();
    assertThat(recast.leftAlone()).isEqualTo(Map.of(PARK, 1L));
  }

  @Test
  void takesNoVoteBackByTheCastOfAnother() {
    refuse("1-new", PARK, "bert", 10);
    refuse("2-new", POOL, "anna", 10);
    refuse("3-new", PARK, "anna", 30);
    refuse("4-old", PARK, "anna", 20);

    recast().castAgain(stream::addAll, () -> false);

    assertThat(lying()).containsExactly("4-old");
  }

  @Test
  void takesAVoteBackByOneCastOnlyOnce() {
    refuse("1-new", PARK, "anna", 10);
    refuse("2-old", PARK, "anna", 20);
    refuse("4-old", PARK, "anna", 40);

    recast().castAgain(stream::addAll, () -> false);

    assertThat(lying()).containsExactly("4-old");
  }

  @Test
  void takesAVoteBackThoughTheStreamDeliveredBothTwice() {
    refuse("1-new", PARK, "anna", 10);
    refuse("1b-new", PARK, "anna", 10);
    refuse("2-old", PARK, "anna", 20);
    refuse("2b-old", PARK, "anna", 20);

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).hasSize(4);
    assertThat(lying()).isEmpty();
  }

  @Test
  void leavesAWithdrawalAtTheVeryTimeOfACastAlone() {
    refuse("1-new", PARK, "anna", 10);
    refuse("2-old", PARK, "anna", 10, "another change");

    recast().castAgain(stream::addAll, () -> false);

    assertThat(lying()).containsExactly("2-old");
  }

  @Test
  void keepsACastUntilItsWithdrawalIsTakenOut() {
    for (int vote = 0; vote < 300; vote++) {
      refuse(vote + "-new", PARK, "voter-" + vote, 10);
      refuse(vote + "-old", PARK, "voter-" + vote, 20);
    }
    List<Set<String>> before = new CopyOnWriteArrayList<>();
    try (FaultyDynamoDb proxy = new FaultyDynamoDb(DYNAMODB.address());
        DynamoDbClient interrupted = DYNAMODB.blockingClient(proxy.endpoint())) {
      proxy.intercept(
          request -> {
            if (request.operation().equals("BatchWriteItem")) {
              before.add(Set.copyOf(lying()));
            }
            return Optional.empty();
          });

      new Recast(interrupted, TABLE, Optional.empty(), Clock.fixed(NOW, ZoneOffset.UTC))
          .castAgain(
              records -> {
                assertThat(records).hasSizeLessThanOrEqualTo(Recast.BATCH);
                stream.addAll(records);
              },
              () -> false);
    }

    assertThat(before)
        .hasSizeGreaterThanOrEqualTo(600 / 25)
        .allSatisfy(
            lying ->
                assertThat(lying)
                    .allSatisfy(
                        position -> assertThat(lying).contains(position.replace("-old", "-new"))));
    assertThat(stream).hasSize(600);
    assertThat(lying()).isEmpty();
  }

  @Test
  void takesNoVoteBackThatWasRefusedInAnotherEpoch() {
    put(refusal("1-new", PARK, NOW, "{}", inEpoch(1, record("new", PARK, "anna", 10))));
    put(refusal("2-old", PARK, NOW, "{}", inEpoch(2, record("old", PARK, "anna", 20))));
    Recast recast = recast();

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(inEpoch(1, record("new", PARK, "anna", 10)));
    assertThat(lying()).containsExactly("2-old");
    assertThat(recast.leftAlone()).isEqualTo(Map.of(PARK, 1L));
  }

  @Test
  void doesNotCastWhatCameFromTheTablesOwnStream() {
    put(ofTable("1-new", PARK, NOW));
    refuse("2-new", POOL);
    Recast told = recast();
    Recast recast = recast();

    told.tell();
    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly(recordOf("2-new", POOL));
    assertThat(lying()).containsExactly("1-new");
    assertThat(List.of(told, recast))
        .allSatisfy(each -> assertThat(each.taken()).isEqualTo(Map.of(POOL, 1L)))
        .allSatisfy(each -> assertThat(each.ofTablesOwnStream()).isEqualTo(Map.of(PARK, 1L)));
  }

  @Test
  void castsNoVoteWhoseWithdrawalCameFromTheTablesOwnStream() {
    refuse("1-new", PARK, "anna", 10);
    put(
        new RejectedVote(
            TABLE_SHARD,
            "2-old",
            "not admitted",
            "{}",
            NOW.toEpochMilli(),
            PARK,
            record("old", PARK, "anna", 20)));
    Recast recast = recast();

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).isEmpty();
    assertThat(lying()).containsExactlyInAnyOrder("1-new", "2-old");
    assertThat(recast.ofTablesOwnStream()).isEqualTo(Map.of(PARK, 2L));
  }

  @Test
  void givesUpWhatTheTablesOwnStreamHasForgotten() {
    Instant forgotten = NOW.minus(Recast.MIN_GIVEN_UP_AGE).minusMillis(1);
    put(ofTable("1-new", PARK, NOW.minus(Recast.MIN_GIVEN_UP_AGE)));
    put(ofTable("2-new", PARK, forgotten));
    put(ofTable("3-new", POOL, forgotten));
    Recast recast = recast(PARK);

    recast.giveUp(() -> false);

    assertThat(lying()).containsExactlyInAnyOrder("1-new", "3-new");
    assertThat(recast.taken()).isEqualTo(Map.of(PARK, 1L));
    assertThat(recast.tooYoung()).isEqualTo(Map.of(PARK, 1L));
    assertThat(recast.left()).isEqualTo(Map.of(POOL, 1L));
  }

  @Test
  void givesUpNothingThatCanBeCastAgain() {
    put(refusal("1-new", PARK, NOW.minus(KEPT).plusSeconds(1)));
    Recast recast = recast();

    recast.giveUp(() -> false);

    assertThat(lying()).containsExactly("1-new");
    assertThat(recast.castable()).isEqualTo(Map.of(PARK, 1L));
  }

  @Test
  void givesUpNothingWhenItOnlyTells() {
    put(ofTable("1-new", PARK, NOW.minus(Recast.MIN_GIVEN_UP_AGE).minusMillis(1)));
    Recast recast = recast();

    recast.tellOfGivingUp();

    assertThat(recast.taken()).isEqualTo(Map.of(PARK, 1L));
    assertThat(lying()).containsExactly("1-new");
  }

  @Test
  void refusesARecordThatNoJobWrote() {
    put(refusal("1-new", PARK, NOW, "{}", "{\"recast\":{}}"));

    assertThatIllegalStateException()
        .isThrownBy(() -> recast().tell())
        .withMessageContaining("The rejected vote at " + SHARD + "/1-new");
  }

  @Test
  void readsTheBallotWithWhatLeftItOrIsHidden() {
    Choice slander = new Choice("North", "slander");
    DYNAMODB.put(BALLOT, BallotTable.itemOf(PARK, "A park"));
    DYNAMODB.put(BALLOT, BallotTable.itemOf(POOL, new BallotEntry("A pool", Status.LEFT)));
    DYNAMODB.put(BALLOT, BallotTable.itemOf(slander, new BallotEntry("A crook", Status.HIDDEN)));

    assertThat(Recast.ballotOf(client, BALLOT)).containsExactlyInAnyOrder(PARK, POOL, slander);
  }

  /** Where the job has no ballot. */
  private Recast recast() {
    return recast(Optional.empty());
  }

  private Recast recast(Choice... ballot) {
    return recast(Optional.of(Set.of(ballot)));
  }

  private Recast recast(Optional<Set<Choice>> ballot) {
    return new Recast(client, TABLE, ballot, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private void refuse(String position, Choice choice) {
    put(refusal(position, choice, NOW));
  }

  private void refuse(String position, Choice choice, String vote, long micros) {
    refuse(position, choice, vote, micros, "change of " + vote + " at " + micros);
  }

  private void refuse(String position, Choice choice, String vote, long micros, String change) {
    String side = position.substring(position.indexOf('-') + 1);
    put(refusal(position, choice, NOW, "{}", record(side, choice, vote, micros, change)));
  }

  /** Belongs to a vote of its own. */
  private static String recordOf(String name, Choice choice) {
    return record("new", choice, name, 1);
  }

  private static String record(String side, Choice choice, String vote, long micros) {
    return record(side, choice, vote, micros, "change of " + vote + " at " + micros);
  }

  private static String record(
      String side, Choice choice, String vote, long micros, String change) {
    return """
        {"recast":{"side":"%s","region":"%s","improvement":"%s","change":"%s","vote":"%s",\
        "changedAtMicros":%d,"sequence":0,"epoch":1}}"""
        .formatted(side, choice.region, choice.improvement, change, vote, micros);
  }

  private static String inEpoch(long epoch, String record) {
    return record.replace("\"epoch\":1", "\"epoch\":" + epoch);
  }

  private static RejectedVote ofTable(String position, Choice choice, Instant arrived) {
    return new RejectedVote(
        TABLE_SHARD,
        position,
        "not admitted",
        "{}",
        arrived.toEpochMilli(),
        choice,
        recordOf(position, choice));
  }

  private static RejectedVote refusal(String position, Choice choice, Instant arrived) {
    return refusal(position, choice, arrived, "{}", recordOf(position, choice));
  }

  private static RejectedVote refusal(
      String position, Choice choice, Instant arrived, String payload, String record) {
    return new RejectedVote(
        SHARD, position, "not admitted", payload, arrived.toEpochMilli(), choice, record);
  }

  private void put(RejectedVote vote) {
    DYNAMODB.put(TABLE, RejectedVotesTable.itemOf(vote, KEPT));
  }

  private List<String> lying() {
    return client.scanPaginator(scan -> scan.tableName(TABLE)).items().stream()
        .map(item -> RejectedVotesTable.rejectedVoteOf(item).position)
        .toList();
  }
}
