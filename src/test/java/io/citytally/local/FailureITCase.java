package io.citytally.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.DynamoDbEndpoint;
import io.citytally.dynamodb.RecentVotesSink;
import io.citytally.dynamodb.RejectedVotesSink;
import io.citytally.dynamodb.TallySink;
import io.citytally.feed.Admission;
import io.citytally.feed.KinesisFeed;
import io.citytally.feed.ShardConsumer;
import io.citytally.vote.TallyKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Random voters, and a DynamoDB that fails in every way there is while the votes are counted. */
class FailureITCase {

  /** So many choices that several are always being written side by side. */
  private static final List<TallyKey> BALLOT = List.copyOf(DefaultBallot.titles().keySet());

  private static final int ACTIONS = 1_000;

  /** Where some trouble is so rare that it takes longer to meet it, something is wrong. */
  private static final int MOST_ACTIONS = 20 * ACTIONS;

  @Test
  void isExactThoughWritesFailAnswersGetLostAndTheJobRestarts() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    try (City city = City.withKinesis(new VoteStream.Faults(0.05, 20, seed));
        UnreliableDynamoDb dynamoDb = UnreliableDynamoDb.open(endpointOf(city), seed)) {
      JobSettings settings = city.settings(Duration.ofMillis(100), 2, 1);
      LocalFlink job =
          city.startJob(pipelineOf(city, settings), settings.parallelism(), Optional.empty());
      Drain drain = city.drain(job, settings);
      SimulatedVoters voters = new SimulatedVoters(BALLOT, seed);

      for (int i = 0; i < ACTIONS || i < MOST_ACTIONS && !hasMetAll(dynamoDb); i++) {
        voters.next().on(city.votes());
      }
      drain.awaitRead();
      dynamoDb.recover();

      assertThat(City.nonZero(drain.awaitWritten())).as("seed %d", seed).isEqualTo(city.truth());
      assertThat(dynamoDb.troubles()).as("seed %d", seed).doesNotContainValue(0);
    }
  }

  @Test
  void writesAfterARestartWhatWasWaitingForDynamoDbAtTheLastCheckpoint() throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        UnreliableDynamoDb dynamoDb = UnreliableDynamoDb.open(endpointOf(city), 1)) {
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
          .atMost(City.PATIENCE)
          .untilAsserted(
              () -> assertThat(City.nonZero(city.cloud().totals())).isEqualTo(city.truth()));
    }
  }

  private static boolean hasMetAll(UnreliableDynamoDb dynamoDb) {
    return !dynamoDb.troubles().containsValue(0);
  }

  /** As the job has it, but for the connection. */
  private static VoteCountingPipeline pipelineOf(City city, JobSettings settings) {
    VoteCountingConfig config = city.cloud().configurationOf(settings);
    DynamoDbEndpoint dynamoDb = endpointOf(city);
    return new VoteCountingPipeline(
        new KinesisFeed(
            config.streamName(),
            config.votesTable(),
            new ShardConsumer(
                config.region(),
                config.feedEndpoint(),
                config.localCredentials(),
                config.initialPosition(),
                config.pollInterval(),
                config.shardDiscoveryInterval())),
        Admission.ofAtMost(config.maxChoices()),
        config.window(),
        config.dedupeTtl(),
        config.rejectedTtl().plus(config.dedupeTtl()),
        config.epoch(),
        config.recentSize(),
        new TallySink(
            UnreliableDynamoDb::connect, config.totalVotesTable(), config.maxInFlightRequests()),
        RecentVotesSink.create(dynamoDb, config.recentVotesTable()),
        RejectedVotesSink.create(dynamoDb, config.rejectedVotesTable(), config.rejectedTtl()));
  }

  private static DynamoDbEndpoint endpointOf(City city) {
    return new DynamoDbEndpoint(
        LocalAws.REGION.id(), city.cloud().dynamoDbEndpoint(), DynamoDbEndpoint.Credentials.LOCAL);
  }
}
