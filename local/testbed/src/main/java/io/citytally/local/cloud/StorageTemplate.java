package io.citytally.local.cloud;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.command.CannotStartException;
import io.citytally.cloudformation.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Creates the tables and the stream of {@code cloudformation/storage.yaml} on emulators from that
 * very file, so that local and deployed tables cannot differ.
 *
 * <p>A property is an error unless the emulators implement it or it is known to mean nothing to
 * them.
 */
public final class StorageTemplate {

  /** Durability and secrecy of the real thing. */
  private static final Set<String> MEANINGLESS_FOR_LOCAL_TABLES =
      Set.of(
          "DeletionProtectionEnabled",
          "PointInTimeRecoverySpecification",
          "SSESpecification",
          "Tags");

  /** The launcher chooses its own number of shards. */
  private static final Set<String> MEANINGLESS_FOR_LOCAL_STREAMS =
      Set.of("ShardCount", "StreamModeDetails", "StreamEncryption", "Tags");

  /** No stack's name precedes the names of local tables and streams. */
  private static final String STACK_PREFIX = "<AWS::StackName>-";

  private static final String ARN_SUFFIX = ".Arn>";

  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  /** The Kinesis stream that a table's changes go to, and how fine their times are. */
  public record Destination(String streamArn, String precision) {}

  /** A table, and what is set on it after its creation. */
  public record Table(
      CreateTableRequest request,
      Optional<String> expiryAttribute,
      Optional<Destination> destination) {

    public String name() {
      return request.tableName();
    }
  }

  /** A Kinesis stream. */
  public record Stream(String name, int retentionHours) {}

  private final Path file;
  private final Template template;
  private final List<Table> tables = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();

  private StorageTemplate(Path file, Map<String, String> parameters) {
    this.file = file;
    this.template = Template.read(file, parameters);
    for (String id : template.ids()) {
      switch (template.type(id)) {
        case "AWS::DynamoDB::Table" -> tables.add(table(id));
        case "AWS::Kinesis::Stream" -> streams.add(stream(id));
        // The local web application keeps a key of its own.
        case "AWS::SecretsManager::Secret" -> {}
        default -> throw unknown("type of resource " + id, template.type(id));
      }
    }
  }

  /**
   * Reads a template with its parameters' defaults.
   *
   * @throws CannotStartException if the file can't be read or contains something unknown
   */
  public static StorageTemplate read(Path file) {
    return read(file, Map.of());
  }

  /**
   * Reads a template with the given values of some parameters.
   *
   * @throws CannotStartException if the file can't be read or contains something unknown
   */
  public static StorageTemplate read(Path file, Map<String, String> parameters) {
    return new StorageTemplate(file, parameters);
  }

  public List<Table> tables() {
    return List.copyOf(tables);
  }

  /** The streams; there are none where the source is the table's own. */
  public List<Stream> streams() {
    return List.copyOf(streams);
  }

  /**
   * Creates the tables that aren't there yet, waits until they are active, and has their items
   * expire.
   *
   * @throws CannotStartException if a table exists with other keys
   */
  public void createTables(DynamoDbClient dynamoDb) {
    for (Table table : tables) {
      try {
        dynamoDb.createTable(table.request());
      } catch (ResourceInUseException e) {
        TableDescription existing =
            dynamoDb.describeTable(request -> request.tableName(table.name())).table();
        if (!existing.keySchema().equals(table.request().keySchema())) {
          throw new CannotStartException(
              "The table %s has other keys than %s: %s. Delete it, or use another --data or --dynamodb."
                  .formatted(table.name(), file, existing.keySchema()));
        }
      }
    }
    try (var waiter = dynamoDb.waiter()) {
      for (Table table : tables) {
        waiter.waitUntilTableExists(
            request -> request.tableName(table.name()), StorageTemplate::patience);
      }
    }
    tables.forEach(table -> enableExpiry(dynamoDb, table));
  }

  /** An earlier start may have been killed right after it had created the table. */
  private static void enableExpiry(DynamoDbClient dynamoDb, Table table) {
    table
        .expiryAttribute()
        .filter(attribute -> !expires(dynamoDb, table))
        .ifPresent(
            attribute ->
                dynamoDb.updateTimeToLive(
                    request ->
                        request
                            .tableName(table.name())
                            .timeToLiveSpecification(
                                ttl -> ttl.attributeName(attribute).enabled(true))));
  }

  private static boolean expires(DynamoDbClient dynamoDb, Table table) {
    TimeToLiveStatus status =
        dynamoDb
            .describeTimeToLive(request -> request.tableName(table.name()))
            .timeToLiveDescription()
            .timeToLiveStatus();
    return status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING;
  }

  /** Has the changes of tables go to their Kinesis streams, if they don't yet. */
  public void enableDestinations(DynamoDbClient dynamoDb) {
    for (Table table : tables) {
      table
          .destination()
          .filter(destination -> !isEnabled(dynamoDb, table, destination))
          .ifPresent(
              destination ->
                  dynamoDb.enableKinesisStreamingDestination(
                      request ->
                          request
                              .tableName(table.name())
                              .streamArn(destination.streamArn())
                              .enableKinesisStreamingConfiguration(
                                  configuration ->
                                      configuration.approximateCreationDateTimePrecision(
                                          destination.precision()))));
    }
  }

