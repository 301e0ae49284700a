package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.source.Admission;
import io.citytally.source.DecodeVoteChanges;
import io.citytally.source.VoteSource;
import io.citytally.vote.Choice;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** The format that the consumer makes of a DynamoDB stream is documented nowhere: it is tried. */
@Timeout(120)
class DynamoDbStreamsVoteSourceITCase {

  private static final Choice TREES = new Choice("Nord", "trees");
  private static final Choice BENCH = new Choice("Süd", "a \"bench\" 🌳");

  private LocalDynamoDb server;
  private URI endpoint;
  private DynamoDbClient client;

  @BeforeEach
  void startDynamoDb() {
    server = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
    endpoint = server.endpoint();
    client =
        DynamoDbClient.builder()
            .endpointOverride(endpoint)
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .httpClient(Apache5HttpClient.create())
            .build();
  }

  @AfterEach
  void stopDynamoDb() {
    client.close();
    server.close();
  }

  @Test
  void aVoteIsCastChangedAndWithdrawnThroughTheTablesOwnStream() throws Exception {
    Instant start = Instant.now();
    VoteSource source = new DynamoDbStreamsVoteSource(createVotes(), consumer());
    put("v1", TREES);
    put("v2", TREES);
    put("v1", BENCH);
    put("v2", TREES);
    put("v2", new Choice("Nord", " "));
    client.deleteItem(request -> request.tableName("votes").key(Map.of("id", text("v1"))));

    List<VoteChange> changes = read(source, 5);

    assertThat(changes)
        .extracting(change -> change.oldChoice)
        .containsExactly(null, null, TREES, TREES, BENCH);
    assertThat(changes)
        .extracting(change -> change.newChoice)
        .containsExactly(TREES, TREES, BENCH, null, null);
    assertThat(changes).extracting(change -> change.sequence).isSorted().doesNotHaveDuplicates();
    assertThat(changes).extracting(change -> change.identity).doesNotHaveDuplicates();
    assertThat(changes.get(2).voteHash)
        .isEqualTo(changes.get(0).voteHash)
        .isEqualTo(changes.get(4).voteHash)
        .isNotEqualTo(changes.get(1).voteHash);
    // The times are in seconds: this tells milliseconds from them.
    assertThat(changes)
        .allSatisfy(
            change ->
                assertThat(Duration.between(start, atTime(change)).abs())
                    .isLessThan(Duration.ofMinutes(1)));
  }

  /**
   * The consumer finds a child by describing the stream again. It does not wait for the parent's
   * end, so changes of two shards come in any order, which the count allows.
   */
  @Test
  void everyVoteComesOnceThroughShardsThatRollOver() throws Exception {
    List<String> ids = IntStream.range(0, 20).mapToObj(i -> "v" + i).toList();
    try (RollingDynamoDbStream stream = new RollingDynamoDbStream(3)) {
      VoteSource source =
          new DynamoDbStreamsVoteSource(RollingDynamoDbStream.ARN, consumer(stream.endpoint()));
      // Some shards are closed before the job starts, and some while it reads.
      ids.subList(0, 8).forEach(id -> stream.cast(id, TREES));
      AtomicInteger cast = new AtomicInteger(8);

      List<VoteChange> changes =
          read(
              source,
              ids.size(),
              () -> {
                if (cast.get() < ids.size()) {
                  stream.cast(ids.get(cast.getAndIncrement()), BENCH);
                }
              });

      assertThat(stream.shards()).isEqualTo(7);
      assertThat(changes)
          .extracting(change -> change.sequence)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(101, 120).boxed().toList());
      assertThat(changes).extracting(change -> change.voteHash).doesNotHaveDuplicates();
    }
  }

  private static Instant atTime(VoteChange change) {
    return Instant.EPOCH.plus(change.changedAtMicros, ChronoUnit.MICROS);
  }

  private static List<VoteChange> read(VoteSource source, int count) throws Exception {
    return read(source, count, () -> {});
  }

  /**
   * @param afterEach runs after each change that has come
   */
  private static List<VoteChange> read(VoteSource source, int count, Runnable afterEach)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    List<VoteChange> changes = new ArrayList<>();
    try (CloseableIterator<VoteChange> results =
        source
            .addTo(env)
            .process(
                new DecodeVoteChanges(source.decoder(1), Admission.ofAtMost(10, TotalsReader.NONE)))
            .executeAndCollect("votes")) {
      while (changes.size() < count) {
        changes.add(results.next());
        afterEach.run();
      }
    }
    return changes;
  }

  private ShardConsumer consumer() {
    return consumer(endpoint);
  }

  private static ShardConsumer consumer(URI endpoint) {
    return new ShardConsumer(
        "eu-west-1", endpoint, true, null, Duration.ofMillis(50), Duration.ofSeconds(1));
  }

  /** The ARN of its stream. */
  private String createVotes() {
    return client
        .createTable(
            table ->
                table
                    .tableName("votes")
                    .keySchema(
                        KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType(KeyType.HASH)
                            .build())
                    .attributeDefinitions(
                        AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .streamSpecification(
                        stream ->
                            stream
                                .streamEnabled(true)
                                .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
        .tableDescription()
        .latestStreamArn();
  }

  private void put(String id, Choice choice) {
    client.putItem(
        request ->
            request
                .tableName("votes")
                .item(
                    Map.of(
                        "id", text(id),
                        "region", text(choice.region),
                        "improvement", text(choice.improvement),
                        "weight", AttributeValue.fromN("1"))));
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }
}
