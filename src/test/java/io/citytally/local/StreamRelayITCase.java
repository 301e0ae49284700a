package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.cloud.FakeKinesis;
import io.citytally.local.cloud.LocalAws;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.local.cloud.StreamRelay;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.cloud.VoteStream.Faults;
import io.citytally.local.cloud.VoteStream.Packing;
import io.citytally.local.lifecycle.CannotStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class StreamRelayITCase {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private final FakeKinesis kinesis = new FakeKinesis();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private LocalDynamoDb dynamoDb;
  private DynamoDbClient client;
  private DynamoDbStreamsClient streams;

  @BeforeEach
  void start() {
    dynamoDb = LocalDynamoDb.inMemory(0);
    client = LocalAws.dynamoDb(dynamoDb.endpoint());
    streams = LocalAws.dynamoDbStreams(dynamoDb.endpoint());
    StorageTemplate.read(Path.of("cloudformation/storage.yaml")).createTables(client);
  }

  @AfterEach
  void stop() {
    streams.close();
    client.close();
    dynamoDb.close();
  }

  @Test
  void writesEveryChangeInTheDocumentedFormat() throws Exception {
    try (StreamRelay relay =
        StreamRelay.start(client, streams, "votes", votes(), failure::complete)) {
      cast("v1", "42");
      cast("v1", "43");
      withdraw("v1");
      relay.awaitCaughtUp(PATIENCE);

      assertThat(relay.relayed()).isEqualTo(3);
      assertThat(relay.isCaughtUp()).isTrue();
    }

    List<JsonNode> records = records();
    assertThat(records)
        .extracting(record -> record.path("eventName").asText())
        .containsExactly("INSERT", "MODIFY", "REMOVE");
    assertThat(records)
        .extracting(record -> record.at("/dynamodb/OldImage/improvement/S").asText())
        .containsExactly("", "42", "43");
    assertThat(records)
        .extracting(record -> record.at("/dynamodb/NewImage/improvement/S").asText())
        .containsExactly("42", "43", "");
    assertThat(records)
        .allSatisfy(
            record -> {
              assertThat(record.path("tableName").asText()).isEqualTo("votes");
              assertThat(record.at("/dynamodb/Keys/id/S").asText()).isEqualTo("v1");
              assertThat(record.at("/dynamodb/SizeBytes").asLong()).isPositive();
              assertThat(record.at("/dynamodb/ApproximateCreationDateTimePrecision").asText())
                  .isEqualTo("MICROSECOND");
            });
    assertThat(times(records)).isSorted().doesNotHaveDuplicates();
    assertThat(failure).isNotDone();
  }

  @Test
  void relaysALargeBacklogInOrder() throws Exception {
    for (int i = 0; i < 1_500; i++) {
      cast("v" + i, "42");
    }

    try (StreamRelay relay =
        StreamRelay.start(client, streams, "votes", votes(), failure::complete)) {
      relay.awaitCaughtUp(PATIENCE);
    }

    assertThat(records()).hasSize(1_500);
    assertThat(times(records())).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void goesOnWhereTheLastOneEnded() throws Exception {
    cast("v1", "42");
    relayAllWithJournal();

    cast("v2", "42");
    relayAllWithJournal();

    assertThat(ids(records())).containsExactly("v1", "v2");
    assertThat(times(records())).isSorted().doesNotHaveDuplicates();
  }

  /** The batch was stored and its answer lost, so that it is put again, with later votes. */
  @Test
  void givesAChangeTheSameTimeAfterACrash() throws Exception {
    cast("v1", "42");
    cast("v2", "42");
    kinesis.failureAfterStoring = ResourceNotFoundException.builder().statusCode(400).build();
    try (StreamRelay crashing = resume()) {
      await().until(failure::isDone);
      assertThatThrownBy(() -> crashing.awaitCaughtUp(PATIENCE))
          .isInstanceOf(IllegalStateException.class)
          .hasCause(failure.join());
    }

    cast("v3", "42");
    relayAllWithJournal();

    List<JsonNode> records = records();
    assertThat(ids(records)).containsExactly("v1", "v2", "v1", "v2", "v3");
    assertThat(records.subList(2, 4)).isEqualTo(records.subList(0, 2));
    assertThat(times(records.subList(0, 2))).isSorted().doesNotHaveDuplicates();
    assertThat(times(records.subList(2, 5))).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void tellsThatItHasToGiveUp() {
    kinesis.failures.add(ResourceNotFoundException.builder().statusCode(400).build());
    cast("v1", "42");

    try (StreamRelay relay =
        StreamRelay.start(client, streams, "votes", votes(), failure::complete)) {
      await().until(failure::isDone);

      assertThat(failure.join()).isInstanceOf(ResourceNotFoundException.class);
      assertThat(relay.relayed()).isZero();
    }
  }

  @Test
  void needsATableWithAStream() {
    assertThatThrownBy(
            () -> StreamRelay.start(client, streams, "ballot", votes(), failure::complete))
        .isInstanceOf(CannotStartException.class)
        .hasMessage("the table ballot has no stream");
  }

  private void relayAllWithJournal() throws Exception {
    try (StreamRelay relay = resume()) {
      relay.awaitCaughtUp(PATIENCE);
    }
  }

  private StreamRelay resume() {
    return StreamRelay.resume(
        client, streams, "votes", votes(), directory.resolve("relay.json"), failure::complete);
  }

  private VoteStream votes() {
    return new VoteStream(kinesis, "votes", Packing.SINGLE, Faults.NONE);
  }

  private void cast(String id, String improvement) {
    client.putItem(
        request ->
            request
                .tableName("votes")
                .item(
                    Map.of(
                        "id", AttributeValue.fromS(id),
                        "improvement", AttributeValue.fromS(improvement),
                        "region", AttributeValue.fromS("Nord"))));
  }

  private void withdraw(String id) {
    client.deleteItem(
        request -> request.tableName("votes").key(Map.of("id", AttributeValue.fromS(id))));
  }

  private List<JsonNode> records() throws JsonProcessingException {
    List<JsonNode> records = new ArrayList<>();
    for (var entry : kinesis.stored) {
      records.add(JSON.readTree(entry.data().asUtf8String()));
    }
    return records;
  }

  private static List<String> ids(List<JsonNode> records) {
    return records.stream().map(record -> record.at("/dynamodb/Keys/id/S").asText()).toList();
  }

  private static List<Long> times(List<JsonNode> records) {
    return records.stream()
        .map(record -> record.at("/dynamodb/ApproximateCreationDateTime").asLong())
        .toList();
  }
}
