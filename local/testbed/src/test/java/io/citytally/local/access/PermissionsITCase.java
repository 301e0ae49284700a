package io.citytally.local.access;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.cli.Citytally;
import io.citytally.cli.OperatorCommands;
import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.aws.Target;
import io.citytally.cli.ballot.BallotOptions;
import io.citytally.cli.ballot.ReplaceBallot;
import io.citytally.cloudformation.Permissions;
import io.citytally.cloudformation.RecordedCalls;
import io.citytally.cloudformation.Template;
import io.citytally.config.VoteCountingConfig;
import io.citytally.election.RulesFile;
import io.citytally.local.city.City;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.LocalWebServer;
import io.citytally.metric.Metric;
import io.citytally.table.ElectionTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.SourceKind;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The roles of the templates allow what is done to the tables and the stream, and nothing more. */
class PermissionsITCase {

  private static final PrintStream SILENT = new PrintStream(OutputStream.nullOutputStream());

  private final Closing closing = new Closing();

  @AfterEach
  void close() throws Exception {
    closing.close();
  }

  @Test
  void letsTheJobDoAllThatItDoesAndReportsWhatIsLookedAt() throws Exception {
    City city = closing.add(City.withKinesis(VoteStream.Faults.NONE));
    RecordedCalls tables = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));
    RecordedCalls stream =
        closing.add(new RecordedCalls(URI.create(city.cloud().endpoints().get("Kinesis"))));

    city.cloud().publishBallot(Map.of(PARK, "A park by the river"));
    LocalFlink job =
        start(
            city,
            Map.of(
                "source",
                SourceKind.KINESIS.toString(),
                "stream.name",
                "votes",
                "endpoint",
                stream.endpoint().toString()),
            Map.of("endpoint", tables.endpoint().toString(), "ballot.table", "ballot"));
    castAndReject(city);

    TreeSet<String> done = new TreeSet<>(tables.calls());
    done.addAll(stream.calls());
    assertThat(done)
        .isEqualTo(Permissions.of(Template.of("job", Map.of("OnlyTheBallot", "true")), "Role"));
    assertThat(job.metrics().names())
        .isEqualTo(Arrays.stream(Metric.values()).map(Metric::label).collect(Collectors.toSet()));
  }

  @Test
  void letsTheJobReadTheTablesOwnStream() throws Exception {
    City city = closing.add(City.withDynamoDbStreams());
    RecordedCalls calls = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));
    String streamArn =
        city.cloud()
            .dynamoDb()
            .describeTable(table -> table.tableName(VotesTable.DEFAULT_NAME))
            .table()
            .latestStreamArn();

    start(
        city,
        Map.of(
            "source",
            SourceKind.DYNAMODB_STREAMS.toString(),
            "stream.arn",
            streamArn,
            "endpoint",
            calls.endpoint().toString()),
        Map.of("endpoint", calls.endpoint().toString()));
    castAndReject(city);

    assertThat(calls.calls())
        .isEqualTo(
            Permissions.of(Template.of("job", Map.of("Source", "dynamodb-streams")), "Role"));
  }

  @Test
  void letsThePagesDoAllThatTheyDo() throws Exception {
    City city = closing.add(City.withDynamoDbStreams());
    city.cloud().publishBallot(Map.of(PARK, "A park"));
    RecordedCalls calls = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));
    LocalWebServer web =
        LocalWeb.start(closing, calls.endpoint(), LocalWeb.VotersOf.OPEN, Optional.empty(), 0);
    HttpClient browser = HttpClient.newHttpClient();
    Map<String, AttributeValue> election = new HashMap<>(ElectionTable.key());
    election.put(ElectionTable.RULES, AttributeValue.fromS(RulesFile.parse(RULES).text()));
    city.cloud()
        .dynamoDb()
        .putItem(put -> put.tableName(ElectionTable.DEFAULT_NAME).item(election));
    String park =
        "{\"region\":\"%s\",\"improvements\":[\"%s\"]}".formatted(PARK.region, PARK.improvement);
    String withdrawal =
        "{\"region\":\"%s\",\"improvements\":[],\"seen\":%s}".formatted(PARK.region, park);

    send(browser, HttpRequest.newBuilder(web.address().resolve("/api/results")).build());
    send(browser, HttpRequest.newBuilder(web.address().resolve("/api/history")).build());
    int cast = send(browser, ballot(web, "PUT", park));
    int read = send(browser, ballot(web, "GET", ""));
    int withdrawn = send(browser, ballot(web, "PUT", withdrawal));

    assertThat(List.of(cast, read, withdrawn)).containsOnly(200);
    assertThat(calls.calls()).isEqualTo(Permissions.of(Template.of("web"), "FunctionRole"));
  }

  private static final String RULES =
      "{\"name\":\"Budget\",\"time_zone\":\"UTC\",\"opens_at\":\"2000-01-01T00:00:00Z\","
          + "\"closes_at\":\"2999-01-01T00:00:00Z\",\"voting\":\"open\"}";

  private static HttpRequest ballot(LocalWebServer web, String method, String body) {
    return HttpRequest.newBuilder(web.address().resolve("/api/votes/mine"))
        .header("Content-Type", "application/json")
        .header("Citytally-Capability", "0123456789abcdef0123456789abcdef")
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  @Test
  void letsTheAuditorReadAllThatAnAuditReads() throws Exception {
    City city = closing.add(City.withDynamoDbStreams());
    city.cloud().publishBallot(Map.of(PARK, "A park"));
    RecordedCalls calls = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));
    city.votes().cast("not counted", PARK);

    int status = execute(calls, "audit", "--settle", "100ms", "--for", "10s");

    assertThat(status).isEqualTo(3);
    TreeSet<String> rights = new TreeSet<>(Permissions.of(Template.of("access"), "Auditor"));
    rights.removeAll(Set.of("dynamodb:Query corrections", "dynamodb:Scan corrections"));
    assertThat(calls.calls()).isEqualTo(rights);
  }

  @Test
  void letsTheOperatorCorrectTotalsAndRecast() throws Exception {
    City city = closing.add(City.withKinesis(VoteStream.Faults.NONE));
    city.cloud().publishBallot(Map.of(PARK, "A park"));
    start(
        city,
        Map.of(
            "source",
            SourceKind.KINESIS.toString(),
            "stream.name",
            "votes",
            "endpoint",
            city.cloud().endpoints().get("Kinesis")),
        Map.of("endpoint", city.cloud().dynamoDbEndpoint().toString(), "ballot.table", "ballot"));
    castAndReject(city);
    RecordedCalls tables = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));
    RecordedCalls stream =
        closing.add(new RecordedCalls(URI.create(city.cloud().endpoints().get("Kinesis"))));
    city.cloud()
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(TotalVotesTable.DEFAULT_NAME)
                    .key(TotalVotesTable.keyOf(PARK))
                    .updateExpression("ADD total_votes :votes")
                    .expressionAttributeValues(Map.of(":votes", AttributeValue.fromN("1"))));
    city.cloud()
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(TurnoutTable.DEFAULT_NAME)
                    .key(TurnoutTable.keyOf(PARK.region))
                    .updateExpression("ADD ballots :ballots")
                    .expressionAttributeValues(Map.of(":ballots", AttributeValue.fromN("1"))));

    execute(tables, "audit", "--fix", "--settle", "1s", "--for", "20s");
    city.awaitTotal(PARK, 1);
    city.cloud().publishBallot(Map.of(PARK, "A park", POOL, "A pool"));
    execute(tables, "recast", "--kinesis-port", Integer.toString(stream.endpoint().getPort()));

    TreeSet<String> done = new TreeSet<>(tables.calls());
    done.addAll(stream.calls());
    TreeSet<String> rights = new TreeSet<>(Permissions.of(Template.of("access"), "Operator"));
    // A person queries corrections; recast deletes one by one what a throttled batch leaves.
    rights.removeAll(Set.of("dynamodb:Query corrections", "dynamodb:DeleteItem rejected_votes"));
    assertThat(done).isEqualTo(rights);
  }

  @Test
  void letsTheBallotOfficerChangeTheBallotAndTheElection() throws Exception {
    City city = closing.add(City.withDynamoDbStreams());
    RecordedCalls calls = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));
    Path file = city.directory().resolve("ballot.json");
    Files.writeString(
        file,
        "{\"regions\":[{\"region\":\"Hill\",\"improvements\":[{\"improvement\":\"park\",\"title\":\"A park\"}]}]}");

    int status =
        new ReplaceBallot(SILENT)
            .execute(
                new BallotOptions(
                    Optional.of(file),
                    Optional.empty(),
                    new Target.ThisMachine(calls.endpoint().getPort(), Ports.free()),
                    new BallotOptions.Tables("ballot", "election"),
                    true));

    Path rules = city.directory().resolve("election.json");
    Files.writeString(rules, RULES);

    assertThat(status).isZero();
    assertThat(execute(calls, "election", rules.toString(), "--yes")).isZero();
    assertThat(calls.calls()).isEqualTo(Permissions.of(Template.of("access"), "BallotOfficer"));
  }

  @Test
  void letsTheReturningOfficerCloseTheElection() throws Exception {
    City city = closing.add(City.withDynamoDbStreams());
    city.cloud().publishBallot(Map.of(PARK, "A park"));
    Map<String, AttributeValue> election = new HashMap<>(ElectionTable.key());
    election.put(
        ElectionTable.RULES,
        AttributeValue.fromS(RulesFile.parse(RULES.replace("2999", "2001")).text()));
    city.cloud()
        .dynamoDb()
        .putItem(put -> put.tableName(ElectionTable.DEFAULT_NAME).item(election));
    RecordedCalls calls = closing.add(new RecordedCalls(city.cloud().dynamoDbEndpoint()));

    int status =
        execute(
            calls,
            "close",
            "--to",
            city.directory().resolve("result").toString(),
            "--settle",
            "100ms",
            "--for",
            "10s");

    assertThat(status).isZero();
    assertThat(calls.calls()).isEqualTo(Permissions.of(Template.of("access"), "ReturningOfficer"));
  }

  private static int execute(RecordedCalls tables, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--dynamodb-port", Integer.toString(tables.endpoint().getPort())));
    return Citytally.commandLine(new OperatorCommands().commands(Path.of("")).toArray())
        .setOut(new PrintWriter(SILENT))
        .execute(all.toArray(String[]::new));
  }

  private static int send(HttpClient browser, HttpRequest request) throws Exception {
    return browser.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static LocalFlink start(City city, Map<String, String> source, Map<String, String> tables)
      throws Exception {
    VoteCountingConfig config =
        VoteCountingConfig.parse(
            Map.of(
                "citytally.aws",
                properties(Map.of("region", LocalAws.REGION.id(), "credentials", "local")),
                "citytally.source",
                properties(source),
                "citytally.count",
                properties(Map.of("max.choices", "1", "turnout.window", "1 s")),
                "citytally.dynamodb",
                properties(tables)));
    return city.startJob(VoteCountingJob.pipeline(config), 1, Optional.empty());
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  /** Votes that count, that can't, and whose choice or region is refused. */
  private static void castAndReject(City city) {
    city.cloud()
        .dynamoDb()
        .putItem(
            put ->
                put.tableName(VotesTable.DEFAULT_NAME)
                    .item(Map.of(VotesTable.ID, AttributeValue.fromS("homeless"))));
    city.votes().cast("counted", PARK);
    city.awaitTotal(PARK, 1);
    city.votes().cast("refused", POOL);
    city.votes().cast("refused with its region", TREES);
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () -> {
              assertThat(city.cloud().rejectedVotes())
                  .extracting(vote -> vote.choice)
                  .contains(POOL, TREES, Choice.turnoutOf(TREES.region));
              assertThat(city.cloud().scan("recent_votes")).isNotEmpty();
              assertThat(city.cloud().history()).isNotEmpty();
            });
  }
}
