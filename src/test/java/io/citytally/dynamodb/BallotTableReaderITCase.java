package io.citytally.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.vote.TallyKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class BallotTableReaderITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  @Test
  void readsTheWholeBallotAlsoWhereItTakesMoreThanOnePage() throws Exception {
    DYNAMODB.createTable("long", BallotTable.REGION, BallotTable.IMPROVEMENT);
    Set<TallyKey> choices = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      TallyKey choice = new TallyKey("North", "improvement-" + i);
      choices.add(choice);
      DYNAMODB.put("long", BallotTable.itemOf(choice, "x".repeat(100_000)));
    }

    try (BallotTableReader reader = reader("long")) {
      assertThat(reader.read()).isEqualTo(choices);
    }
  }

  @Test
  void readsThousandsOfChoicesFromOnePage() throws Exception {
    DYNAMODB.createTable("dense", BallotTable.REGION, BallotTable.IMPROVEMENT);
    Set<TallyKey> choices = new HashSet<>();
    for (int batch = 0; batch < 440; batch++) {
      List<WriteRequest> writes = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        TallyKey choice = new TallyKey("N", batch + "-" + i);
        choices.add(choice);
        writes.add(
            WriteRequest.builder()
                .putRequest(put -> put.item(BallotTable.itemOf(choice, "x")))
                .build());
      }
      DYNAMODB.client().batchWriteItem(write -> write.requestItems(Map.of("dense", writes))).join();
    }

    try (BallotTableReader reader = reader("dense")) {
      assertThat(CompletableFuture.supplyAsync(reader::read))
          .succeedsWithin(Duration.ofSeconds(30))
          .isEqualTo(choices);
    }
  }

  @Test
  void endsWhenTheTaskThatReadsIsCancelled() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BallotTableReader reader =
            new BallotTableReader(
                new DynamoDbEndpoint(
                    "eu-central-1",
                    URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                    DynamoDbEndpoint.Credentials.LOCAL),
                "ballot")) {
      Thread task = Thread.currentThread();
      CompletableFuture.runAsync(
          () -> {
            acceptFrom(silent);
            task.interrupt();
          });

      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(reader::read)
          .withCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void readsWhatIsNewOnTheBallotEachTime() throws Exception {
    DYNAMODB.createTable("changed", BallotTable.REGION, BallotTable.IMPROVEMENT);
    TallyKey park = new TallyKey("North", "park");

    try (BallotTableReader reader = reader("changed")) {
      assertThat(reader.read()).isEmpty();
      DYNAMODB.put("changed", BallotTable.itemOf(park, "A park"));
      assertThat(reader.read()).containsExactly(park);
    }
  }

  @Test
  void saysThatThereIsNoBallotAndThatStartingAgainDoesNotHelp() throws Exception {
    try (BallotTableReader reader = reader("missing")) {
      assertThatExceptionOfType(MissingBallotException.class)
          .isThrownBy(reader::read)
          .withMessageContaining("There is no table 'missing'")
          .withMessageContaining("ballot.table")
          .satisfies(
              e ->
                  assertThat(ThrowableClassifier.getThrowableType(e))
                      .isEqualTo(ThrowableType.NonRecoverableError));
    }
  }

  @Test
  void doesNotTakeSomethingElseForABallot() throws Exception {
    DYNAMODB.createTable("odd", "id");
    DYNAMODB.put("odd", Map.of("id", AttributeValue.fromS("vote")));

    try (BallotTableReader reader = reader("odd")) {
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(reader::read)
          .withRootCauseInstanceOf(MalformedItemException.class);
    }
  }

  private static void acceptFrom(ServerSocket server) {
    try {
      server.accept();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BallotTableReader reader(String table) throws Exception {
    return InstantiationUtil.clone(new BallotTableReader(DYNAMODB.endpoint(), table));
  }
}
