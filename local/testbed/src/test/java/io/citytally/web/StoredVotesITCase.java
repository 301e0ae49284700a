package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.election.Election;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.faults.WriteFault;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StoredVotesITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final Optional<Vote> NONE = Optional.empty();
  private static final Optional<Vote> PARK = Vote.of("Wesoła", List.of("park"));
  private static final Optional<Vote> BOTH = Vote.of("Wesoła", List.of("pool", "park"));

  private static DynamoDbClient client;
  private static StoredVotes votes;

  @BeforeAll
  static void createTable() {
    DYNAMODB.createTable("ballots", VotesTable.ID);
    client = DYNAMODB.blockingClient();
    votes = new StoredVotes(client, "ballots");
  }

  @AfterAll
  static void close() {
    client.close();
  }

  private static Map<String, AttributeValue> item(String id) {
    return DYNAMODB.get("ballots", VotesTable.keyOf(id));
  }

  @Test
  void castsChangesAndWithdrawsAVote() {
    assertThat(votes.replace("a", NONE, PARK)).isEqualTo(PARK);
    assertThat(item("a")).isEqualTo(VotesTable.itemOf("a", "Wesoła", List.of("park")));

    assertThat(votes.replace("a", PARK, BOTH)).isEqualTo(BOTH);
    assertThat(item("a")).isEqualTo(VotesTable.itemOf("a", "Wesoła", List.of("park", "pool")));

    assertThat(votes.replace("a", BOTH, NONE)).isEmpty();
    assertThat(item("a")).isEmpty();
  }

  @Test
  void changesNothingIfAnotherVoteStands() {
    votes.replace("b", NONE, PARK);

    assertThat(votes.replace("b", NONE, BOTH)).isEqualTo(PARK);
    assertThat(votes.replace("b", BOTH, NONE)).isEqualTo(PARK);
    assertThat(votes.replace("b", Vote.of("Old Town", List.of("park")), NONE)).isEqualTo(PARK);
    assertThat(votes.replace("absent", PARK, BOTH)).isEmpty();
    assertThat(votes.replace("absent", NONE, NONE)).isEmpty();
    assertThat(item("b")).isEqualTo(VotesTable.itemOf("b", "Wesoła", List.of("park")));
    assertThat(item("absent")).isEmpty();
  }

  @Test
  void replacesTheSameVoteInItsOlderForms() {
    Map<String, AttributeValue> mixed =
        new HashMap<>(VotesTable.itemOf("mixed", new Choice("Wesoła", "pool")));
    mixed.putAll(VotesTable.itemOf("mixed", "Wesoła", List.of("park")));
    DYNAMODB.put("ballots", VotesTable.itemOf("old", new Choice("Wesoła", "park")));
    DYNAMODB.put("ballots", mixed);
    DYNAMODB.put(
        "ballots",
        Map.of("id", AttributeValue.fromS("empty"), "region", AttributeValue.fromS("Wesoła")));
    DYNAMODB.put("ballots", VotesTable.keyOf("bare"));

    assertThat(votes.replace("old", NONE, BOTH)).isEqualTo(PARK);
    assertThat(votes.replace("old", PARK, BOTH)).isEqualTo(BOTH);
    assertThat(votes.replace("mixed", BOTH, PARK)).isEqualTo(PARK);
    assertThat(votes.replace("empty", NONE, PARK)).isEqualTo(PARK);
    assertThat(votes.replace("bare", NONE, PARK)).isEqualTo(PARK);
    for (String id : List.of("mixed", "empty", "bare")) {
      assertThat(item(id)).isEqualTo(VotesTable.itemOf(id, "Wesoła", List.of("park")));
    }
  }

  @Test
  void readsMoreVotesThanOneRequestMayNameAndNoEmptyOnes() {
    List<String> ids = new ArrayList<>(IntStream.range(0, 205).mapToObj(i -> "many" + i).toList());
    votes.replace("many0", NONE, PARK);
    votes.replace("many204", NONE, BOTH);
    DYNAMODB.put("ballots", VotesTable.keyOf("many1"));

    assertThat(votes.read(ids)).containsExactlyInAnyOrder(PARK.orElseThrow(), BOTH.orElseThrow());
    assertThat(votes.read(List.of())).isEmpty();
  }

  @Test
  void recordsAVoteWhoseAnswerIsLost() {
    try (FaultyDynamoDb proxy = new FaultyDynamoDb(DYNAMODB.address());
        DynamoDbClient disturbed = DYNAMODB.blockingClient(proxy.endpoint())) {
      AtomicInteger requests = new AtomicInteger();
      proxy.intercept(
          request ->
              requests.getAndIncrement() == 0
                  ? Optional.of(WriteFault.ANSWER_LOST)
                  : Optional.empty());

      assertThat(new StoredVotes(disturbed, "ballots").replace("lost", NONE, PARK)).isEqualTo(PARK);
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void givesUpByItsDeadlineRetriesIncluded() {
    try (FaultyDynamoDb proxy = new FaultyDynamoDb(DYNAMODB.address());
        DynamoDbClient disturbed = DYNAMODB.blockingClient(proxy.endpoint())) {
      CountDownLatch end = new CountDownLatch(1);
      AtomicInteger requests = new AtomicInteger();
      proxy.intercept(
          request -> {
            if (requests.getAndIncrement() == 0) {
              return Optional.of(WriteFault.FAILED_BEFORE);
            }
            awaitQuietly(end);
            return Optional.of(WriteFault.FAILED_BEFORE);
          });
      long start = System.nanoTime();

      assertThatThrownBy(() -> new StoredVotes(disturbed, "ballots").replace("late", NONE, PARK))
          .isInstanceOf(ApiCallTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Election.WRITE_TIMEOUT, Election.WRITE_TIMEOUT.plusSeconds(2));
      assertThat(requests).hasValue(2);
      end.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
