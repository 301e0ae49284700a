package io.citytally.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The scheduled audit's own commands, as CodeBuild runs them: one after the other until one fails,
 * in an empty directory, with the project's variables. {@code aws} is a stand-in.
 */
class TemplateAuditITCase {

  private static final Choice PARK = new Choice("Wesoła", "park");

  private static final Map<String, String> NAMES =
      Map.of(
          "<VotesTableName>", "votes",
          "<TotalVotesTableName>", "total_votes",
          "<TurnoutTableName>", "turnout",
          "<VoteHistoryTableName>", "vote_history",
          "<RejectedVotesTableName>", "rejected_votes",
          "<BallotTableName>", "ballot");

  private record Outcome(int status, String output) {}

  @TempDir Path directory;

  private LocalDynamoDb tables;
  private RecordedCalls calls;
  private DynamoDbClient client;

  @BeforeEach
  void setUp() throws IOException {
    tables = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
    calls = new RecordedCalls(tables.endpoint());
    client = LocalAws.dynamoDb(tables.endpoint());
    StorageTemplate.read(Template.file("storage")).createTables(client);
    DynamoDbVotes votes = new DynamoDbVotes(client, VotesTable.DEFAULT_NAME);
    votes.cast("one", PARK);
    votes.cast("two", PARK);
    Files.copy(Path.of("src/cli/target/citytally.jar"), directory.resolve("citytally.jar"));
    Path aws = directory.resolve("bin/aws");
    Files.createDirectories(aws.getParent());
    Files.writeString(
        aws,
        """
        #!/bin/sh
        [ "$1 $2 $3" = "s3 cp s3://jars/cli/1.jar" ] || exit 255
        cp "$CLI_JAR" "$4"
        """);
    Files.setPosixFilePermissions(aws, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void tearDown() {
    client.close();
    calls.close();
    tables.close();
  }

  private Outcome build(Map<String, String> given) throws Exception {
    Map<String, String> parameters = new TreeMap<>(given);
    parameters.putAll(
        Map.of("JarBucket", "jars", "CliJarKey", "cli/1.jar", "Settle", "100ms", "LookFor", "10s"));
    Map<?, ?> project = Template.of("audit", parameters).properties("Project");
    Map<?, ?> spec =
        new Yaml().load(((Map<?, ?>) project.get("Source")).get("BuildSpec").toString());
    Path work = Files.createTempDirectory(directory, "build-");
    StringBuilder output = new StringBuilder();
    for (Object command : (List<?>) at(spec, "phases", "build").get("commands")) {
      ProcessBuilder shell =
          new ProcessBuilder("sh", "-c", command.toString())
              .directory(work.toFile())
              .redirectErrorStream(true);
      shell
          .environment()
          .putAll(
              Map.of(
                  "PATH",
                  directory.resolve("bin")
                      + File.pathSeparator
                      + Path.of(System.getProperty("java.home"), "bin")
                      + File.pathSeparator
                      + System.getenv("PATH"),
                  "CLI_JAR",
                  directory.resolve("citytally.jar").toString(),
                  "AWS_REGION",
                  "eu-west-1",
                  "AWS_ACCESS_KEY_ID",
                  "local",
                  "AWS_SECRET_ACCESS_KEY",
                  "local",
                  "AWS_ENDPOINT_URL_DYNAMODB",
                  calls.endpoint().toString(),
                  "LC_ALL",
                  "C.UTF-8"));
      for (Object each : (List<?>) at(project, "Environment").get("EnvironmentVariables")) {
        Map<?, ?> variable = (Map<?, ?>) each;
        shell.environment().put(variable.get("Name").toString(), valueOf(variable));
      }
      Process process = shell.start();
      output.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      if (process.waitFor() != 0) {
        return new Outcome(process.exitValue(), output.toString());
      }
    }
    return new Outcome(0, output.toString());
  }

  private static Map<?, ?> at(Map<?, ?> map, String... keys) {
    for (String key : keys) {
      map = (Map<?, ?>) map.get(key);
    }
    return map;
  }

  private static String valueOf(Map<?, ?> variable) {
    String value = variable.get("Value").toString();
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      value = value.replace(name.getKey(), name.getValue());
    }
    return value;
  }

  private void putTotal(int total) {
    client.updateItem(
        update ->
            update
                .tableName(TotalVotesTable.DEFAULT_NAME)
                .key(TotalVotesTable.keyOf(PARK))
                .updateExpression("SET total_votes = :votes")
                .expressionAttributeValues(
                    Map.of(":votes", AttributeValue.fromN(Integer.toString(total)))));
  }

  @Test
  void failsForDriftAndReadsOnlyWhatItMay() throws Exception {
    putTotal(3);

    Outcome drift = build(Map.of());
    putTotal(2);
    Outcome exact = build(Map.of());

    assertThat(drift.status).as(drift.output).isEqualTo(3);
    assertThat(drift.output).contains("the total is 3, the votes are 2: 1 too many");
    assertThat(exact.status).as(exact.output).isZero();
    assertThat(exact.output).contains("exact: 2 votes");
    assertThat(calls.calls()).isEqualTo(Permissions.of(Template.of("audit"), "Role"));
  }

  @Test
  void auditsAJobWithoutABallot() throws Exception {
    putTotal(2);
    client.putItem(
        put ->
            put.tableName(TurnoutTable.DEFAULT_NAME)
                .item(
                    Map.of(
                        TurnoutTable.REGION,
                        AttributeValue.fromS(PARK.region),
                        TurnoutTable.BALLOTS,
                        AttributeValue.fromN("2"))));

    Outcome exact = build(Map.of("OnlyTheBallot", "false"));

    assertThat(exact.status).as(exact.output).isZero();
    assertThat(calls.calls())
        .isEqualTo(Permissions.of(Template.of("audit", Map.of("OnlyTheBallot", "false")), "Role"));
  }

  @Test
  void waitsForTheHistoryAsItIsTold() throws Exception {
    Outcome outcome = build(Map.of("SettleHistory", "2h"));

    assertThat(outcome.status).as(outcome.output).isEqualTo(2);
    assertThat(outcome.output).contains("--settle-history");
  }

  @Test
  void failsWithoutATable() throws Exception {
    client.deleteTable(delete -> delete.tableName(TotalVotesTable.DEFAULT_NAME));

    Outcome outcome = build(Map.of());

    assertThat(outcome.status).as(outcome.output).isEqualTo(1);
  }

  @Test
  void failsWithoutTheJar() throws Exception {
    Files.delete(directory.resolve("citytally.jar"));

    Outcome outcome = build(Map.of());

    assertThat(outcome.status).as(outcome.output).isNotZero();
    assertThat(calls.calls()).isEmpty();
  }
}
