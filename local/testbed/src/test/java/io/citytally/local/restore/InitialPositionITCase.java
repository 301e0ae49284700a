package io.citytally.local.restore;

import static io.citytally.local.city.City.PARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A job that begins at a time, on a stream of two shards of which one stays quiet. */
class InitialPositionITCase {

  private static final String FIRST_SHARD = "0";
  private static final String SECOND_SHARD =
      BigInteger.TWO.pow(128).subtract(BigInteger.ONE).toString();

  private City city;
  private KinesisClient kinesis;
  private String stream;
  private JobSettings settings;

  @BeforeEach
  void start() throws Exception {
    city = City.withKinesis(VoteStream.Faults.NONE);
    city.cloud().publishBallot(Map.of(PARK, "A park by the river"));
    kinesis = city.cloud().kinesis().orElseThrow();
    stream = city.cloud().stream().orElseThrow().name();
    settings = city.settings(Duration.ofMillis(200), 2, 1);
  }

  @AfterEach
  void stop() throws Exception {
    city.close();
  }

  @Test
  void countsWhatCameToAQuietShardWhileTheJobWasDownAndIsStartedWithoutTheTime() throws Exception {
    put("before-1", FIRST_SHARD);
    put("before-2", SECOND_SHARD);
    LocalFlink first = startAt(City.now(), Optional.empty());
    put("first", FIRST_SHARD);
    city.awaitTotal(PARK, 1);
    String snapshot = first.stopWithSavepoint(city.directory().resolve("snapshots"));
    put("during", SECOND_SHARD);

    LocalFlink second = startAt(null, Optional.of(snapshot));
    city.awaitTotal(PARK, 2);
    String next = second.stopWithSavepoint(city.directory().resolve("snapshots"));
    split(SECOND_SHARD);
    put("after a split", SECOND_SHARD);
    startAt(null, Optional.of(next));

    city.awaitTotal(PARK, 3);
    put("last", FIRST_SHARD);
    city.awaitTotal(PARK, 4);
  }

  @Test
  void countsWhatComesToAQuietShardAfterACrash() throws Exception {
    put("before-1", FIRST_SHARD);
    put("before-2", SECOND_SHARD);
    LocalFlink job = startAt(City.now(), Optional.empty());
    await().atMost(City.TIMEOUT).ignoreExceptions().untilAsserted(job::checkpoint);
    put("during", SECOND_SHARD);
    job.killTaskManager();

    city.awaitTotal(PARK, 1);
    split(FIRST_SHARD);
    put("after a split", FIRST_SHARD);
    city.awaitTotal(PARK, 2);
  }

  @Test
  void doesNotBeginASecondTime() throws Exception {
    LocalFlink first = startAt(City.now(), Optional.empty());
    put("first", FIRST_SHARD);
    city.awaitTotal(PARK, 1);
    String snapshot = first.stopWithSavepoint(city.directory().resolve("snapshots"));

    LocalFlink second =
        city.submitJob(
            pipelineAt(City.now()),
            settings.parallelism(),
            Optional.of(snapshot),
            new Configuration());

    assertThat(second.ended().get(City.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
        .contains("FAILED")
        .contains("it can't begin a second time");
  }

  private LocalFlink startAt(Instant time, Optional<String> restore) throws Exception {
    return city.startJob(pipelineAt(time), settings.parallelism(), restore);
  }

  /**
   * @param time null for what is configured where nothing is said
   */
  private VoteCountingPipeline pipelineAt(Instant time) {
    Map<String, Properties> properties = city.cloud().propertiesOf(settings);
    if (time != null) {
      properties.get("citytally.source").setProperty("initial.position", time.toString());
    }
    return VoteCountingJob.pipeline(VoteCountingConfig.parse(properties));
  }

  private void put(String id, String hashKey) {
    String vote =
        String.format(
            "{\"id\":\"%s\",\"region\":\"%s\",\"improvement\":\"%s\"}",
            id, PARK.region, PARK.improvement);
    kinesis.putRecord(
        put ->
            put.streamName(stream)
                .partitionKey("any")
                .explicitHashKey(hashKey)
                .data(SdkBytes.fromUtf8String(vote)));
  }

  /** In the middle of what it has, the open shard that takes a hash key. */
  private void split(String hashKey) {
    var shard =
        city.cloud().stream().orElseThrow().openShards().stream()
            .filter(
                each ->
                    each.hashKeyRange().startingHashKey().equals(hashKey)
                        || each.hashKeyRange().endingHashKey().equals(hashKey))
            .findAny()
            .orElseThrow();
    BigInteger middle =
        new BigInteger(shard.hashKeyRange().startingHashKey())
            .add(new BigInteger(shard.hashKeyRange().endingHashKey()))
            .shiftRight(1);
    kinesis.splitShard(
        split ->
            split
                .streamName(stream)
                .shardToSplit(shard.shardId())
                .newStartingHashKey(middle.toString()));
    await()
        .atMost(City.TIMEOUT)
        .until(
            () ->
                kinesis
                    .describeStreamSummary(describe -> describe.streamName(stream))
                    .streamDescriptionSummary()
                    .streamStatusAsString()
                    .equals("ACTIVE"));
  }
}
