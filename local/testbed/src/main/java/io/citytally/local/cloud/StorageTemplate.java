package io.citytally.local.cloud;

import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.target.LocalAws;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
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
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The tables and the stream of {@code cloudformation/storage.yaml}, created on emulators from that
 * very file, so that what runs locally and what is deployed cannot drift apart.
 *
 * <p>It understands as much of CloudFormation as that file needs, and refuses the rest: a property
 * that would go unnoticed locally is an error, unless it is known to mean nothing to an emulator.
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

  private static final String NO_VALUE = "AWS::NoValue";
  private static final String STACK_PREFIX = "${AWS::StackName}-";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");
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
  private final Map<String, Object> parameters = new LinkedHashMap<>();
  private final Map<?, ?> conditions;
  private final Map<?, ?> resources;
  private final List<Table> tables = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();

  private StorageTemplate(Path file, Map<?, ?> template, Map<String, String> overrides) {
    this.file = file;
    mapAt(template, "Parameters")
        .forEach(
            (name, parameter) ->
                parameters.put(name.toString(), ((Map<?, ?>) parameter).get("Default")));
    overrides.forEach(
        (name, value) -> {
          if (parameters.replace(name, value) == null) {
            throw unknown("parameter", name);
          }
        });
    this.conditions = mapAt(template, "Conditions");
    this.resources = mapAt(template, "Resources");
    resources.forEach((id, resource) -> readResource(id.toString(), (Map<?, ?>) resource));
  }

  /**
   * Reads a template with its parameters' defaults.
   *
   * @throws CannotStartException if the file can't be read, or says something that isn't understood
   */
  public static StorageTemplate read(Path file) {
    return read(file, Map.of());
  }

  /**
   * Reads a template with some parameters' values given.
   *
   * @throws CannotStartException if the file can't be read, or says something that isn't understood
   */
  public static StorageTemplate read(Path file, Map<String, String> parameters) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Object template = new Yaml(new ShortForms()).load(reader);
      if (template instanceof Map<?, ?> map) {
        return new StorageTemplate(file, map, parameters);
      }
      throw new CannotStartException(file + " is no CloudFormation template");
    } catch (IOException | YAMLException e) {
      throw new CannotStartException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  public List<Table> tables() {
    return List.copyOf(tables);
  }

  /** The streams; there are none where the source is the table's own. */
  public List<Stream> streams() {
    return List.copyOf(streams);
  }

  /**
   * Creates the tables that aren't there yet and waits until they are active.
   *
   * @throws CannotStartException if a table exists with other keys
   */
  public void createTables(DynamoDbClient dynamoDb) {
    for (Table table : tables) {
      try {
        dynamoDb.createTable(table.request());
        table
            .expiryAttribute()
            .ifPresent(
                attribute ->
                    dynamoDb.updateTimeToLive(
                        request ->
                            request
                                .tableName(table.name())
                                .timeToLiveSpecification(
                                    ttl -> ttl.attributeName(attribute).enabled(true))));
      } catch (ResourceInUseException e) {
        TableDescription existing =
            dynamoDb.describeTable(request -> request.tableName(table.name())).table();
        if (!existing.keySchema().equals(table.request().keySchema())) {
          throw new CannotStartException(
              "the table "
                  + table.name()
                  + " is there with other keys than in "
                  + file
                  + ": "
                  + existing.keySchema());
        }
      }
    }
    try (var waiter = dynamoDb.waiter()) {
      for (Table table : tables) {
        waiter.waitUntilTableExists(
            request -> request.tableName(table.name()), StorageTemplate::patience);
      }
    }
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

  private void readResource(String id, Map<?, ?> resource) {
    Object condition = resource.get("Condition");
    if (condition != null && !holds(condition.toString())) {
      return;
    }
    Map<?, ?> properties = (Map<?, ?>) resolve(mapAt(resource, "Properties"));
    String type = String.valueOf(resource.get("Type"));
    switch (type) {
      case "AWS::DynamoDB::Table" -> tables.add(table(id, properties));
      case "AWS::Kinesis::Stream" -> streams.add(stream(id, properties));
      // The local web application keeps a key of its own.
      case "AWS::SecretsManager::Secret" -> {}
      default -> throw unknown("type of resource " + id, type);
    }
  }

  private Table table(String id, Map<?, ?> properties) {
    CreateTableRequest.Builder request =
        CreateTableRequest.builder().billingMode(BillingMode.PROVISIONED);
    Optional<String> expiryAttribute = Optional.empty();
    Optional<Destination> destination = Optional.empty();
    for (Map.Entry<?, ?> property : properties.entrySet()) {
      Object value = property.getValue();
      switch (property.getKey().toString()) {
        case "TableName" -> request.tableName(value.toString());
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
                        text((Map<?, ?>) value, "StreamArn"),
                        text((Map<?, ?>) value, "ApproximateCreationDateTimePrecision")));
        default -> refuseUnless(MEANINGLESS_FOR_LOCAL_TABLES, id, property.getKey().toString());
      }
    }
    return new Table(request.build(), expiryAttribute, destination);
  }

  private Stream stream(String id, Map<?, ?> properties) {
    String name = text(properties, "Name");
    int retentionHours = 24;
    for (Map.Entry<?, ?> property : properties.entrySet()) {
      switch (property.getKey().toString()) {
        case "Name" -> {}
        case "RetentionPeriodHours" ->
            retentionHours = Integer.parseInt(property.getValue().toString());
        default -> refuseUnless(MEANINGLESS_FOR_LOCAL_STREAMS, id, property.getKey().toString());
      }
    }
    return new Stream(name, retentionHours);
  }

  private void refuseUnless(Set<String> meaningless, String id, String property) {
    if (!meaningless.contains(property)) {
      throw unknown("property of resource " + id, property);
    }
  }

  private boolean holds(String condition) {
    if (!conditions.containsKey(condition)) {
      throw unknown("condition", condition);
    }
    return (Boolean) resolve(conditions.get(condition));
  }

  /** A value of the template with its functions carried out; null for {@code AWS::NoValue}. */
  private Object resolve(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(this::resolve).collect(Collectors.toList());
    }
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    if (map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      String name = only.getKey().toString();
      if (name.equals("Ref") || name.startsWith("Fn::")) {
        return call(name, only.getValue());
      }
    }
    Map<Object, Object> resolved = new LinkedHashMap<>();
    map.forEach(
        (key, nested) -> {
          Object result = resolve(nested);
          if (result != null) {
            resolved.put(key, result);
          }
        });
    return resolved;
  }

  private Object call(String function, Object argument) {
    switch (function) {
      case "Ref":
        return reference(argument.toString());
      case "Fn::GetAtt":
        return attribute(argument.toString());
      case "Fn::Equals":
        List<?> sides = (List<?>) resolve(argument);
        return sides.get(0).toString().equals(sides.get(1).toString());
      case "Fn::Not":
        return !(Boolean) ((List<?>) resolve(argument)).get(0);
      case "Fn::Sub":
        return substitute(argument.toString());
      case "Fn::If":
        List<?> branches = (List<?>) argument;
        return resolve(branches.get(holds(branches.get(0).toString()) ? 1 : 2));
      default:
        throw unknown("function", function);
    }
  }

  /** Locally no stack's name comes before a table's. */
  private String substitute(String text) {
    return VARIABLE
        .matcher(text.replace(STACK_PREFIX, ""))
        .replaceAll(match -> Matcher.quoteReplacement(String.valueOf(reference(match.group(1)))));
  }

  private Object reference(String name) {
    if (name.equals(NO_VALUE)) {
      return null;
    }
    if (!parameters.containsKey(name)) {
      throw unknown("reference", name);
    }
    return parameters.get(name);
  }

  private String attribute(String name) {
    String id = name.split("\\.", 2)[0];
    if (!name.equals(id + ".Arn") || !resources.containsKey(id)) {
      throw unknown("attribute", name);
    }
    Map<?, ?> properties = mapAt((Map<?, ?>) resources.get(id), "Properties");
    return "arn:aws:kinesis:"
        + LocalAws.REGION
        + ":"
        + LocalAws.ACCOUNT
        + ":stream/"
        + resolve(properties.get("Name"));
  }

  private static java.util.stream.Stream<Map<?, ?>> maps(Object list) {
    return ((List<?>) list).stream().map(element -> (Map<?, ?>) element);
  }

  private static Map<?, ?> mapAt(Map<?, ?> map, String key) {
    return map.get(key) instanceof Map<?, ?> nested ? nested : Map.of();
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

  /** Reads {@code !Ref x} as {@code {Ref: x}} and {@code !GetAtt x} as {@code {Fn::GetAtt: x}}. */
  private static final class ShortForms extends SafeConstructor {

    ShortForms() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              String name = node.getTag().getValue().substring(1);
              String function = name.equals("Ref") ? name : "Fn::" + name;
              return Map.of(function, argumentOf(node));
            }
          });
    }

    private Object argumentOf(Node node) {
      if (node instanceof ScalarNode scalar) {
        return constructScalar(scalar);
      }
      if (node instanceof SequenceNode sequence) {
        return constructSequence(sequence);
      }
      return constructMapping((MappingNode) node);
    }
  }
}
