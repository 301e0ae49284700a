package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.CountingSinks;
import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.cli.target.LocalAws;
import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.dynamodb.TotalVotesTableReader;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.DefaultBallot;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.flink.JobMetrics;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.replay.Drain;
import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import io.citytally.source.Admission;
import io.citytally.source.kinesis.KinesisVoteSource;
import io.citytally.source.kinesis.ShardConsumer;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.util.function.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/** Random voters, and a DynamoDB that fails in every way there is while the votes are counted. */
class FailureITCase {

  /** So many choices that several are always being written side by side. */
  private static final List<Choice> BALLOT = List.copyOf(DefaultBallot.titles().keySet());

  private static final int ACTIONS = 1_000;
  private static final int GARBAGE = 20;

  /** Where some trouble is so rare that it takes longer to meet it, something is wrong. */
  private static final int MAX_ACTIONS = 20 * ACTIONS;

  @Test
  void isExactThoughWritesFailAnswersGetLostAndTheJobRestarts() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    try (City city = City.withKinesis(new VoteStream.Faults(0.05, 20, seed));
        UnreliableDynamoDb dynamoDb =
            UnreliableDynamoDb.open(endpointOf(city.cloud().dynamoDbEndpoint()), seed)) {
      JobSettings settings = city.settings(Duration.ofMillis(100), 2, 1);
      LocalFlink job =
          city.startJob(pipelineOf(city, settings), settings.parallelism(), Optional.empty());
      Drain drain = city.drain(job, settings);
      SimulatedVoters voters = new SimulatedVoters(BALLOT, seed);

      for (int i = 0; i < ACTIONS || i < MAX_ACTIONS && !hasMetAll(dynamoDb); i++) {
        voters.next().on(city.votes());
      }
      drain.awaitRead();
      dynamoDb.recover();

      assertThat(City.nonZero(drain.awaitWritten())).as("seed %d", seed).isEqualTo(city.truth());
      assertThat(job.metrics().present(JobMetrics.RESTARTS)).as("seed %d", seed).isPositive();
      assertThat(dynamoDb.troubles()).as("seed %d", seed).doesNotContainValue(0);
    }
  }

  @Test
  void writesAfterARestartWhatWasWaitingForDynamoDbAtTheLastCheckpoint() throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        UnreliableDynamoDb dynamoDb =
            UnreliableDynamoDb.open(endpointOf(city.cloud().dynamoDbEndpoint()), 1)) {
      dynamoDb.fail();
      JobSettings settings = city.settings(Duration.ofMillis(100), 2, 1);
      LocalFlink job =
          city.startJob(pipelineOf(city, settings), settings.parallelism(), Optional.empty());
      Drain drain = city.drain(job, settings);
      SimulatedVoters voters = new SimulatedVoters(BALLOT, 1);
      for (int i = 0; i < 200; i++) {
        voters.next().on(city.votes());
      }
      drain.awaitRead();

      drain.awaitHandedOver();

      assertThat(city.cloud().totals()).isEmpty();

      job.failOverJobManager();
      dynamoDb.recover();

      await()
          .atMost(City.TIMEOUT)
          .untilAsserted(
              () -> assertThat(City.nonZero(city.cloud().totals())).isEqualTo(city.truth()));
    }
  }

  @Test
  void goesOnWithoutARestartWhileDynamoDbIsAwayAndCatchesUp() throws Exception {
    catchesUpAfterAnOutage(job -> {});
  }

  @Test
  void catchesUpThoughTheJobIsRestartedWhileDynamoDbIsAway() throws Exception {
    catchesUpAfterAnOutage(LocalFlink::failOverJobManager);
  }

  /**
   * Fails if the job restarts by itself.
   *
   * @param before what happens to the job before DynamoDB is back
   */
  private static void catchesUpAfterAnOutage(ThrowingConsumer<LocalFlink, Exception> before)
      throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        TcpProxy proxy = TcpProxy.to(city.cloud().dynamoDbEndpoint())) {
      JobSettings settings = city.settings(Duration.ofMillis(100), 2, 1);
      LocalFlink job =
          city.startJob(
              pipelineOf(city, settings, endpointOf(proxy.uri())),
              settings.parallelism(),
              Optional.empty());
      SimulatedVoters voters = new SimulatedVoters(BALLOT, 1);
      voteAndPutGarbage(city, voters, "before");
      awaitRejected(city, "before");

      proxy.cut();
      voteAndPutGarbage(city, voters, "meanwhile");
      await().atMost(City.TIMEOUT).until(() -> job.metrics().total("votesRejected") == 2 * GARBAGE);
      job.checkpoint();
      job.checkpoint();

      assertThat(job.metrics().present("keysOutstanding")).isPositive();
      assertThat(job.metrics().present("recentVotesOutstanding")).isPositive();
      assertThat(job.metrics().present("rejectedVotesOutstanding")).isPositive();
      assertThat(city.cloud().rejectedVotes()).hasSize(GARBAGE);

      before.accept(job);
      proxy.restore();
      awaitRejected(city, "meanwhile");
      Drain drain = city.drain(job, settings);
      drain.awaitRead();

      assertThat(City.nonZero(drain.awaitWritten())).isEqualTo(city.truth());
      Choice last = new Choice("Last", "vote");
      city.votes().cast("last", last);
      await()
          .atMost(City.TIMEOUT)
          .untilAsserted(
              () ->
                  assertThat(city.cloud().recentVotes(RecentVotes.CITY))
                      .first()
                      .extracting(vote -> vote.choice)
                      .isEqualTo(last));
      assertThat(job.metrics().total("rejectedVotesWrites")).isGreaterThanOrEqualTo(2 * GARBAGE);
      assertThat(job.metrics().total("recentVotesWrites")).isPositive();
      assertThat(job.metrics().present(JobMetrics.RESTARTS)).isZero();
    }
  }

  private static void voteAndPutGarbage(City city, SimulatedVoters voters, String name) {
    for (int i = 0; i < 200; i++) {
      voters.next().on(city.votes());
    }
    for (int i = 0; i < GARBAGE; i++) {
      SdkBytes garbage = SdkBytes.fromUtf8String("{" + name + " " + i);
      city.cloud()
          .kinesis()
          .orElseThrow()
          .putRecord(
              put ->
                  put.streamName(city.cloud().stream().orElseThrow().name())
                      .partitionKey("any")
                      .data(garbage));
    }
  }

  private static void awaitRejected(City city, String name) {
    String masked = "{" + "*".repeat(name.length()) + " ";
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(city.cloud().rejectedVotes())
                    .filteredOn(vote -> vote.payload.startsWith(masked))
                    .hasSize(GARBAGE));
  }

  private static boolean hasMetAll(UnreliableDynamoDb dynamoDb) {
    return !dynamoDb.troubles().containsValue(0);
  }

  /** As the job has it, but for the connection of the totals. */
  private static VoteCountingPipeline pipelineOf(City city, JobSettings settings) {
    VoteCountingConfig config = city.cloud().configurationOf(settings);
    return pipelineOf(
        config,
        new TallySink(
            UnreliableDynamoDb::connect, config.totalVotesTable(), config.maxInFlightRequests()),
        endpointOf(city.cloud().dynamoDbEndpoint()));
  }

  /** As the job has it, but for the way to DynamoDB. */
  private static VoteCountingPipeline pipelineOf(
      City city, JobSettings settings, DynamoDbEndpoint dynamoDb) {
    VoteCountingConfig config = city.cloud().configurationOf(settings);
    return pipelineOf(
        config,
        new TallySink(dynamoDb, config.totalVotesTable(), config.maxInFlightRequests()),
        dynamoDb);
  }

  private static VoteCountingPipeline pipelineOf(
      VoteCountingConfig config, TallySink totalVotes, DynamoDbEndpoint dynamoDb) {
    return new VoteCountingPipeline(
        new KinesisVoteSource(
            config.streamName(),
            config.votesTable(),
            new ShardConsumer(
                config.region(),
                config.sourceEndpoint(),
                config.localCredentials(),
                config.initialPosition(),
                config.pollInterval(),
                config.shardDiscoveryInterval()),
            config.dedupeTtl()),
        Admission.ofAtMost(
            config.maxChoices(), new TotalVotesTableReader(dynamoDb, config.totalVotesTable())),
        VoteCountingJob.settings(config),
        new CountingSinks(
            totalVotes,
            new RecentVotesSink(dynamoDb, config.recentVotesTable(), config.maxInFlightRequests()),
            new RejectedVotesSink(
                dynamoDb,
                config.rejectedVotesTable(),
                config.maxInFlightRequests(),
                config.rejectedTtl())));
  }

  private static DynamoDbEndpoint endpointOf(URI uri) {
    return new DynamoDbEndpoint(LocalAws.REGION.id(), uri, DynamoDbEndpoint.Credentials.LOCAL);
  }
}
