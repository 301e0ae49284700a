package io.citytally.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.metric.Metric;
import io.citytally.table.CounterState;
import io.citytally.table.MalformedItemException;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Backlog;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.Tally;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

class TallySinkWriterTest {

  private static final String TABLE = "total_votes";

  private static final Choice BRIDGE = new Choice("Centre", "A bridge");
  private static final Choice TREES = new Choice("Centre", "Trees");
  private static final Choice BENCH = new Choice("North", "A bench");

  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final InMemoryConnection connection = new InMemoryConnection(table);
  private SinkWriterTestContext flink;
  private TallySinkWriter writer;

  @BeforeEach
  void start() throws Exception {
    start(List.of());
  }

  @Test
  void writesATallyAtOnce() throws Exception {
    write(BRIDGE, 3, 1);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(2);
    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(1, 3, 1));
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isEqualTo(1);
    assertThat(flink.metrics().counter(Metric.WRITES_SKIPPED)).isZero();
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isZero();
    assertThat(flink.metrics().gauge(Metric.CHANGES_PER_WRITE)).isEqualTo(4.0);
    assertThat(outstanding()).isEmpty();
  }

  @Test
  void writesTheBallotsOfARegionToATableOfTheirOwn() throws Exception {
    writer = new TallySinkWriter(flink, List.of(), connection, "turnout", 100, Metric.TALLY_WRITES);

    write(Choice.turnoutOf("Centre"), 3, 1);
    answerNext();
    write(Choice.turnoutOf("Centre"), 4, 1);
    answerNext();

    Map<String, AttributeValue> item = table.items("turnout").get(TurnoutTable.keyOf("Centre"));
    assertThat(TurnoutTable.ballotsOf(item)).isEqualTo(3);
    assertThat(TotalVotesTable.stateOf(item)).isEqualTo(CounterState.at(1, 4, 1));
  }

  @Test
  void showsWhatWaitsOfTheHistoryApart() throws Exception {
    flink = new SinkWriterTestContext();
    writer =
        new TallySinkWriter(
            flink, List.of(), connection, "vote_history", 100, Metric.HISTORY_WRITES);

    write(HistoryKey.ofCity(HistoryKey.VOTES, HistoryKey.UNDATED_TIME), 3, 1);
    assertThat(flink.metrics().gauge(Metric.HISTORY_OUTSTANDING)).isEqualTo(1);
    answerNext();

    assertThat(flink.metrics().gauge(Metric.HISTORY_OUTSTANDING)).isZero();
    assertThat(flink.metrics().counter(Metric.HISTORY_WRITES)).isEqualTo(1);
  }

  @Test
  void addsToTheTotalOfAnItemThatTheOldLambdaWrote() throws Exception {
    put(BRIDGE, Map.of("total_votes", AttributeValue.fromN("1000")));

    write(BRIDGE, 3, 1);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(1002);
  }

  @Test
  void goesOnFromWhatItWroteLastWithoutAConflict() throws Exception {
    write(BRIDGE, 3, 0);
    answerNext();
    write(BRIDGE, 5, 1);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(4);
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isEqualTo(2);
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isZero();
    assertThat(flink.metrics().gauge(Metric.CHANGES_PER_WRITE)).isEqualTo(3.0);
  }

  @Test
  void writesNothingForATallyThatTheItemHasTakenIn() throws Exception {
    write(BRIDGE, 3, 0);
    answerNext();
    write(BRIDGE, 2, 0);

    assertThat(table.calls()).isEmpty();
    assertThat(outstanding()).isEmpty();
    assertThat(flink.metrics().counter(Metric.WRITES_SKIPPED)).isEqualTo(1);
  }

  @Test
  void learnsWhereAnItemStandsFromAFailedCondition() throws Exception {
    put(BRIDGE, item(70, 1, 100, 30));

    write(BRIDGE, 103, 31);
    answerNext();
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(72);
    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(1, 103, 31));
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isEqualTo(1);
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isEqualTo(1);
  }

  @Test
  void addsNothingAfterARestartThatIsBehindTheTable() throws Exception {
    put(BRIDGE, item(70, 1, 100, 30));

    write(BRIDGE, 90, 30);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(70);
    assertThat(table.calls()).isEmpty();
    assertThat(outstanding()).isEmpty();
    assertThat(flink.metrics().counter(Metric.WRITES_SKIPPED)).isEqualTo(1);
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isZero();
  }

  @Test
  void aChoiceIsAheadUntilItsTallyReachesTheItem() throws Exception {
    put(BRIDGE, item(70, 1, 100, 30));
    put(TREES, item(5, 1, 5, 0));

    write(BRIDGE, 90, 30);
    write(TREES, 1, 0);
    answerAll();
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isEqualTo(2);
    write(BRIDGE, 99, 30);
    write(TREES, 5, 0);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isEqualTo(1);
    write(BRIDGE, 100, 30);

    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isZero();
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isZero();
  }

  @Test
  void aChoiceOfWhichTheItemLacksOnlyWhatCameIsAheadByWhatWent() throws Exception {
    put(BRIDGE, item(70, 1, 100, 30));

    write(BRIDGE, 103, 29);
    answerAll();
    assertThat(total(BRIDGE)).isEqualTo(73);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isEqualTo(1);
    write(BRIDGE, 103, 31);
    answerAll();

    assertThat(total(BRIDGE)).isEqualTo(72);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isZero();
  }

  @Test
  void noChoiceIsAheadOfAJobThatTakesItOverOrWentOnFromIt() throws Exception {
    put(BRIDGE, Map.of("total_votes", AttributeValue.fromN("1000")));
    put(TREES, item(70, 1, 100, 30));
    put(BENCH, item(5, 1, 5, 0));

    write(BRIDGE, 3, 1);
    write(BENCH, 6, 0);
    answerAll();
    write(new Tally(TREES, 2, 1, 0));
    answerNext();
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isEqualTo(2);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isZero();
    answerAll();

    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isEqualTo(3);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isZero();
  }

  /** With another parallelism, the next tally of what this writer restored goes to another one. */
  @Test
  void noChoiceIsAheadOfATallyThatOnlyTheSnapshotHas() throws Exception {
    put(BRIDGE, item(70, 1, 100, 30));
    start(List.of(new Tally(BRIDGE, 1, 90, 30)));
    flink.runMailbox();
    answerAll();

    assertThat(outstanding()).isEmpty();
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isZero();

    write(BRIDGE, 91, 30);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isEqualTo(1);
  }

  @Test
  void countsNoMoreChoicesAsAheadThanItHasRoomFor() throws Exception {
    table.answerAtOnce(true);
    for (int i = 0; i <= TallySinkWriter.MAX_CACHED; i++) {
      put(key(i), item(2, 1, 2, 0));
      write(key(i), 1, 0);
    }

    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isEqualTo(TallySinkWriter.MAX_CACHED);
  }

  @Test
  void writesAnItemAnewThatWasDeletedBeneathIt() throws Exception {
    write(BRIDGE, 3, 0);
    answerNext();
    table.items(TABLE).clear();
    write(BRIDGE, 5, 1);
    answerNext();
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(4);
  }

  @Test
  void countsOnceThoughTheAnswerOfTheWriteIsLost() throws Exception {
    write(BRIDGE, 3, 1);
    table.next().loseAnswer(ApiCallTimeoutException.create(20_000));
    flink.runMailbox();

    assertThat(outstanding()).containsExactly(new Tally(BRIDGE, 1, 3, 1));

    flink.passMillis(100);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(2);
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isEqualTo(1);
    assertThat(outstanding()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("passingFailures")
  void triesAgainAfterAFailureThatMayPass(RuntimeException failure) throws Exception {
    write(BRIDGE, 3, 1);
    failNext(failure);
    flink.passMillis(99);

    assertThat(table.calls()).isEmpty();

    flink.passMillis(1);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(2);
    assertThat(outstanding()).isEmpty();
  }

  static List<RuntimeException> passingFailures() {
    return List.of(
        (RuntimeException)
            ProvisionedThroughputExceededException.builder()
                .statusCode(400)
                .awsErrorDetails(
                    AwsErrorDetails.builder()
                        .errorCode("ProvisionedThroughputExceededException")
                        .build())
                .build(),
        (RuntimeException)
            DynamoDbException.builder()
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("ThrottlingException").build())
                .build(),
        (RuntimeException)
            DynamoDbException.builder()
                .statusCode(400)
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode("RequestTimeTooSkewed").build())
                .build(),
        (RuntimeException) InternalServerErrorException.builder().statusCode(500).build(),
        (RuntimeException) TransactionConflictException.builder().statusCode(400).build(),
        ApiCallTimeoutException.create(20_000),
        SdkClientException.create("no connection", new ConnectException("refused")));
  }

  @Test
  void waitsLongerAfterEachFailureUpToTenSeconds() throws Exception {
    write(BRIDGE, 3, 1);

    for (long pause : List.of(100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000)) {
      failNext(SdkClientException.create("no connection"));
      flink.passMillis(pause - 1);
      assertThat(table.calls()).isEmpty();
      flink.passMillis(1);
      assertThat(table.calls()).hasSize(1);
    }

    write(BRIDGE, 4, 1);
    answerNext();
    failNext(SdkClientException.create("no connection"));
    flink.passMillis(100);

    assertThat(table.calls()).as("after a success it begins with a short pause").hasSize(1);
  }

  @Test
  void writesWhatCameMeanwhileWhenItTriesAgain() throws Exception {
    write(BRIDGE, 3, 0);
    failNext(SdkClientException.create("no connection"));
    write(BRIDGE, 4, 0);
    write(BRIDGE, 6, 1);
    flink.passMillis(100);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(5);
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isEqualTo(1);
    assertThat(flink.metrics().counter(Metric.WRITES_SKIPPED)).isEqualTo(2);
  }

  @Test
  void hasOneRequestOnItsWayForEachKey() throws Exception {
    write(BRIDGE, 3, 0);
    write(BRIDGE, 4, 0);
    write(BRIDGE, 4, 1);

    assertThat(table.calls()).hasSize(1);
    assertThat(outstanding()).containsExactly(new Tally(BRIDGE, 1, 4, 1));

    answerNext();

    assertThat(table.calls()).hasSize(1);
    assertThat(total(BRIDGE)).isEqualTo(3);
    assertThat(outstanding()).containsExactly(new Tally(BRIDGE, 1, 4, 1));

    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(3);
    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(1, 4, 1));
    assertThat(outstanding()).isEmpty();
    assertThat(flink.metrics().counter(Metric.TALLY_WRITES)).isEqualTo(2);
    assertThat(flink.metrics().counter(Metric.WRITES_SKIPPED)).isEqualTo(1);
  }

  @Test
  void keepsKeysApartWhenAnswersComeOutOfOrder() throws Exception {
    write(BRIDGE, 1, 0);
    answerNext();
    write(BRIDGE, 2, 0);
    write(TREES, 7, 0);
    write(BENCH, 9, 2);
    List<InMemoryDynamoDb.Call<?>> calls = List.copyOf(table.calls());

    calls.get(2).answer();
    calls.get(0).fail(SdkClientException.create("no connection"));
    calls.get(1).answer();
    flink.runMailbox();

    assertThat(outstanding()).containsExactly(new Tally(BRIDGE, 1, 2, 0));

    flink.passMillis(100);
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(2);
    assertThat(total(TREES)).isEqualTo(7);
    assertThat(total(BENCH)).isEqualTo(7);
    assertThat(outstanding()).isEmpty();
  }

  @Test
  void writesNoMoreItemsAtATimeThanItMay() throws Exception {
    start(List.of(), 2);
    table.answerAtOnce(true);
    for (int i = 0; i < 5; i++) {
      write(key(i), 1, 0);
    }
    table.answerAtOnce(false);

    for (int i = 10; i < 20; i++) {
      write(key(i), 1, 0);
      write(key(i), 2, 0);
    }

    assertThat(table.calls()).hasSize(2);
    assertThat(outstanding()).hasSize(10);

    int requests = table.requests();
    while (!table.calls().isEmpty()) {
      assertThat(table.calls()).hasSizeLessThanOrEqualTo(2);
      answerNext();
    }

    assertThat(outstanding()).isEmpty();
    assertThat(total(key(19))).isEqualTo(2);
    assertThat(table.requests() - requests)
        .as("a second request for the two that were on their way, one for those in the buffer")
        .isEqualTo(10);
  }

  @Test
  void holdsTheStreamBackWhileDynamoDbIsAwayAndEverNewKeysCome() throws Exception {
    for (int i = 0; i < Backlog.MAX_ELEMENTS; i++) {
      writer.write(new Tally(key(i), 1, 1, 0), null);
    }
    List.copyOf(table.calls())
        .forEach(call -> call.fail(SdkClientException.create("no connection")));
    flink.runMailbox();
    assertThat(outstanding()).hasSize(Backlog.MAX_ELEMENTS);

    table.answerAtOnce(true);
    boolean heldBack =
        flink.holdsBack(
            () -> writer.write(new Tally(BRIDGE, 1, 1, 0), null), () -> flink.passMillis(100));

    assertThat(heldBack).isTrue();
    flink.runMailbox();
    assertThat(outstanding()).isEmpty();
    assertThat(table.items(TABLE)).hasSize(Backlog.MAX_ELEMENTS + 1);
  }

  @Test
  void snapshotsWhatIsOnItsWayWithoutWaitingForIt() throws Exception {
    write(BRIDGE, 3, 0);
    write(TREES, 2, 1);
    write(BRIDGE, 5, 0);

    writer.flush(false);

    assertThat(outstanding())
        .containsExactlyInAnyOrder(new Tally(BRIDGE, 1, 5, 0), new Tally(TREES, 1, 2, 1));
  }

  @Test
  void writesTheTalliesOfASnapshotAfterARestart() throws Exception {
    write(BRIDGE, 3, 0);
    write(TREES, 2, 1);
    List<Tally> snapshot = snapshot();
    answerNext();

    start(snapshot);
    assertThat(outstanding())
        .containsExactlyInAnyOrder(new Tally(BRIDGE, 1, 3, 0), new Tally(TREES, 1, 2, 1));
    flink.runMailbox();
    answerAll();

    assertThat(total(BRIDGE)).isEqualTo(3);
    assertThat(total(TREES)).isEqualTo(1);
    assertThat(outstanding()).isEmpty();
  }

  @Test
  void mergesTheSnapshotsOfSeveralWriters() throws Exception {
    write(BRIDGE, 3, 0);
    List<Tally> both = new ArrayList<>(snapshot());
    start(List.of());
    write(BRIDGE, 2, 1);
    both.addAll(snapshot());
    table.calls().clear();
    int requests = table.requests();

    start(both);
    flink.runMailbox();
    answerNext();

    assertThat(table.calls()).isEmpty();
    assertThat(table.requests() - requests).isEqualTo(1);
    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(1, 3, 1));
    assertThat(total(BRIDGE)).isEqualTo(2);
  }

  @Test
  void writesTheTalliesOfASnapshotUnderTheEpochInWhichTheyWereCounted() throws Exception {
    put(BRIDGE, item(70, 2, 100, 30));
    write(new Tally(BRIDGE, 2, 104, 30));
    List<Tally> snapshot = snapshot();
    table.calls().clear();

    start(snapshot);
    assertThat(outstanding()).containsExactly(new Tally(BRIDGE, 2, 104, 30));
    write(new Tally(TREES, 3, 5, 0));
    answerAll();

    assertThat(total(BRIDGE)).isEqualTo(74);
    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(2, 104, 30));
    assertThat(state(TREES)).isEqualTo(CounterState.at(3, 5, 0));
  }

  @Test
  void stopsRatherThanAddsATallyOfASnapshotFromBeforeTheEpochOfTheTable() throws Exception {
    write(new Tally(BRIDGE, 2, 104, 30));
    List<Tally> snapshot = snapshot();
    table.calls().clear();
    put(BRIDGE, item(70, 3, 100, 30));

    start(snapshot);
    flink.runMailbox();
    table.next().answer();

    assertThatThrownBy(() -> flink.runMailbox())
        .isInstanceOf(OutdatedEpochException.class)
        .hasMessageContaining("counts in epoch 2")
        .hasMessageContaining("written with epoch 3");
    assertThat(total(BRIDGE)).isEqualTo(70);
  }

  @Test
  void doesNotMergeTalliesOfTwoEpochs() throws Exception {
    write(new Tally(BRIDGE, 1, 100, 0));

    assertThatThrownBy(() -> write(new Tally(BRIDGE, 2, 1, 0)))
        .hasMessageContaining("tallies of two epochs");
  }

  @Test
  void takesInAnAnswerThatComesAfterTheSavepointThatItsJobStopsWith() throws Exception {
    write(BRIDGE, 3, 0);
    table.next().answer();

    flink.endTask();

    assertThat(outstanding()).isEmpty();
    assertThat(total(BRIDGE)).isEqualTo(3);
  }

  @Test
  void hasWrittenAllAtTheEndOfItsInput() throws Exception {
    write(BRIDGE, 3, 0);
    List.copyOf(table.calls())
        .get(0)
        .loseAnswer(InternalServerErrorException.builder().statusCode(500).build());
    List<Tally> snapshot = snapshot();
    table.answerAtOnce(true);

    start(snapshot);
    writer.flush(true);

    assertThat(outstanding()).isEmpty();
    assertThat(total(BRIDGE)).isEqualTo(3);
  }

  @Test
  void twoWritersAtOnceConverge() throws Exception {
    TallySinkWriter first = writer;
    SinkWriterTestContext firstFlink = flink;
    start(List.of());
    first.write(new Tally(BRIDGE, 1, 5, 1), null);
    writer.write(new Tally(BRIDGE, 1, 7, 0), null);

    while (!table.calls().isEmpty()) {
      table.next().answer();
      firstFlink.runMailbox();
      flink.runMailbox();
    }

    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(1, 7, 1));
    assertThat(total(BRIDGE)).isEqualTo(6);
  }

  @Test
  void stopsForGoodWhenANewerEpochHasWrittenTheItem() throws Exception {
    put(BRIDGE, item(70, 2, 100, 30));
    write(BRIDGE, 500, 0);
    table.next().answer();

    assertThatThrownBy(() -> flink.runMailbox())
        .isInstanceOf(OutdatedEpochException.class)
        .hasMessageContaining("counts in epoch 1")
        .hasMessageContaining("written with epoch 2")
        .hasMessageContaining("region 'Centre', improvement 'A bridge'")
        .hasMessageContaining("epoch 3 or greater")
        .satisfies(
            e ->
                assertThat(
                        ThrowableClassifier.findThrowableOfThrowableType(
                            new RuntimeException(e), ThrowableType.NonRecoverableError))
                    .isPresent());
    assertThat(total(BRIDGE)).isEqualTo(70);
  }

  @Test
  void takesOverFromAnOlderEpoch() throws Exception {
    put(BRIDGE, item(70, 2, 100, 30));

    write(new Tally(BRIDGE, 3, 5, 1));
    answerNext();
    answerNext();

    assertThat(total(BRIDGE)).isEqualTo(74);
    assertThat(state(BRIDGE)).isEqualTo(CounterState.at(3, 5, 1));
  }

  @Test
  void failsWithTheTableAndKeyWhenTryingAgainCannotHelp() throws Exception {
    write(BRIDGE, 3, 0);
    table.next().fail(ResourceNotFoundException.builder().message("no table").build());

    assertThatThrownBy(() -> flink.runMailbox())
        .hasMessageContaining("table 'total_votes'")
        .hasMessageContaining("region 'Centre', improvement 'A bridge'")
        .hasMessageContaining("no table")
        .hasMessageContaining("may UpdateItem on it")
        .hasCauseInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void failsOnWhatIsNoAnswerOfDynamoDbAtAll() throws Exception {
    write(BRIDGE, 3, 0);
    table.next().fail(new IllegalArgumentException("a mistake in the code"));

    assertThatThrownBy(() -> flink.runMailbox()).hasMessageContaining("a mistake in the code");
  }

  @Test
  void countsWhatItSentAndWhatFailed() throws Exception {
    write(BRIDGE, 3, 1);
    failNext(SdkClientException.create("no connection"));
    flink.passMillis(100);
    answerNext();

    assertThat(flink.metricGroup().getNumRecordsSendCounter().getCount()).isEqualTo(1);
    assertThat(flink.metricGroup().getNumRecordsSendErrorsCounter().getCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ValidationException", "AccessDeniedException", "UnrecognizedClientException"})
  void failsWhenDynamoDbWillNeverTakeTheRequest(String errorCode) throws Exception {
    write(BRIDGE, 3, 0);
    table
        .next()
        .fail(
            (DynamoDbException)
                DynamoDbException.builder()
                    .statusCode(400)
                    .message("refused")
                    .awsErrorDetails(AwsErrorDetails.builder().errorCode(errorCode).build())
                    .build());

    assertThatThrownBy(() -> flink.runMailbox()).hasMessageContaining("refused");
  }

  @Test
  void failsOnAnItemThatSomeoneElseBroke() throws Exception {
    put(BRIDGE, Map.of("epoch", AttributeValue.fromN("1"), "added", AttributeValue.fromS("x")));
    write(BRIDGE, 3, 0);
    table.next().answer();

    assertThatThrownBy(() -> flink.runMailbox())
        .isInstanceOf(MalformedItemException.class)
        .hasMessageContaining("'added' should be a number")
        .hasMessageContaining("A bridge");
  }

  @Test
  void failsRatherThanGoesRoundWhenTheItemIsNotReturned() throws Exception {
    write(BRIDGE, 3, 0);
    table.next().fail(ConditionalCheckFailedException.builder().message("failed").build());

    assertThatThrownBy(() -> flink.runMailbox())
        .hasMessageContaining("ReturnValuesOnConditionCheckFailure");
  }

  @Test
  void staysExactWhenItHasForgottenWhereItemsStand() throws Exception {
    table.answerAtOnce(true);
    put(BENCH, item(5, 1, 5, 0));
    write(BENCH, 1, 0);
    write(BRIDGE, 1, 0);
    for (int i = 0; i < TallySinkWriter.MAX_CACHED; i++) {
      write(key(i), 1, 0);
    }

    write(key(1), 2, 0);
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isEqualTo(1);
    write(BRIDGE, 2, 0);
    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isEqualTo(2);
    assertThat(total(BRIDGE)).isEqualTo(2);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isEqualTo(1);
    write(BENCH, 6, 0);

    assertThat(flink.metrics().counter(Metric.CONDITIONAL_CONFLICTS)).isEqualTo(3);
    assertThat(total(BENCH)).isEqualTo(6);
    assertThat(flink.metrics().gauge(Metric.CHOICES_AHEAD)).isZero();
  }

  @Test
  void closesItsConnection() {
    writer.close();

    assertThat(connection.isClosed()).isTrue();
  }

  @Test
  void refusesASnapshotOfAnUnknownVersion() {
    assertThatThrownBy(() -> TallySink.SERIALIZER.deserialize(1, new byte[0]))
        .hasMessageContaining("version 1");
  }

  @Test
  void refusesADamagedSnapshot() throws Exception {
    byte[] negative =
        TallySink.SERIALIZER.serialize(new Tally(new Choice("Wesoła", "park"), 1, 2, 0));
    // The number of those removed is what stands last.
    negative[negative.length - Long.BYTES] = -1;

    assertThatThrownBy(() -> TallySink.SERIALIZER.deserialize(2, negative))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
  }

  private void start(List<Tally> states) throws Exception {
    start(states, 100);
  }

  private void start(List<Tally> states, int maxInFlightRequests) throws Exception {
    flink = new SinkWriterTestContext();
    writer =
        new TallySinkWriter(
            flink, states, connection, TABLE, maxInFlightRequests, Metric.TALLY_WRITES);
  }

  private void write(Choice key, long added, long removed) throws Exception {
    write(new Tally(key, 1, added, removed));
  }

  private void write(Tally tally) throws Exception {
    writer.write(tally, null);
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

  private void failNext(RuntimeException failure) {
    table.next().fail(failure);
    flink.runMailbox();
  }

  private List<Tally> outstanding() {
    return writer.snapshotState(1);
  }

  /** Through bytes, as Flink does it. */
  private List<Tally> snapshot() throws Exception {
    SimpleVersionedSerializer<Tally> serializer = TallySink.SERIALIZER;
    List<Tally> snapshot = new ArrayList<>();
    for (Tally tally : outstanding()) {
      snapshot.add(serializer.deserialize(serializer.getVersion(), serializer.serialize(tally)));
    }
    return snapshot;
  }

  private void put(Choice key, Map<String, AttributeValue> item) {
    Map<String, AttributeValue> whole = new HashMap<>(TotalVotesTable.keyOf(key));
    whole.putAll(item);
    table.items(TABLE).put(TotalVotesTable.keyOf(key), whole);
  }

  private static Map<String, AttributeValue> item(
      long total, long epoch, long added, long removed) {
    return Map.of(
        "total_votes", AttributeValue.fromN(Long.toString(total)),
        "epoch", AttributeValue.fromN(Long.toString(epoch)),
        "added", AttributeValue.fromN(Long.toString(added)),
        "removed", AttributeValue.fromN(Long.toString(removed)));
  }

  private long total(Choice key) {
    return TotalVotesTable.totalVotesOf(table.items(TABLE).get(TotalVotesTable.keyOf(key)));
  }

  private CounterState state(Choice key) {
    return TotalVotesTable.stateOf(table.items(TABLE).get(TotalVotesTable.keyOf(key)));
  }

  private static Choice key(int number) {
    return new Choice("Region", "Improvement " + number);
  }
}
