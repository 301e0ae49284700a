package io.citytally.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.aws.LocalAws;
import io.citytally.cloudformation.Template;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.table.BallotTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The operators' jar: a Java, credentials, and nothing else. */
class AuditJarITCase {

  private static final Choice PARK = new Choice("Wesoła", "park");

  private record Outcome(int status, String out, String err) {}

  @TempDir Path directory;

  private LocalDynamoDb tables;
  private DynamoDbClient client;

  @BeforeEach
  void setUp() {
    tables = LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0);
    client = LocalAws.dynamoDb(tables.endpoint());
    StorageTemplate.read(Template.file("storage")).createTables(client);
  }

  @AfterEach
  void tearDown() {
    client.close();
    tables.close();
  }

  private Outcome audit(String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("src/cli/target/citytally.jar").toAbsolutePath().toString(),
                "audit"));
    command.addAll(List.of(options));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "LC_ALL", "C.UTF-8"));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Outcome auditHere(String... options) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--dynamodb-port",
                Integer.toString(tables.endpoint().getPort()),
                "--settle",
                "100ms"));
    all.addAll(List.of(options));
    return audit(all.toArray(String[]::new));
  }

  private void lambdaAdds(int votes) {
    client.updateItem(
        update ->
            update
                .tableName(TotalVotesTable.DEFAULT_NAME)
                .key(TotalVotesTable.keyOf(PARK))
                .updateExpression("ADD total_votes :votes")
                .expressionAttributeValues(
                    Map.of(":votes", AttributeValue.fromN(Integer.toString(votes)))));
  }

  @Test
  void findsDriftTakesItOutAndFindsNoneAfterwards() throws Exception {
    DynamoDbVotes votes = new DynamoDbVotes(client, VotesTable.DEFAULT_NAME);
    votes.cast("one", PARK);
    votes.cast("two", PARK);
    client.putItem(
        put -> put.tableName(BallotTable.DEFAULT_NAME).item(BallotTable.itemOf(PARK, "A park")));
    lambdaAdds(3);

    Outcome found = auditHere();
    Outcome forAProgram = auditHere("--json");
    Outcome fixed = auditHere("--fix");
    Outcome exact = auditHere("--json");

    assertThat(found.status).as("%s", found).isEqualTo(3);
    assertThat(found.out)
        .contains("drift      " + PARK + ": the total is 3, the votes are 2: 1 too many")
        .contains("drift      turnout of Wesoła: the total is 0, the ballots are 2: 2 missing")
        .contains("drift: 2 votes on 2 ballots, 1 totals, 2 differ");
    assertThat(found.err).isEmpty();
    assertThat(forAProgram.status).isEqualTo(3);
    assertThat(new ObjectMapper().readTree(forAProgram.out).at("/findings/1/drift").intValue())
        .isOne();
    assertThat(forAProgram.err).contains("drift: 2 votes");
    assertThat(fixed.status).isZero();
    assertThat(fixed.out).contains("exact: 2 votes on 2 ballots, 1 totals, 2 differ, 2 corrected");
    assertThat(exact.status).isZero();
    assertThat(new ObjectMapper().readTree(exact.out).at("/findings")).isEmpty();
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    Outcome table = auditHere("--total-table", "another");
    Outcome nobody = audit("--dynamodb-port", Integer.toString(Ports.free()));
    Outcome option = auditHere("--fixx");

    assertThat(table.status).isEqualTo(1);
    assertThat(table.err).contains("Give its name with --total-table");
    assertThat(nobody.status).isEqualTo(1);
    assertThat(nobody.err).contains("DynamoDB at http://127.0.0.1:", "with --dynamodb-port");
    assertThat(option.status).isEqualTo(2);
  }
}
