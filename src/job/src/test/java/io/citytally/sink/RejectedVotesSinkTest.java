package io.citytally.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.metric.Metric;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.Backlog;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import io.citytally.vote.RejectedVote;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.RunnableWithException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** A test that is held back for good fails by its time-out. */
@Timeout(60)
class RejectedVotesSinkTest {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final String TABLE = "rejected_votes";
  private static final Duration TIME_TO_LIVE = Duration.ofDays(30);
  private static final int IN_FLIGHT = 100;

  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final InMemoryConnection connection = new InMemoryConnection(table);
  private final RejectedVotesSink sink =
      new RejectedVotesSink(() -> connection, TABLE, IN_FLIGHT, TIME_TO_LIVE);
  private SinkWriterTestContext flink;
  private StatefulSinkWriter<RejectedVote, RejectedVote> writer;

  @BeforeEach
  void start() throws Exception {
    start(List.of());
  }

  @Test
  void putsEachRecordUnderItsPlaceInTheStream() throws Exception {
    RejectedVote here = new RejectedVote("shard-1", "7", "not JSON", "{", 1_000);
    RejectedVote there = new RejectedVote("shard-2", "7", "not JSON", "}", 2_000);

    write(here);
    write(there);
    assertThat(backlog()).isEqualTo(2);
    answerAll();

    assertThat(table.items(TABLE).values())
        .containsExactlyInAnyOrder(
            RejectedVotesTable.itemOf(here, TIME_TO_LIVE),
            RejectedVotesTable.itemOf(there, TIME_TO_LIVE));
    assertThat(flink.metrics().counter(Metric.REJECTED_VOTES_WRITES)).isEqualTo(2);
    assertThat(backlog()).isZero();
  }

  @Test
  void aRecordThatIsReadTwiceTakesOnePlaceAmongThoseThatWait() throws Exception {
    for (int i = 0; i < Backlog.MAX_ELEMENTS + 1; i++) {
      write(vote(1, "again"));
    }

    assertThat(backlog()).isEqualTo(1);
    assertThat(table.calls()).hasSize(1);

    answerAll();

    assertThat(table.items(TABLE)).hasSize(1);
    assertThat(backlog()).isZero();
  }

  @Test
  void holdsTheStreamBackWhenAFloodIsMoreThanDynamoDbTakes() throws Exception {
    for (int i = 0; i < Backlog.MAX_ELEMENTS; i++) {
      write(vote(i, "x"));
    }
    assertThat(table.calls()).hasSize(IN_FLIGHT);

    boolean heldBack = flink.holdsBack(() -> write(vote(-1, "x")), () -> table.next().answer());

    assertThat(heldBack).isTrue();
    assertThat(backlog()).isEqualTo(Backlog.MAX_ELEMENTS);
    answerAll();
    assertThat(table.items(TABLE)).hasSize(Backlog.MAX_ELEMENTS + 1);
    assertThat(flink.holdsBack(() -> writer.write(vote(-2, "x"), null))).isFalse();
  }

  @Test
  void holdsTheStreamBackBeforeTheLongestRecordsFillTheMemory() throws Exception {
    String longest = "x".repeat(RejectedVote.MAX_PAYLOAD_BYTES);
    int size = RejectedVotesSink.SERIALIZER.serialize(vote(10_000, longest)).length;
    int fit = Backlog.MAX_BYTES / size + 1;
    assertThat(fit).isLessThan(Backlog.MAX_ELEMENTS);
    for (int i = 0; i < fit; i++) {
      write(vote(10_000 + i, longest));
    }

    boolean heldBack = flink.holdsBack(() -> write(vote(-1, longest)), () -> table.next().answer());

    assertThat(heldBack).isTrue();
    assertThat(writer.snapshotState(1)).hasSize(fit);
    answerAll();
    assertThat(table.items(TABLE)).hasSize(fit + 1);
  }

  @Test
  void losesNoneOfAFloodWhileDynamoDbFailsAndTheJobIsRestarted() throws Exception {
    long seed = randomSeed.value();
    Random random = new Random(seed);
    Set<RejectedVote> read = new HashSet<>();
    List<RejectedVote> checkpoint = List.of();
    List<RejectedVote> sinceCheckpoint = new ArrayList<>();

    for (int step = 0; step < 3_000; step++) {
      RejectedVote vote = vote(random.nextInt(2_000), "flood");
      read.add(vote);
      sinceCheckpoint.add(vote);
      write(vote);
      if (random.nextInt(20) == 0) {
        List.copyOf(table.calls()).forEach(call -> endSomehow(call, random));
      }
      flink.passMillis(random.nextInt(50));
      if (random.nextInt(100) == 0) {
        checkpoint = snapshot();
        sinceCheckpoint.clear();
      } else if (random.nextInt(300) == 0) {
        table.calls().clear();
        start(checkpoint);
        for (RejectedVote again : sinceCheckpoint) {
          write(again);
        }
      }
    }
    while (backlog() > 0) {
      answerAll();
      flink.passMillis(10_000);
    }

    assertThat(table.items(TABLE).values())
        .as("seed %d", seed)
        .extracting(RejectedVotesTable::rejectedVoteOf)
        .containsExactlyInAnyOrderElementsOf(read);
  }

