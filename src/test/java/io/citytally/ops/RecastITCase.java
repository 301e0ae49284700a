package io.citytally.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.citytally.dynamodb.BallotTable;
import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.dynamodb.RejectedVotesTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TallyKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class RecastITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final TallyKey PARK = new TallyKey("North", "park");
  private static final TallyKey POOL = new TallyKey("North", "pool");
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final Duration KEPT = Duration.ofDays(30);

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
      client.deleteItem(
          delete -> delete.tableName(TABLE).key(RejectedVotesTable.keyOf("shard", position)));
    }
  }

  @Test
  void putsEachRefusedChoiceOnTheStreamAndTakesItOutOfTheTable() {
    refuse("1-new", PARK);
    refuse("2-old", POOL);
    Recast recast = recast();

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactlyInAnyOrder("record of 1-new", "record of 2-old");
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

    assertThat(stream).containsExactly("record of 1-new");
    assertThat(lying()).containsExactlyInAnyOrder("2-new", "3-new");
    assertThat(recast.left()).isEqualTo(Map.of(POOL, 2L));
  }

  @Test
  void castsNothingAgainWhereTheBallotIsEmpty() {
    refuse("1-new", PARK);
    Recast recast = recast(new TallyKey[0]);

    recast.castAgain(stream::addAll, () -> false);

    assertThat(stream).isEmpty();
    assertThat(recast.left()).isEqualTo(Map.of(PARK, 1L));
  }

  @Test
  void leavesWhatCouldNotBeCounted() {
    put(new RejectedVote("shard", "1", "not JSON", "garbage", NOW.toEpochMilli()));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).isEmpty();
    assertThat(lying()).containsExactly("1");
  }

  @Test
  void leavesWhatHasOutlivedItsTime() {
    put(refusal("1-new", PARK, NOW.minus(KEPT)));
    put(refusal("2-new", PARK, NOW.minus(KEPT).plusSeconds(1)));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly("record of 2-new");
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

    assertThat(stream).containsExactly("record of 1-new", "record of 1-new");
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
    // So long that the table takes several pages to read, and what comes meanwhile is read, too.
    String padding = "x".repeat(3_000);
    for (int i = 0; i < 3 * Recast.BATCH; i++) {
      put(refusal(1_000_000 + i + "-new", PARK, NOW, "{}", i + padding));
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
    put(refusal("1-new", PARK, NOW, "{}", "the same"));
    put(refusal("2-new", PARK, NOW, "{}", "the same"));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsOnly("the same");
    assertThat(lying()).isEmpty();
  }

  @Test
  void castsWhatWasCastAndRefusedBefore() {
    put(refusal("1-new", PARK, NOW, "again", "again"));

    recast().castAgain(stream::addAll, () -> false);

    assertThat(stream).containsExactly("again");
    assertThat(lying()).isEmpty();
  }

  @Test
  void readsTheBallotWithWhatLeftItOrIsHidden() {
    TallyKey slander = new TallyKey("North", "slander");
    DYNAMODB.put(BALLOT, BallotTable.itemOf(PARK, "A park"));
    DYNAMODB.put(BALLOT, BallotTable.itemOf(POOL, new BallotEntry("A pool", Status.LEFT)));
    DYNAMODB.put(BALLOT, BallotTable.itemOf(slander, new BallotEntry("A crook", Status.HIDDEN)));

    assertThat(Recast.ballotOf(client, BALLOT)).containsExactlyInAnyOrder(PARK, POOL, slander);
  }

  /** Where the job has no ballot. */
  private Recast recast() {
    return recast(Optional.empty());
  }

  private Recast recast(TallyKey... ballot) {
    return recast(Optional.of(Set.of(ballot)));
  }

  private Recast recast(Optional<Set<TallyKey>> ballot) {
    return new Recast(client, TABLE, ballot, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private void refuse(String position, TallyKey choice) {
    put(refusal(position, choice, NOW));
  }

  private static RejectedVote refusal(String position, TallyKey choice, Instant arrived) {
    return refusal(position, choice, arrived, "{}", "record of " + position);
  }

  private static RejectedVote refusal(
      String position, TallyKey choice, Instant arrived, String payload, String record) {
    return new RejectedVote(
        "shard", position, "not admitted", payload, arrived.toEpochMilli(), choice, record);
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