  private static boolean isEnabled(DynamoDbClient dynamoDb, Table table, Destination destination) {
    return dynamoDb
        .describeKinesisStreamingDestination(request -> request.tableName(table.name()))
        .kinesisDataStreamDestinations()
        .stream()
        .anyMatch(
            there ->
                there.streamArn().equals(destination.streamArn())
                    && there.destinationStatus() == DestinationStatus.ACTIVE);
  }

  /**
   * Creates the streams that aren't there yet and waits until they are active.
   *
   * @param shards how many shards a new stream gets
   */
  public void createStreams(KinesisClient kinesis, int shards) {
    for (Stream stream : streams) {
      boolean created = true;
      try {
        kinesis.createStream(request -> request.streamName(stream.name()).shardCount(shards));
      } catch (software.amazon.awssdk.services.kinesis.model.ResourceInUseException e) {
        created = false;
      }
      try (var waiter = kinesis.waiter()) {
        waiter.waitUntilStreamExists(
            request -> request.streamName(stream.name()), StorageTemplate::patience);
      }
      if (created && stream.retentionHours() > 24) {
        kinesis.increaseStreamRetentionPeriod(
            request ->
                request.streamName(stream.name()).retentionPeriodHours(stream.retentionHours()));
      }
    }
  }

  private static void patience(WaiterOverrideConfiguration.Builder wait) {
    wait.backoffStrategyV2(BackoffStrategy.fixedDelay(Duration.ofMillis(25)))
        .maxAttempts(10_000)
        .waitTimeout(MAX_WAIT);
  }

  private Table table(String id) {
    CreateTableRequest.Builder request =
        CreateTableRequest.builder().billingMode(BillingMode.PROVISIONED);
    Optional<String> expiryAttribute = Optional.empty();
    Optional<Destination> destination = Optional.empty();
    for (Map.Entry<?, ?> property : template.properties(id).entrySet()) {
      Object value = property.getValue();
      switch (property.getKey().toString()) {
        case "TableName" -> request.tableName(nameOf(value.toString()));
        case "BillingMode" -> request.billingMode(value.toString());
        case "AttributeDefinitions" ->
            request.attributeDefinitions(
                maps(value)
                    .map(
                        attribute ->
                            AttributeDefinition.builder()
                                .attributeName(text(attribute, "AttributeName"))
                                .attributeType(text(attribute, "AttributeType"))
                                .build())
                    .toList());
        case "KeySchema" ->
            request.keySchema(
                maps(value)
                    .map(
                        key ->
                            KeySchemaElement.builder()
                                .attributeName(text(key, "AttributeName"))
                                .keyType(text(key, "KeyType"))
                                .build())
                    .toList());
        case "StreamSpecification" ->
            request.streamSpecification(
                StreamSpecification.builder()
                    .streamEnabled(true)
                    .streamViewType(text((Map<?, ?>) value, "StreamViewType"))
                    .build());
        case "TimeToLiveSpecification" ->
            expiryAttribute = Optional.of(text((Map<?, ?>) value, "AttributeName"));
        case "KinesisStreamSpecification" ->
            destination =
                Optional.of(
                    new Destination(
                        arnOf(text((Map<?, ?>) value, "StreamArn")),
                        text((Map<?, ?>) value, "ApproximateCreationDateTimePrecision")));
        default -> refuseUnless(MEANINGLESS_FOR_LOCAL_TABLES, id, property.getKey().toString());
      }
    }
    return new Table(request.build(), expiryAttribute, destination);
  }

  private Stream stream(String id) {
    Map<?, ?> properties = template.properties(id);
    int retentionHours = 24;
    for (Map.Entry<?, ?> property : properties.entrySet()) {
      switch (property.getKey().toString()) {
        case "Name" -> {}
        case "RetentionPeriodHours" ->
            retentionHours = Integer.parseInt(property.getValue().toString());
        default -> refuseUnless(MEANINGLESS_FOR_LOCAL_STREAMS, id, property.getKey().toString());
      }
    }
    return new Stream(nameOf(text(properties, "Name")), retentionHours);
  }

  private void refuseUnless(Set<String> meaningless, String id, String property) {
    if (!meaningless.contains(property)) {
      throw unknown("property of resource " + id, property);
    }
  }

  private String nameOf(String name) {
    String local = name.replace(STACK_PREFIX, "");
    if (local.contains("<")) {
      throw unknown("reference", local);
    }
    return local;
  }

  private String arnOf(String attribute) {
    if (!attribute.endsWith(ARN_SUFFIX)) {
      throw unknown("attribute", attribute);
    }
    String id = attribute.substring(1, attribute.length() - ARN_SUFFIX.length());
    return "arn:aws:kinesis:"
        + LocalAws.REGION
        + ":"
        + LocalAws.ACCOUNT
        + ":stream/"
        + nameOf(text(template.properties(id), "Name"));
  }

  private static java.util.stream.Stream<Map<?, ?>> maps(Object list) {
    return ((List<?>) list).stream().map(element -> (Map<?, ?>) element);
  }

  private String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    if (value == null) {
      throw new CannotStartException(file + ": " + key + " is missing in " + map);
    }
    return value.toString();
  }

  private CannotStartException unknown(String what, String name) {
    return new CannotStartException(
        file + ": the local system does not know the " + what + ": " + name);
  }
}
