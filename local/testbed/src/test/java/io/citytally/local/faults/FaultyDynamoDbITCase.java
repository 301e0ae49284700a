package io.citytally.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** What a real client of DynamoDB sees of each fault, and what a look at the table shows. */
class FaultyDynamoDbITCase {

  private static final Choice PARK = new Choice("Wesoła", "park");

  private static LocalDynamoDb server;
  private static DynamoDbClient table;

  private FaultyDynamoDb proxy;
  private DynamoDbClient client;

  @BeforeAll
  static void startServer() throws Exception {
    server = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
    table = LocalAws.dynamoDb(server.endpoint());
    StorageTemplate.read(Path.of("cloudformation/storage.yaml"), Map.of("Source", "kinesis"))
        .createTables(table);
  }

  @AfterAll
  static void stopServer() {
    table.close();
    server.close();
  }

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
    table.deleteItem(
        delete -> delete.tableName(TotalVotesTable.DEFAULT_NAME).key(TotalVotesTable.keyOf(PARK)));
  }

  private void start(WriteFault... faults) {
    proxy = new FaultyDynamoDb(server.endpoint(), Set.of(faults), 1);
    client = clientOf(proxy.endpoint(), false);
  }

  private static DynamoDbClient clientOf(URI endpoint, boolean patient) {
    DynamoDbClientBuilder builder =
        DynamoDbClient.builder()
            .endpointOverride(endpoint)
            .region(LocalAws.REGION)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .httpClientBuilder(Apache5HttpClient.builder());
    if (patient) {
      builder.overrideConfiguration(
          configuration -> configuration.retryStrategy(RetryMode.STANDARD));
    } else {
      builder.overrideConfiguration(
          configuration -> configuration.retryStrategy(DefaultRetryStrategy.doNotRetry()));
    }
    return builder.build();
  }

  private static void addOne(DynamoDbClient client) {
    client.updateItem(
        update ->
            update
                .tableName(TotalVotesTable.DEFAULT_NAME)
                .key(TotalVotesTable.keyOf(PARK))
                .updateExpression("ADD total_votes :one")
                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
  }

  private static long total() {
    Map<String, AttributeValue> item =
        table
            .getItem(
                get ->
                    get.tableName(TotalVotesTable.DEFAULT_NAME)
                        .consistentRead(true)
                        .key(TotalVotesTable.keyOf(PARK)))
            .item();
    return item.isEmpty() ? 0 : TotalVotesTable.totalVotesOf(item);
  }

  @Test
  void passesEverythingOnUntilItIsToldToDisturb() {
    start(WriteFault.values());

    for (int i = 0; i < 20; i++) {
      addOne(client);
    }

    assertThat(total()).isEqualTo(20);
    assertThat(proxy.faultsDone().values()).containsOnly(0L);
  }

  @ParameterizedTest
  @EnumSource(WriteFault.class)
  void writesThatFailTookEffectOrNotAsTheFaultSays(WriteFault fault) {
    start(fault);
    proxy.disturb(1);

    if (fault == WriteFault.REQUEST_LATE || fault == WriteFault.ANSWER_LATE) {
      addOne(client);
    } else {
      assertThatThrownBy(() -> addOne(client)).isInstanceOf(exceptionOf(fault));
    }

    boolean written = fault.afterTheEffect() || fault == WriteFault.REQUEST_LATE;
    assertThat(total()).isEqualTo(written ? 1 : 0);
    assertThat(proxy.faultsDone()).isEqualTo(Map.of(fault, 1L));
  }

  private static Class<? extends Exception> exceptionOf(WriteFault fault) {
    return switch (fault) {
      case REQUEST_LOST, ANSWER_LOST, HALF_ANSWER -> SdkClientException.class;
      case THROTTLED -> DynamoDbException.class;
      case CONFLICT -> TransactionConflictException.class;
      case FAILED_BEFORE, FAILED_AFTER -> InternalServerErrorException.class;
      case DENIED_BEFORE, DENIED_AFTER -> DynamoDbException.class;
      case REQUEST_LATE, ANSWER_LATE -> throw new AssertionError(fault);
    };
  }

  @Test
  void itsThrottlingIsThrottlingToTheClient() {
    start(WriteFault.THROTTLED);
    proxy.disturb(1);

    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> addOne(client))
          .isInstanceOfSatisfying(
              DynamoDbException.class, e -> assertThat(e.isThrottlingException()).isTrue());
    }
  }

  @Test
  void itsDenialIsNothingToTryAgainAfter() {
    start();
    proxy.intercept(request -> Optional.of(WriteFault.DENIED_BEFORE));

    try (DynamoDbClient patient = clientOf(proxy.endpoint(), true)) {
      assertThatThrownBy(() -> addOne(patient)).hasMessageContaining("You may not do that");
    }

    assertThat(proxy.faultsDone()).isEqualTo(Map.of(WriteFault.DENIED_BEFORE, 1L));
  }

  @Test
  void showsATestEachRequestBeforeItIsPassedOn() {
    start();
    List<String> shown = new ArrayList<>();
    proxy.intercept(
        request -> {
          shown.add(request.target() + " at " + total() + ": " + request.body());
          return Optional.empty();
        });

    addOne(client);
    client.scan(scan -> scan.tableName("ballot"));

    assertThat(shown).hasSize(2);
    assertThat(shown.get(0))
        .startsWith("DynamoDB_20120810.UpdateItem at 0: {")
        .contains("\"TableName\":\"total_votes\"");
    assertThat(shown.get(1)).startsWith("DynamoDB_20120810.Scan at 1: {");
  }

  @Test
  void aPatientClientWritesTwiceWhatWasWrittenThoughItsAnswerWasLost() {
    start(WriteFault.ANSWER_LOST);
    proxy.disturb(0.5);

    try (DynamoDbClient patient = clientOf(proxy.endpoint(), true)) {
      for (int i = 0; i < 10; i++) {
        addOne(patient);
      }
    } catch (SdkClientException e) {
      // Three lost answers in a row: the client gives up.
    }

    long lost = proxy.faultsDone().get(WriteFault.ANSWER_LOST);
    assertThat(lost).isPositive();
    assertThat(total()).isGreaterThanOrEqualTo(lost);
  }

  @Test
  void aLateRequestArrivesThoughItsSenderIsGone() {
    start(WriteFault.REQUEST_LATE);
    proxy.disturb(1);
    client.close();
    client = clientOf(proxy.endpoint(), false);

    CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> addOne(client));
    await().until(() -> proxy.faultsDone().get(WriteFault.REQUEST_LATE) == 1);
    client.close();

    await().untilAsserted(() -> assertThat(total()).isEqualTo(1));
    await().until(sender::isDone);
  }

  @Test
  void anAnswerThatRefusesTheWriteIsNoneOfThoseThatGetLost() {
    start(WriteFault.ANSWER_LOST);
    proxy.disturb(1);

    assertThatThrownBy(
            () ->
                client.updateItem(
                    update ->
                        update
                            .tableName(TotalVotesTable.DEFAULT_NAME)
                            .key(TotalVotesTable.keyOf(PARK))
                            .updateExpression("SET epoch = :one")
                            .conditionExpression("attribute_exists(epoch)")
                            .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))))
        .isInstanceOf(ConditionalCheckFailedException.class);

    assertThat(proxy.faultsDone()).isEqualTo(Map.of(WriteFault.ANSWER_LOST, 0L));
  }

  @Test
  void readsAreLeftAlone() {
    start(WriteFault.values());
    proxy.disturb(1);

    for (int i = 0; i < 20; i++) {
      client.scan(scan -> scan.tableName(TotalVotesTable.DEFAULT_NAME));
    }

    assertThat(proxy.faultsDone().values()).containsOnly(0L);
  }

  @Test
  void refusesConnectionsForAWhileAndThenServesAgain() {
    start();
    addOne(client);

    CompletableFuture<Integer> broken =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return proxy.refuse(Duration.ofSeconds(1));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> addOne(client))
                    .isInstanceOf(SdkClientException.class)
                    .hasStackTraceContaining("Connection refused"));

    assertThat(broken.join()).isPositive();
    addOne(client);
    assertThat(total()).isGreaterThanOrEqualTo(2);
  }
}
