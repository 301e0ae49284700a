package io.citytally.local.restore;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.cli.Citytally;
import io.citytally.cli.OperatorCommands;
import io.citytally.config.VoteCountingConfig;
import io.citytally.local.city.City;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** What docs/operate.md tells an operator to do, where no other test does it. */
class ProceduresITCase {

  private static final String NEW_STREAM = "votes-2";

  private final StringWriter out = new StringWriter();
  private final CreationClock clock = new CreationClock();

  private City city;
  private JobSettings settings;

  @BeforeEach
  void start() throws Exception {
    city = City.withKinesis(VoteStream.Faults.NONE);
    settings = city.settings(Duration.ofMillis(200), 2, 1);
  }

  @AfterEach
  void stop() throws Exception {
    city.close();
  }

  @Test
  void takesOverFromTheLambdaWhileBothCount() throws Exception {
    vote("before", 20, POOL);
    lambdaAdds(POOL, 20);
    // A batch that was handed to it twice.
    lambdaAdds(TREES, 3);
    LocalFlink job = city.startJob(settings, Optional.empty());
    city.awaitTotal(POOL, 40);
    vote("during", 10, POOL);
    lambdaAdds(POOL, 10);
    city.awaitTotal(POOL, 60);
    vote("after", 5, POOL);
    city.awaitTotal(POOL, 65);

    assertThat(audit()).isEqualTo(3);
    assertThat(out.toString())
        .contains(POOL + ": the total is 65, the votes are 35: 30 too many")
        .contains(TREES + ": the total is 3, the votes are 0: 3 too many");
    assertThat(audit("--fix")).isZero();

    vote("later", 2, POOL);
    city.votes().withdraw("before-0");
    city.awaitTotal(POOL, 36);
    city.assertExact(job, settings);
  }

  @Test
  void losesAllStateAndCountsOnFromATimeInARaisedEpoch() throws Exception {
    LocalFlink lost = city.startJob(settings, Optional.empty());
    vote("before", 30, PARK);
    city.assertExact(lost, settings);
    lost.cancel();
    Instant lastCounted = City.now();
    vote("during", 7, PARK);

    JobSettings raised = city.settings(Duration.ofMillis(200), 2, 2);
    LocalFlink job =
        city.startJob(
            pipeline(raised, "initial.position", lastCounted.toString()),
            raised.parallelism(),
            Optional.empty());
    city.awaitTotal(PARK, 37);
    vote("after", 5, PARK);
    city.votes().withdraw("before-0");
    city.awaitTotal(PARK, 41);

    city.assertExact(job, raised);
    assertThat(audit()).as("%s", out).isZero();
  }

  @Test
  void aJobOfARaisedEpochCountsNothingThatWasRefusedBefore() throws Exception {
    city.cloud().publishBallot(Map.of(PARK, "A park"));
    LocalFlink lost = city.startJob(settings, Optional.empty());
    vote("counted", 1, POOL);
    vote("uncounted", 1, TREES);
    await().atMost(City.TIMEOUT).until(() -> city.refusals().size() == 3);
    List<RejectedVote> refused = city.refusals();
    admit(POOL);
    assertThat(recast()).isZero();
    city.drained(lost, settings);
    city.awaitTotal(POOL, 1);
    // As if recast had been interrupted before it took them out.
    refused.forEach(city::putRefusal);
    lost.cancel();

    JobSettings raised = city.settings(Duration.ofMillis(200), 2, 2);
    LocalFlink job =
        city.startJob(
            pipeline(raised, "initial.position", City.now().toString()),
            raised.parallelism(),
            Optional.empty());
    admit(TREES);
    assertThat(recast()).isZero();
    city.drained(job, raised);

    assertThat(city.cloud().counted()).isEqualTo(Map.of(POOL, 1L));
    assertThat(city.refusals()).isEmpty();
    assertThat(city.cloud().rejectedVotes())
        .extracting(vote -> vote.reason)
        .filteredOn(
            reason -> reason.startsWith("recast: refused in epoch 1, and the job of epoch 2"))
        .hasSize(3);
    assertThat(audit()).isEqualTo(3);
    assertThat(out.toString())
        .contains(TREES + ": the total is 0, the votes are 1: 1 missing")
        .doesNotContain(POOL + ": the total");
    assertThat(audit("--fix")).isZero();
    city.assertExact(job, raised);
  }