  @Test
  void takesOverMoreThanItWouldTakeAtATimeFromTheSnapshotsOfSeveral() throws Exception {
    List<RejectedVote> snapshots = new ArrayList<>();
    for (int i = 0; i < Backlog.MAX_ELEMENTS + IN_FLIGHT; i++) {
      snapshots.add(vote(i, "x"));
    }
    snapshots.add(vote(1, "x"));

    start(snapshots);
    assertThat(backlog()).isEqualTo(Backlog.MAX_ELEMENTS + IN_FLIGHT);
    flink.runMailbox();
    assertThat(table.calls()).hasSize(IN_FLIGHT);

    RunnableWithException[] reliefs = new RunnableWithException[IN_FLIGHT + 1];
    Arrays.fill(reliefs, (RunnableWithException) () -> table.next().answer());
    assertThat(flink.holdsBack(() -> write(vote(-1, "x")), reliefs)).isTrue();
    assertThat(backlog()).isLessThanOrEqualTo(Backlog.MAX_ELEMENTS);
    answerAll();

    assertThat(table.items(TABLE)).hasSize(Backlog.MAX_ELEMENTS + IN_FLIGHT + 1);
  }

  @Test
  void snapshotsWhateverARecordSays() throws Exception {
    RejectedVote strange =
        new RejectedVote("shard", "1-ff", "wrong table: \ud83d..", "\u0000é\ud83e\ude91\uffff", 5);
    write(strange);

    assertThat(snapshot()).containsExactly(strange);
  }

  @Test
  void snapshotsByWhatARefusedChoiceCanBeCastAgain() throws Exception {
    RejectedVote refused =
        new RejectedVote(
            "shard",
            "1-ff-new",
            "is not on the ballot",
            "{}",
            5,
            new Choice("Wesoła", "park"),
            "{\"recast\":{}}");
    write(refused);

    assertThat(snapshot()).containsExactly(refused);
  }

  @Test
  void refusesADamagedSnapshotWithoutTakingMemoryForIt() throws Exception {
    byte[] good = RejectedVotesSink.SERIALIZER.serialize(vote(1, "x"));

    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> RejectedVotesSink.SERIALIZER.deserialize(2, cut))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesASnapshotOfAnUnknownVersion() {
    assertThatThrownBy(() -> RejectedVotesSink.SERIALIZER.deserialize(1, new byte[0]))
        .hasMessageContaining("version 1");
  }

  @Test
  void failsWithTheTableAndPlaceWhenTheJobMayNotWrite() throws Exception {
    write(vote(1, "x"));
    table
        .next()
        .fail(
            (DynamoDbException)
                DynamoDbException.builder()
                    .statusCode(400)
                    .message("not authorized to perform: dynamodb:PutItem")
                    .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode("AccessDeniedException").build())
                    .build());

    assertThatThrownBy(() -> flink.runMailbox())
        .hasMessageContaining("table 'rejected_votes'")
        .hasMessageContaining("shard 'shard-1', position '1'")
        .hasMessageContaining("not authorized")
        .hasMessageContaining("may PutItem on it");
  }

  @Test
  void closesItsConnection() throws Exception {
    writer.close();

    assertThat(connection.isClosed()).isTrue();
  }

  private void start(List<RejectedVote> snapshot) throws Exception {
    flink = new SinkWriterTestContext();
    writer = sink.restoreWriter(flink, snapshot);
  }

  private void write(RejectedVote vote) throws Exception {
    writer.write(vote, null);
  }

  private static void endSomehow(InMemoryDynamoDb.Call<?> call, Random random) {
    switch (random.nextInt(3)) {
      case 0 -> call.answer();
      case 1 -> call.loseAnswer(refused());
      default -> call.fail(refused());
    }
  }

  private void answerAll() {
    flink.runMailbox();
    while (!table.calls().isEmpty()) {
      table.next().answer();
      flink.runMailbox();
    }
  }

  private int backlog() {
    return (int) flink.metrics().gauge(Metric.REJECTED_VOTES_OUTSTANDING);
  }

  /** Through bytes, as Flink does it. */
  private List<RejectedVote> snapshot() throws Exception {
    SimpleVersionedSerializer<RejectedVote> serializer = sink.getWriterStateSerializer();
    List<RejectedVote> snapshot = new ArrayList<>();
    for (RejectedVote vote : writer.snapshotState(1)) {
      snapshot.add(serializer.deserialize(serializer.getVersion(), serializer.serialize(vote)));
    }
    return snapshot;
  }

  private static RejectedVote vote(int position, String payload) {
    return new RejectedVote("shard-1", Integer.toString(position), "not JSON", payload, 1_000);
  }

  private static SdkClientException refused() {
    return SdkClientException.create("no connection");
  }
}
