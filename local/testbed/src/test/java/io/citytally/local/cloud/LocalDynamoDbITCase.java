package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

class LocalDynamoDbITCase {

  private static final StorageTemplate STORAGE =
      StorageTemplate.read(Path.of("cloudformation/storage.yaml"));

  @TempDir Path directory;

  @Test
  void hasTheTablesOfTheTemplate() {
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
        DynamoDbClient client = LocalAws.dynamoDb(dynamoDb.endpoint())) {
      STORAGE.createTables(client);
      STORAGE.createTables(client);

      assertThat(client.listTables().tableNames())
          .containsExactlyInAnyOrder(
              "votes",
              "total_votes",
              "recent_votes",
              "rejected_votes",
              "corrections",
              "ballot",
              "turnout",
              "vote_history",
              "election");
      assertThat(client.describeTable(request -> request.tableName("votes")).table())
          .satisfies(
              votes -> {
                assertThat(votes.latestStreamArn()).isNotNull();
                assertThat(votes.streamSpecification().streamEnabled()).isTrue();
              });
      assertThat(
              client
                  .describeTimeToLive(request -> request.tableName("rejected_votes"))
                  .timeToLiveDescription())
          .satisfies(
              expiry -> {
                assertThat(expiry.attributeName()).isEqualTo("expires_at");
                assertThat(expiry.timeToLiveStatus()).isEqualTo(TimeToLiveStatus.ENABLED);
              });
    }
  }

  /** An earlier start may have been killed right after it had created the table. */
  @Test
  void hasItemsExpireInATableThatIsThereAlready() {
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
        DynamoDbClient client = LocalAws.dynamoDb(dynamoDb.endpoint())) {
      client.createTable(
          STORAGE.tables().stream()
              .filter(table -> table.name().equals("rejected_votes"))
              .findFirst()
              .orElseThrow()
              .request());

      STORAGE.createTables(client);

      assertThat(
              client
                  .describeTimeToLive(request -> request.tableName("rejected_votes"))
                  .timeToLiveDescription()
                  .timeToLiveStatus())
          .isEqualTo(TimeToLiveStatus.ENABLED);
    }
  }

  @Test
  void keepsItsTablesInADirectory() {
    Path tables = directory.resolve("tables");
    Map<String, AttributeValue> vote = Map.of("id", AttributeValue.fromS("v1"));
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.on(tables, InstalledEmulators.directory(), 0);
        DynamoDbClient client = LocalAws.dynamoDb(dynamoDb.endpoint())) {
      STORAGE.createTables(client);
      client.putItem(request -> request.tableName("votes").item(vote));
    }

    try (LocalDynamoDb dynamoDb = LocalDynamoDb.on(tables, InstalledEmulators.directory(), 0);
        DynamoDbClient client = LocalAws.dynamoDb(dynamoDb.endpoint())) {
      STORAGE.createTables(client);

      assertThat(client.scan(request -> request.tableName("votes")).items())
          .isEqualTo(List.of(vote));
    }
  }

  @Test
  void refusesADirectoryWithTablesOfDynamoDbLocal() throws IOException {
    Files.createFile(directory.resolve("shared-local-instance.db"));

    assertThatThrownBy(() -> LocalDynamoDb.on(directory, InstalledEmulators.directory(), 0))
        .isInstanceOf(CannotStartException.class)
        .hasMessageContaining(directory + " has tables of DynamoDB Local");
  }

  @Test
  void takesAnySeedOfItsFaults() {
    LocalDynamoDb.Streaming streaming =
        new LocalDynamoDb.Streaming(
            URI.create("http://127.0.0.1:9"), new VoteStream.Faults(0.1, 10, Long.MIN_VALUE));

    try (LocalDynamoDb dynamoDb =
        LocalDynamoDb.start(
            InstalledEmulators.directory(), 0, Optional.empty(), Optional.of(streaming))) {
      assertThat(dynamoDb.crashed()).isNotDone();
    }
  }

  @Test
  void refusesATableThatIsThereWithOtherKeys() {
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
        DynamoDbClient client = LocalAws.dynamoDb(dynamoDb.endpoint())) {
      client.createTable(
          request ->
              request
                  .tableName("total_votes")
                  .billingMode("PAY_PER_REQUEST")
                  .keySchema(
                      KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
                  .attributeDefinitions(
                      AttributeDefinition.builder()
                          .attributeName("id")
                          .attributeType(ScalarAttributeType.S)
                          .build()));

      assertThatThrownBy(() -> STORAGE.createTables(client))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("The table total_votes has other keys than");
    }
  }

  @Test
  void refusesATakenPort() {
    try (LocalDynamoDb dynamoDb = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0)) {
      int port = dynamoDb.endpoint().getPort();

      assertThatThrownBy(() -> LocalDynamoDb.inMemory(InstalledEmulators.directory(), port))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("port " + port + " is taken");
    }
  }
}
