package io.citytally.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.DefaultBallot;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.faults.FaultyDynamoDb.Interceptor;
import io.citytally.local.flink.JobMetrics;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.replay.Drain;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.util.function.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;

/** Random voters, and a DynamoDB that fails in every way there is while the votes are counted. */
class FailureITCase {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  /** So many choices that several are always being written side by side. */
  private static final List<Choice> BALLOT = List.copyOf(DefaultBallot.titles().keySet());

  private static final int GARBAGE = 20;

  private static final int ACTIONS_PER_FAULT = 100;
  private static final double DISTURBED_WRITES = 0.7;

  @Test
  void isExactThoughWritesFailAnswersGetLostAndTheJobRestarts() throws Exception {
    long seed = randomSeed.value();
    Set<WriteFault> passing = EnumSet.allOf(WriteFault.class);
    passing.removeIf(WriteFault::isDenial);
    try (City city = City.withKinesis(new VoteStream.Faults(0.05, 20, seed));
        FaultyDynamoDb dynamoDb =
            new FaultyDynamoDb(city.cloud().dynamoDbEndpoint(), passing, seed)) {
      dynamoDb.disturb(DISTURBED_WRITES);
      JobSettings settings = settings(city);
      LocalFlink job = start(city, settings, dynamoDb);
      Drain drain = city.drain(job, settings);
      SimulatedVoters voters = new SimulatedVoters(BALLOT, seed);

      for (WriteFault fault : WriteFault.values()) {
        dynamoDb.intercept(untilDone(fault, dynamoDb));
        for (int i = 0; i < ACTIONS_PER_FAULT; i++) {
          voters.next().on(city.votes());
        }
        await().atMost(City.TIMEOUT).until(() -> isDone(fault, dynamoDb));
      }
      dynamoDb.intercept(request -> Optional.empty());
      drain.awaitRead();

      assertThat(drain.awaitWritten()).as("seed %d", seed).isEqualTo(city.truth());
      assertThat(job.metrics().present(JobMetrics.RESTARTS)).as("seed %d", seed).isPositive();
    }
  }

  private static boolean isDone(WriteFault fault, FaultyDynamoDb dynamoDb) {
    return dynamoDb.faultsDone().getOrDefault(fault, 0L) > 0;
  }

  private static Interceptor untilDone(WriteFault fault, FaultyDynamoDb dynamoDb) {
    return request ->
        isOfATotal(request) && !isDone(fault, dynamoDb) ? Optional.of(fault) : Optional.empty();
  }

  private static Interceptor always(WriteFault fault) {
    return request -> isOfATotal(request) ? Optional.of(fault) : Optional.empty();
  }

  private static boolean isOfATotal(HttpMessage request) {
    return request.operation().equals("UpdateItem");
  }

  @Test
  void countsOnceWhatIsWrittenAfterLaterVotesAndAfterItsJobHasFailed() throws Exception {
    CompletableFuture<Void> held = new CompletableFuture<>();
    CompletableFuture<Void> released = new CompletableFuture<>();
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        FaultyDynamoDb dynamoDb = new FaultyDynamoDb(city.cloud().dynamoDbEndpoint())) {
      dynamoDb.intercept(
          request -> {
            if (isOfATotal(request) && request.body().contains(City.PARK.improvement)) {
              held.complete(null);
              released.join();
            }
            return Optional.empty();
          });
      JobSettings settings = settings(city);
      LocalFlink job = start(city, settings, dynamoDb);
      city.votes().cast("late", City.PARK);
      assertThat(held).succeedsWithin(City.TIMEOUT);
      city.votes().cast("later", City.POOL);
      city.awaitTotal(City.POOL, 1);

      dynamoDb.intercept(always(WriteFault.DENIED_BEFORE));
      city.votes().cast("last", City.POOL);
      await().atMost(City.TIMEOUT).until(() -> job.metrics().present(JobMetrics.RESTARTS) > 0);
      released.complete(null);
      city.awaitTotal(City.PARK, 1);
      dynamoDb.intercept(request -> Optional.empty());

      city.assertExact(job, settings);
    } finally {
      released.complete(null);
    }
  }

  @Test
  void writesAfterARestartWhatWasWaitingForDynamoDbAtTheLastCheckpoint() throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE);
        FaultyDynamoDb dynamoDb = new FaultyDynamoDb(city.cloud().dynamoDbEndpoint())) {
      dynamoDb.intercept(always(WriteFault.REQUEST_LOST));
      JobSettings settings = settings(city);
      LocalFlink job = start(city, settings, dynamoDb);
      Drain drain = city.drain(job, settings);
      SimulatedVoters voters = new SimulatedVoters(BALLOT, 1);
      for (int i = 0; i < 200; i++) {
        voters.next().on(city.votes());
      }
      drain.awaitRead();

      drain.awaitHandedOver();

      assertThat(city.cloud().totals()).isEmpty();

      job.failOverJobManager();
      dynamoDb.intercept(request -> Optional.empty());

      await()
          .atMost(City.TIMEOUT)
          .untilAsserted(() -> assertThat(city.cloud().counted()).isEqualTo(city.truth()));
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
        FaultyDynamoDb dynamoDb = new FaultyDynamoDb(city.cloud().dynamoDbEndpoint())) {
      JobSettings settings = settings(city);
      LocalFlink job = start(city, settings, dynamoDb);
      SimulatedVoters voters = new SimulatedVoters(BALLOT, 1);
      voteAndPutGarbage(city, voters, "before");
      awaitRejected(city, "before");

      dynamoDb.cut();
      voteAndPutGarbage(city, voters, "offline");
      await().atMost(City.TIMEOUT).until(() -> job.metrics().total("votesRejected") == 2 * GARBAGE);
      job.checkpoint();
      job.checkpoint();

      assertThat(job.metrics().present("keysOutstanding")).isPositive();
      assertThat(job.metrics().present("recentVotesOutstanding")).isPositive();
      assertThat(job.metrics().present("rejectedVotesOutstanding")).isPositive();
      assertThat(city.cloud().rejectedVotes()).hasSize(GARBAGE);

      before.accept(job);
      dynamoDb.restore();
      awaitRejected(city, "offline");
      Drain drain = city.drain(job, settings);
      drain.awaitRead();

      assertThat(drain.awaitWritten()).isEqualTo(city.truth());
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

  private static JobSettings settings(City city) {
    return city.settings(Duration.ofMillis(100), 2, 1).withoutBallot();
  }

  private static LocalFlink start(City city, JobSettings settings, FaultyDynamoDb dynamoDb)
      throws Exception {
    return city.startJob(
        VoteCountingJob.pipeline(city.cloud().configurationOf(settings, dynamoDb.endpoint())),
        settings.parallelism(),
        Optional.empty());
  }
}