  @Test
  void movesToAnotherStreamWithItsState() throws Exception {
    LocalFlink before = city.startJob(settings, Optional.empty());
    vote("before", 30, PARK);
    city.awaitTotal(PARK, 30);
    String snapshot = before.stopWithSavepoint(city.directory().resolve("snapshots"));
    List<ChangeRecord> moved = castAll("moved", 20);
    put(moved);

    city.startJob(
        pipeline(settings, "stream.name", NEW_STREAM),
        settings.parallelism(),
        Optional.of(snapshot));
    city.awaitTotal(PARK, 50);
    // DynamoDB may repeat them.
    put(moved);
    put(castAll("last", 1));

    city.awaitTotal(PARK, 51);
  }

  private List<ChangeRecord> castAll(String ids, int votes) {
    return IntStream.range(0, votes)
        .mapToObj(
            vote ->
                ChangeRecord.cast(
                    VotesTable.DEFAULT_NAME,
                    ids + "-" + vote,
                    PARK.improvement,
                    PARK.region,
                    clock.next()))
        .toList();
  }

  private void put(List<ChangeRecord> changes) {
    KinesisClient kinesis = city.cloud().kinesis().orElseThrow();
    if (!kinesis.listStreams().streamNames().contains(NEW_STREAM)) {
      kinesis.createStream(create -> create.streamName(NEW_STREAM).shardCount(2));
      kinesis.waiter().waitUntilStreamExists(describe -> describe.streamName(NEW_STREAM));
    }
    VoteStream stream =
        new VoteStream(kinesis, NEW_STREAM, VoteStream.Packing.SINGLE, VoteStream.Faults.NONE);
    changes.forEach(stream::put);
    stream.flush();
  }

  private VoteCountingPipeline pipeline(JobSettings settings, String key, String value) {
    Map<String, Properties> properties = city.cloud().propertiesOf(settings);
    properties.get("citytally.source").setProperty(key, value);
    return VoteCountingJob.pipeline(VoteCountingConfig.parse(properties));
  }

  private void vote(String ids, int votes, Choice choice) {
    IntStream.range(0, votes).forEach(vote -> city.votes().cast(ids + "-" + vote, choice));
  }

  private void lambdaAdds(Choice choice, int votes) {
    city.cloud()
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(TotalVotesTable.DEFAULT_NAME)
                    .key(TotalVotesTable.keyOf(choice))
                    .updateExpression("ADD total_votes :votes")
                    .expressionAttributeValues(
                        Map.of(":votes", AttributeValue.fromN(Integer.toString(votes)))));
  }

  private void admit(Choice choice) {
    city.cloud().publishBallot(Map.of(choice, "Another choice"));
    City.awaitBallotRefresh();
  }

  private int audit(String... options) {
    return execute(Stream.concat(Stream.of("audit", "--settle", "2s"), Arrays.stream(options)));
  }

  private int recast() {
    String kinesis = city.cloud().endpoints().get("Kinesis");
    return execute(
        Stream.of("recast", "--kinesis-port", Integer.toString(URI.create(kinesis).getPort())));
  }

  private int execute(Stream<String> line) {
    CommandLine citytally =
        Citytally.commandLine(new OperatorCommands().commands(Path.of("")).toArray());
    String port = Integer.toString(city.cloud().dynamoDbEndpoint().getPort());
    return citytally
        .setOut(new PrintWriter(out, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(Stream.concat(line, Stream.of("--dynamodb-port", port)).toArray(String[]::new));
  }
}
