package io.citytally.dynamodb;

import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * An empty DynamoDB for the tests of a class: the emulator, in memory and on a free port, or what
 * the environment variable {@code CITYTALLY_DYNAMODB} names.
 */
public final class LocalDynamoDbExtension implements BeforeAllCallback, AfterAllCallback {

  private static final Optional<URI> OTHER =
      Optional.ofNullable(System.getenv("CITYTALLY_DYNAMODB")).map(URI::create);

  private final List<String> tables = new ArrayList<>();
  private Optional<LocalDynamoDb> server = Optional.empty();
  private URI address;
  private DynamoDbEndpoint endpoint;
  private DynamoDbAsyncClient client;

  @Override
  public void beforeAll(ExtensionContext context) {
    if (OTHER.isEmpty()) {
      server = Optional.of(LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0));
    }
    address = OTHER.orElseGet(() -> server.orElseThrow().endpoint());
    endpoint =
        new DynamoDbEndpoint(Region.EU_WEST_1.id(), address, DynamoDbEndpoint.Credentials.LOCAL);
    client = endpoint.createClient(10);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    tables.forEach(name -> client.deleteTable(delete -> delete.tableName(name)).join());
    client.close();
    server.ifPresent(LocalDynamoDb::close);
  }

  public DynamoDbEndpoint endpoint() {
    return endpoint;
  }

  public DynamoDbAsyncClient client() {
    return client;
  }

  public URI address() {
    return address;
  }

  /** A new client for a caller that waits, to be closed by the caller. */
  public DynamoDbClient blockingClient() {
    return blockingClient(address);
  }

  /** A new client that calls a proxy of this DynamoDB. */
  public DynamoDbClient blockingClient(URI address) {
    return DynamoDbClient.builder()
        .region(Region.EU_WEST_1)
        .endpointOverride(address)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  /** A new table; its keys are texts, the partition key first. */
  public void createTable(String name, String... keys) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    List<KeySchemaElement> schema = new ArrayList<>();
    for (String key : keys) {
      KeyType type = schema.isEmpty() ? KeyType.HASH : KeyType.RANGE;
      schema.add(KeySchemaElement.builder().attributeName(key).keyType(type).build());
      attributes.add(
          AttributeDefinition.builder()
              .attributeName(key)
              .attributeType(ScalarAttributeType.S)
              .build());
    }
    // The job's client tries again after a few seconds, and on a busy machine then finds the table.
    try (DynamoDbClient patient = blockingClient()) {
      patient.createTable(
          table ->
              table
                  .tableName(name)
                  .attributeDefinitions(attributes)
                  .keySchema(schema)
                  .billingMode(BillingMode.PAY_PER_REQUEST));
      patient.waiter().waitUntilTableExists(table -> table.tableName(name));
      tables.add(name);
    }
  }

  public void put(String table, Map<String, AttributeValue> item) {
    client.putItem(put -> put.tableName(table).item(item)).join();
  }

  /** The item, empty if there is none. */
  public Map<String, AttributeValue> get(String table, Map<String, AttributeValue> key) {
    return client.getItem(get -> get.tableName(table).key(key).consistentRead(true)).join().item();
  }
}
