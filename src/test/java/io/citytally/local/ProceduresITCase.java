package io.citytally.local;

import static io.citytally.local.City.PARK;
import static io.citytally.local.City.POOL;
import static io.citytally.local.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.VotesTable;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.vote.TallyKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
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

  private static final String NEW_STREAM = "votes-anew";

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

    assertThat(execute("audit")).isEqualTo(3);
    assertThat(out.toString())
        .contains(POOL + ": the total is 65, the votes are 35: 30 too many")
        .contains(TREES + ": the total is 3, the votes are 0: 3 too many");
    assertThat(execute("audit", "--fix")).isZero();

    vote("later", 2, POOL);
    city.votes().withdraw("before-0");
    city.awaitTotal(POOL, 36);
    city.assertExact(job, settings);
  }

  @Test
  void losesAllStateAndWhatTheStreamHeldAndCountsOnWithARaisedEpoch() throws Exception {
    LocalFlink lost = city.startJob(settings, Optional.empty());
    vote("before", 30, PARK);
    city.awaitTotal(PARK, 30);
    lost.cancel();
    vote("missed", 7, PARK);

    JobSettings raised = city.settings(Duration.ofMillis(200), 2, 2);
    put(List.of());
    city.startJob(
        pipeline(raised, "stream.name", NEW_STREAM), raised.parallelism(), Optional.empty());
    vote("after", 5, PARK);
    city.votes().withdraw("before-0");
    put(castAll("after", 5));
    put(List.of(withdrawn("before-0")));
    city.awaitTotal(PARK, 34);

    assertThat(execute("backfill")).as("%s", out).isZero();
    assertThat(out.toString()).contains(PARK + ": the total is 34, the votes are 41: 7 missing");
    vote("later", 1, PARK);
    put(castAll("later", 1));
    city.awaitTotal(PARK, 42);
    assertThat(execute("audit")).as("%s", out).isZero();
  }

  @Test
  void movesToAnotherStreamWithItsState() throws Exception {
    LocalFlink before = city.startJob(settings, Optional.empty());
    vote("before", 30, PARK);
    city.awaitTotal(PARK, 30);
    String snapshot = before.stopWithSavepoint(city.directory().resolve("snapshots"));
    List<ChangeRecord> meanwhile = castAll("moved", 20);
    put(meanwhile);

    city.startJob(
        pipeline(settings, "stream.name", NEW_STREAM),
        settings.parallelism(),
        Optional.of(snapshot));
    city.awaitTotal(PARK, 50);
    // Also if DynamoDB repeats them.
    put(meanwhile);
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

  private ChangeRecord withdrawn(String id) {
    ChangeRecord cast =
        ChangeRecord.cast(VotesTable.DEFAULT_NAME, id, PARK.improvement, PARK.region, clock.next());
    return new ChangeRecord(
        cast.eventId(),
        "REMOVE",
        cast.tableName(),
        cast.createdAtMicros(),
        cast.keys(),
        null,
        cast.newImage(),
        cast.sizeBytes());
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
    properties.get("citytally.feed").setProperty(key, value);
    return VoteCountingJob.pipeline(VoteCountingConfig.parse(properties));
  }

  private void vote(String ids, int votes, TallyKey choice) {
    IntStream.range(0, votes).forEach(vote -> city.votes().cast(ids + "-" + vote, choice));
  }

  private void lambdaAdds(TallyKey choice, int votes) {
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

  private int execute(String command, String... options) {
    CommandLine citytally = Citytally.commandLine(run -> 0, replay -> 0, ballot -> 0);
    String[] fixed = {
      command,
      "--dynamodb-port",
      Integer.toString(city.cloud().dynamoDbEndpoint().getPort()),
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
