package io.citytally.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.table.BallotTable;
import io.citytally.table.MalformedItemException;
import io.citytally.vote.Choice;
import io.citytally.vote.UnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class BallotTableReaderITCase {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  @Test
  void readsTheWholeBallotAlsoWhereItTakesMoreThanOnePage() throws Exception {
    DYNAMODB.createTable("long", BallotTable.REGION, BallotTable.IMPROVEMENT);
    Set<Choice> choices = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      Choice choice = new Choice("North", "improvement-" + i);
      choices.add(choice);
      DYNAMODB.put("long", BallotTable.itemOf(choice, "x".repeat(100_000)));
    }

    try (BallotTableReader reader = reader("long")) {
      assertThat(reader.read()).succeedsWithin(TIMEOUT).isEqualTo(choices);
    }
  }

  @Test
  void readsThousandsOfChoicesFromOnePage() throws Exception {
    DYNAMODB.createTable("dense", BallotTable.REGION, BallotTable.IMPROVEMENT);
    Set<Choice> choices = new HashSet<>();
    for (int batch = 0; batch < 440; batch++) {
      List<WriteRequest> writes = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        Choice choice = new Choice("N", batch + "-" + i);
        choices.add(choice);
        writes.add(
            WriteRequest.builder()
                .putRequest(put -> put.item(BallotTable.itemOf(choice, "x")))
                .build());
      }
      DYNAMODB.client().batchWriteItem(write -> write.requestItems(Map.of("dense", writes))).join();
    }

    try (BallotTableReader reader = reader("dense")) {
      assertThat(reader.read()).succeedsWithin(TIMEOUT).isEqualTo(choices);
    }
  }

  @Test
  void doesNotWaitForAnEndpointThatIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BallotTableReader reader = readerAt(silent.getLocalPort(), "ballot")) {
      assertThat(reader.read()).isNotDone();
    }
  }

  @Test
  void tellsThatItMayPassIfNothingListens() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }

    try (BallotTableReader reader = readerAt(port, "ballot")) {
      assertThat(reader.read())
          .failsWithin(TIMEOUT)
          .withThrowableThat()
          .withCauseInstanceOf(UnavailableException.class)
          .withMessageContaining("The ballot in table 'ballot' can't be read");
    }
  }

  @Test
  void readsWhatIsNewOnTheBallotEachTime() throws Exception {
    DYNAMODB.createTable("changed", BallotTable.REGION, BallotTable.IMPROVEMENT);
    Choice park = new Choice("North", "park");

    try (BallotTableReader reader = reader("changed")) {
      assertThat(reader.read()).succeedsWithin(TIMEOUT).isEqualTo(Set.of());
      DYNAMODB.put("changed", BallotTable.itemOf(park, "A park"));
      assertThat(reader.read()).succeedsWithin(TIMEOUT).isEqualTo(Set.of(park));
    }
  }

  @Test
  void saysThatThereIsNoBallotAndThatStartingAgainDoesNotHelp() throws Exception {
    try (BallotTableReader reader = reader("missing")) {
      assertThat(reader.read())
          .failsWithin(TIMEOUT)
          .withThrowableThat()
          .withCauseInstanceOf(MissingBallotException.class)
          .withMessageContaining("There is no table 'missing'")
          .withMessageContaining("ballot.table")
          .satisfies(
              e ->
                  assertThat(ThrowableClassifier.getThrowableType(e.getCause()))
                      .isEqualTo(ThrowableType.NonRecoverableError));
    }
  }

  @Test
  void doesNotTakeSomethingElseForABallot() throws Exception {
    DYNAMODB.createTable("odd", "id");
    DYNAMODB.put("odd", Map.of("id", AttributeValue.fromS("vote")));

    try (BallotTableReader reader = reader("odd")) {
      assertThat(reader.read())
          .failsWithin(TIMEOUT)
          .withThrowableThat()
          .withCauseInstanceOf(IllegalStateException.class)
          .havingRootCause()
          .isInstanceOf(MalformedItemException.class);
    }
  }

  private static BallotTableReader readerAt(int port, String table) {
    return new BallotTableReader(
        new DynamoDbEndpoint(
            "eu-central-1",
            URI.create("http://127.0.0.1:" + port),
            DynamoDbEndpoint.Credentials.LOCAL),
        table);
  }

  private static BallotTableReader reader(String table) throws Exception {
    return InstantiationUtil.clone(new BallotTableReader(DYNAMODB.endpoint(), table));
  }
}
