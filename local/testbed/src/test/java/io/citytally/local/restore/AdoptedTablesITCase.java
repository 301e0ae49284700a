package io.citytally.local.restore;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.cli.Citytally;
import io.citytally.cli.OperatorCommands;
import io.citytally.config.VoteCountingConfig;
import io.citytally.local.city.City;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.flink.LocalFlink;
import io.citytally.table.TotalVotesTable;
import io.citytally.vote.Choice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * A city's tables of old, taken over by {@code cloudformation/deploy} with the AWS CLI itself, as
 * far as the emulator goes: CloudFormation only takes notes.
 */
class AdoptedTablesITCase {

  private static final String VOTES = "polls";
  private static final String TOTALS = "polls_counted";

  private static final String AWS =
      """
      #!/usr/bin/env bash
      if [ "$1 $2" = 'dynamodb scan' ] || [[ "$1 $2" = dynamodb\\ * && "$*" = *polls* ]]; then
        exec "$REAL_AWS" "$@" --endpoint-url "$DYNAMODB"
      fi
      printf '%s\\n' "$*" >> "$CALLS"
      case "$*" in
        sts*) echo 123456789012 ;;
        cloudformation?deploy*) touch "$CALLS.$4" ;;
        *describe-stacks*)
          if [ ! -e "$CALLS.$4" ]; then
            echo "Stack with id $4 does not exist"
            exit 255
          fi
          printf '%s\\t%s\\tout\\n' status of-stack output BucketName output PagesBucket
          ;;
      esac
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private City city;
  private DynamoDbClient client;
  private String votesTable = VOTES;
  private DynamoDbVotes votes;

  @BeforeEach
  void start() throws Exception {
    city = City.withDynamoDbStreams();
    client = city.cloud().dynamoDb();
    create(VOTES, "id");
    create(TOTALS, "region", "improvement");
    votes = new DynamoDbVotes(client, VOTES);
  }

  @AfterEach
  void stop() throws Exception {
    city.close();
  }

  @Test
  void areCountedExactlyAfterTheyWereTakenOver() throws Exception {
    cast("before", 20, POOL);
    lambdaAdds(POOL, 23);

    String deployed = deploy();
    String stream = streamIn(deployed);
    assertThat(client.describeTable(table -> table.tableName(VOTES)).table().latestStreamArn())
        .isEqualTo(stream);
    assertThat(deployed)
        .contains("ExistingVotesTable=" + VOTES, "ExistingTotalVotesTable=" + TOTALS);

    startJob(stream, 1);
    cast("after", 5, POOL);
    cast("new", 3, PARK);
    votes.withdraw("before-0");
    awaitTotal(POOL, 27);
    awaitTotal(PARK, 3);

    assertThat(audit()).as("%s", out).isEqualTo(3);
    assertThat(out.toString()).contains("the total is 27, the votes are 24: 3 too many");
    assertThat(audit("--fix")).as("%s", out).isZero();
    cast("last", 2, POOL);
    awaitTotal(POOL, 26);
    assertThat(audit()).as("%s", out).isZero();
  }

  @Test
  void areCountedExactlyAfterTheVotesWereLostAndRestored() throws Exception {
    LocalFlink job = startJob(streamIn(deploy()), 1);
    cast("before", 20, POOL);
    awaitTotal(POOL, 20);
    List<Map<String, AttributeValue>> backup = itemsOf(VOTES);
    cast("after the backup", 5, POOL);
    awaitTotal(POOL, 25);
    job.close();
    client.deleteTable(delete -> delete.tableName(VOTES));

    votesTable = "polls_restored";
    create(votesTable, "id");
    backup.forEach(item -> client.putItem(put -> put.tableName(votesTable).item(item)));
    votes = new DynamoDbVotes(client, votesTable);
    startJob(streamIn(deploy("--set", "job.Epoch=2")), 2);
    cast("new", 3, POOL);
    votes.withdraw("before-0");
    awaitTotal(POOL, 27);

    assertThat(audit()).as("%s", out).isEqualTo(3);
    assertThat(out.toString()).contains("the total is 27, the votes are 22: 5 too many");
    assertThat(audit("--fix")).as("%s", out).isZero();
    cast("last", 2, POOL);
    awaitTotal(POOL, 24);
    assertThat(audit()).as("%s", out).isZero();
  }

  private List<Map<String, AttributeValue>> itemsOf(String table) {
    return client.scanPaginator(scan -> scan.tableName(table)).items().stream().toList();
  }

  private static String streamIn(String deployed) {
    return deployed.replaceFirst("(?s).*ExistingVotesTableStreamArn=(\\S+).*", "$1");
  }

  private void create(String table, String... keys) {
    client.createTable(
        create ->
            create
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    Arrays.stream(keys)
                        .map(
                            key ->
                                AttributeDefinition.builder()
                                    .attributeName(key)
                                    .attributeType(ScalarAttributeType.S)
                                    .build())
                        .toList())
                .keySchema(
                    Arrays.stream(keys)
                        .map(
                            key ->
                                KeySchemaElement.builder()
                                    .attributeName(key)
                                    .keyType(key.equals(keys[0]) ? KeyType.HASH : KeyType.RANGE)
                                    .build())
                        .toList()));
    client.waiter().waitUntilTableExists(describe -> describe.tableName(table));
  }

  private void cast(String ids, int count, Choice choice) {
    IntStream.range(0, count).forEach(vote -> votes.cast(ids + "-" + vote, choice));
  }

  private void lambdaAdds(Choice choice, int count) {
    client.updateItem(
        update ->
            update
                .tableName(TOTALS)
                .key(TotalVotesTable.keyOf(choice))
                .updateExpression("ADD total_votes :votes")
                .expressionAttributeValues(
                    Map.of(":votes", AttributeValue.fromN(Integer.toString(count)))));
  }

  /** The call by which the storage stack is deployed. */
  private String deploy(String... more) throws Exception {
    Path jar = Files.writeString(directory.resolve("job.jar"), "job");
    Path webJar = directory.resolve("web.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(webJar))) {
      zip.putNextEntry(new ZipEntry("io/citytally/web/pages/index.html"));
    }
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path aws = Files.writeString(bin.resolve("aws"), AWS);
    Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwx------"));
    Path calls = Files.writeString(directory.resolve("calls"), "");
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash",
                "cloudformation/deploy",
                "--stack",
                "city",
                "--region",
                "us-east-1",
                "--source",
                "dynamodb-streams",
                "--votes-table",
                votesTable,
                "--total-votes-table",
                TOTALS,
                "--jar",
                jar.toString(),
                "--cli-jar",
                jar.toString(),
                "--web-jar",
                webJar.toString(),
                "--open-voting")
            .redirectErrorStream(true);
    builder.command().addAll(List.of(more));
    builder
        .environment()
        .putAll(
            Map.of(
                "REAL_AWS",
                realAws(),
                "PATH",
                bin + ":" + System.getenv("PATH"),
                "CALLS",
                calls.toString(),
                "DYNAMODB",
                city.cloud().dynamoDbEndpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                "local",
                "AWS_SECRET_ACCESS_KEY",
                "local"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return Files.readAllLines(calls).stream()
        .filter(call -> call.startsWith("cloudformation deploy --stack-name city-storage "))
        .findFirst()
        .orElseThrow();
  }

  private static String realAws() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(each -> Path.of(each, "aws"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow()
        .toString();
  }

  private LocalFlink startJob(String stream, long epoch) throws Exception {
    JobSettings settings = city.settings(Duration.ofMillis(200), 2, epoch);
    Map<String, Properties> properties = city.cloud().propertiesOf(settings);
    properties.get("citytally.source").setProperty("stream.arn", stream);
    Properties tables = properties.get("citytally.dynamodb");
    tables.setProperty("votes.table", votesTable);
    tables.setProperty("total.votes.table", TOTALS);
    List.of("ballot.table", "ballot.refresh").forEach(tables::remove);
    VoteCountingPipeline pipeline = VoteCountingJob.pipeline(VoteCountingConfig.parse(properties));
    return city.startJob(pipeline, settings.parallelism(), Optional.empty());
  }

  private void awaitTotal(Choice choice, long count) {
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(
                        client
                            .getItem(
                                get -> get.tableName(TOTALS).key(TotalVotesTable.keyOf(choice)))
                            .item())
                    .containsEntry("total_votes", AttributeValue.fromN(Long.toString(count))));
  }

  private int audit(String... options) {
    CommandLine citytally =
        Citytally.commandLine(new OperatorCommands().commands(Path.of("")).toArray());
    String[] fixed = {
      "audit",
      "--dynamodb-port",
      Integer.toString(city.cloud().dynamoDbEndpoint().getPort()),
      "--votes-table",
      votesTable,
      "--total-table",
      TOTALS,
      "--no-ballot",
      "--settle",
      "2s"
    };
    return citytally
        .setOut(new PrintWriter(out, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(
            Stream.concat(Arrays.stream(fixed), Arrays.stream(options)).toArray(String[]::new));
  }
}
