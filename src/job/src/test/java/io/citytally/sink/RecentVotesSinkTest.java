package io.citytally.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.metric.Metric;
import io.citytally.table.RecentVotesTable;
import io.citytally.vote.Backlog;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import io.citytally.vote.RecentVotes;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** A test that is held back for good fails by its time-out. */
@Timeout(60)
class RecentVotesSinkTest {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final String TABLE = "recent_votes";
  private static final String CITY = RecentVotes.CITY;
  private static final String NORTH = RecentVotes.listOf("North");

  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final InMemoryConnection connection = new InMemoryConnection(table);
  private final RecentVotesSink sink = new RecentVotesSink(() -> connection, TABLE, 100);
  private SinkWriterTestContext flink;
  private StatefulSinkWriter<RecentVotes, RecentVotes> writer;

  @BeforeEach
  void start() throws Exception {
    start(List.of());
  }

  @Test
  void putsAListAtOnce() throws Exception {
    write(CITY, 1);
    assertThat(((PutItemRequest) table.next().request()).tableName()).isEqualTo(TABLE);
    answerNext();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 1));
    assertThat(flink.metrics().counter(Metric.RECENT_VOTES_WRITES)).isEqualTo(1);
    assertThat(backlog()).isZero();
  }

  @Test
  void putsOnlyTheNewestOfTheListsThatCameWhileOneWasOnItsWay() throws Exception {
    write(CITY, 1);
    write(CITY, 2);
    write(CITY, 3);

    assertThat(table.calls()).hasSize(1);
    assertThat(backlog()).isEqualTo(1);
    assertThat(writer.snapshotState(1)).containsExactly(recent(CITY, 3));

    answerNext();
    assertThat(stands(CITY)).isEqualTo(recent(CITY, 1));
    assertThat(table.calls()).hasSize(1);
    answerNext();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 3));
    assertThat(table.calls()).isEmpty();
    assertThat(backlog()).isZero();
    assertThat(flink.metrics().counter(Metric.RECENT_VOTES_WRITES)).isEqualTo(2);
  }

  @Test
  void aListInTroubleDoesNotHoldUpTheOthers() throws Exception {
    write(CITY, 1);
    write(NORTH, 2);
    List<InMemoryDynamoDb.Call<?>> calls = List.copyOf(table.calls());
    calls.get(0).fail(refused());
    calls.get(1).answer();
    flink.runMailbox();

    assertThat(stands(NORTH)).isEqualTo(recent(NORTH, 2));
    assertThat(writer.snapshotState(1)).containsExactly(recent(CITY, 1));
  }

  @Test
  void putsTheNewestListAfterAnOutageAndNeverTheOlderOnes() throws Exception {
    write(CITY, 1);
    for (int version = 2; version < 60; version++) {
      failAll();
      write(CITY, version);
      flink.passMillis(10_000);
    }
    answerNext();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 59));
    assertThat(table.calls()).isEmpty();
    assertThat(backlog()).isZero();
  }

  @Test
  void putsAgainWhatMayHaveTakenEffect() throws Exception {
    write(CITY, 1);
    table.next().loseAnswer(ApiCallTimeoutException.create(20_000));
    flink.runMailbox();
    assertThat(writer.snapshotState(1)).containsExactly(recent(CITY, 1));
    flink.passMillis(100);
    answerNext();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 1));
    assertThat(backlog()).isZero();
  }

  @Test
  void putsWhatWasOutstandingInASnapshot() throws Exception {
    write(CITY, 1);
    write(NORTH, 2);
    write(NORTH, 3);
    writer.flush(false);
    List<RecentVotes> snapshot = snapshot();
    table.calls().clear();

    start(snapshot);
    assertThat(writer.snapshotState(2))
        .containsExactlyInAnyOrder(recent(CITY, 1), recent(NORTH, 3));
    flink.runMailbox();
    answerAll();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 1));
    assertThat(stands(NORTH)).isEqualTo(recent(NORTH, 3));
    assertThat(backlog()).isZero();
  }

  @Test
  void aListOfASnapshotGivesWayToANewerOneThatComesBeforeItIsPut() throws Exception {
    write(CITY, 1);
    List<RecentVotes> snapshot = snapshot();
    table.calls().clear();

    start(snapshot);
    writer.write(recent(CITY, 2), null);
    flink.runMailbox();
    answerNext();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 2));
    assertThat(table.calls()).isEmpty();
  }

  @Test
  void aListOfASnapshotThatIsOnItsWayIsFollowedByTheNewerOne() throws Exception {
    write(CITY, 1);
    List<RecentVotes> snapshot = snapshot();
    table.calls().clear();

    start(snapshot);
    flink.runMailbox();
    write(CITY, 2);
    assertThat(table.calls()).hasSize(1);
    failAll();
    write(CITY, 3);
    flink.passMillis(100);
    answerAll();

    assertThat(stands(CITY)).isEqualTo(recent(CITY, 3));
  }

  @Test
  void holdsTheStreamBackWhileTheListsOfEverNewListsAreTooManyBytes() throws Exception {
    RecentVotes.Vote[] long100 = new RecentVotes.Vote[100];
    for (int i = 0; i < long100.length; i++) {
      long100[i] = new RecentVotes.Vote(new Choice("ą".repeat(256), "ż".repeat(256)), i);
    }
    int size = RecentVotesSink.SERIALIZER.serialize(new RecentVotes("region:000", long100)).length;
    int fit = Backlog.MAX_BYTES / size + 1;
    assertThat(fit).isLessThan(Backlog.MAX_ELEMENTS);
    for (int i = 0; i < fit; i++) {
      writer.write(new RecentVotes(String.format("region:%03d", i), long100), null);
    }

    boolean heldBack =
        flink.holdsBack(
            () -> writer.write(new RecentVotes("region:999", long100), null),
            () -> table.next().answer());

    assertThat(heldBack).isTrue();
    assertThat(backlog()).isEqualTo(fit);
  }

  @Test
  void aListThatGrowsCountsWithItsNewSize() throws Exception {
    write(CITY, 1);
    writer.write(ofBytes(CITY, Backlog.MAX_BYTES), null);

    boolean heldBack =
        flink.holdsBack(
            () -> writer.write(recent(NORTH, 1), null),
            () -> table.next().answer(),
            () -> table.next().answer());

    assertThat(heldBack).isTrue();
    answerAll();
    assertThat(flink.holdsBack(() -> writer.write(recent(CITY, 1), null))).isFalse();
  }

  @Test
  void aListThatIsReplacedManyTimesCountsOnce() throws Exception {
    RecentVotes quarter = ofBytes(CITY, Backlog.MAX_BYTES / 4);
    for (int i = 0; i < 5; i++) {
      writer.write(quarter, null);
    }

    assertThat(flink.holdsBack(() -> writer.write(quarter, null))).isFalse();
  }

  @Test
  void whateverFailsTheListsOfAFeedTakeEffectInTheirOrder() throws Exception {
    long seed = randomSeed.value();
    Random random = new Random(seed);
    List<String> lists = List.of(CITY, NORTH, RecentVotes.listOf("South"));
    int[] written = new int[lists.size()];
    int[] standing = new int[lists.size()];

    for (int step = 0; step < 5_000; step++) {
      int list = random.nextInt(lists.size());
      switch (random.nextInt(6)) {
        case 0, 1 -> write(lists.get(list), ++written[list]);
        case 2 -> anyCall(random).ifPresent(InMemoryDynamoDb.Call::answer);
        case 3 -> anyCall(random).ifPresent(call -> call.fail(refused()));
        case 4 -> anyCall(random).ifPresent(call -> call.loseAnswer(refused()));
        default -> flink.passMillis(random.nextInt(3_000));
      }
      flink.runMailbox();
      for (int i = 0; i < standing.length; i++) {
        int now = version(lists.get(i));
        assertThat(now).as("seed %d", seed).isGreaterThanOrEqualTo(standing[i]);
        standing[i] = now;
      }
      assertThat(table.calls())
          .as("seed %d", seed)
          .extracting(call -> ((PutItemRequest) call.request()).item().get(RecentVotesTable.FEED))
          .doesNotHaveDuplicates();
    }
    for (int round = 0; round < 3; round++) {
      answerAll();
      flink.passMillis(10_000);
    }
    answerAll();

    for (int i = 0; i < standing.length; i++) {
      assertThat(version(lists.get(i))).as("seed %d", seed).isEqualTo(written[i]);
    }
  }

  @Test
  void failsWithTheTableAndListWhenTryingAgainCannotHelp() throws Exception {
    write(NORTH, 1);
    table.next().fail(ResourceNotFoundException.builder().message("no table").build());

    assertThatThrownBy(() -> flink.runMailbox())
        .hasMessageContaining("table 'recent_votes'")
        .hasMessageContaining("list 'region:North'")
        .hasMessageContaining("no table")
        .hasMessageContaining("may PutItem on it")
        .hasCauseInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void hasPutAllAtTheEndOfItsInput() throws Exception {
    write(CITY, 1);
    write(CITY, 2);

    boolean waited =
        flink.holdsBack(
            () -> writer.flush(true), () -> table.next().answer(), () -> table.next().answer());

    assertThat(waited).isTrue();
    assertThat(stands(CITY)).isEqualTo(recent(CITY, 2));
  }

  @Test
  void closesItsConnection() throws Exception {
    writer.close();

    assertThat(connection.isClosed()).isTrue();
  }

  private void start(List<RecentVotes> snapshot) throws Exception {
    flink = new SinkWriterTestContext();
    writer = sink.restoreWriter(flink, snapshot);
  }

  private void write(String list, int version) throws Exception {
    writer.write(recent(list, version), null);
    flink.runMailbox();
  }

  private void answerNext() {
    table.next().answer();
    flink.runMailbox();
  }

  private void answerAll() {
    while (!table.calls().isEmpty()) {
      answerNext();
    }
  }

  private void failAll() {
    List.copyOf(table.calls()).forEach(call -> call.fail(refused()));
    flink.runMailbox();
  }

  private Optional<InMemoryDynamoDb.Call<?>> anyCall(Random random) {
    if (table.calls().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(table.calls().get(random.nextInt(table.calls().size())));
  }

  private int backlog() {
    return (int) flink.metrics().gauge(Metric.RECENT_VOTES_OUTSTANDING);
  }

  /** Through bytes, as Flink does it. */
  private List<RecentVotes> snapshot() throws Exception {
    SimpleVersionedSerializer<RecentVotes> serializer = sink.getWriterStateSerializer();
    List<RecentVotes> snapshot = new ArrayList<>();
    for (RecentVotes recent : writer.snapshotState(1)) {
      snapshot.add(serializer.deserialize(serializer.getVersion(), serializer.serialize(recent)));
    }
    return snapshot;
  }

  private RecentVotes stands(String list) {
    return RecentVotesTable.recentVotesOf(table.items(TABLE).get(RecentVotesTable.keyOf(list)));
  }

  private int version(String list) {
    return table.items(TABLE).containsKey(RecentVotesTable.keyOf(list))
        ? (int) TimeUnit.MILLISECONDS.toMinutes(stands(list).votes[0].castAtMillis)
        : 0;
  }

  private static RecentVotes recent(String list, int version) {
    return new RecentVotes(
        list,
        new RecentVotes.Vote(new Choice("North", "A bench"), TimeUnit.MINUTES.toMillis(version)));
  }

  /** A list of at least so many bytes. */
  private static RecentVotes ofBytes(String list, int bytes) {
    RecentVotes.Vote[] votes = new RecentVotes.Vote[bytes / 1_000 + 1];
    for (int i = 0; i < votes.length; i++) {
      votes[i] = new RecentVotes.Vote(new Choice("r".repeat(500), "i".repeat(500)), i);
    }
    return new RecentVotes(list, votes);
  }

  private static SdkClientException refused() {
    return SdkClientException.create("no connection", new ConnectException("refused"));
  }
}
