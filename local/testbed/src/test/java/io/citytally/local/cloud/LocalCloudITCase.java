package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.SourceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ApproximateCreationDateTimePrecision;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class LocalCloudITCase {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Choice PARK = new Choice("Wesoła", "park");

  private final Closing closing = new Closing();
  private final FailureSignal alarm = new FailureSignal();

  @BeforeAll
  static void requireKinesis() {
    InstalledEmulators.directory();
  }

  @AfterEach
  void stop() throws Exception {
    closing.close();
  }

  private LocalCloud start(Optional<Path> data) throws Exception {
    return LocalCloud.start(
        closing,
        new LocalCloud.Setup(
            Path.of("").toAbsolutePath(),
            data,
            SourceKind.KINESIS,
            2,
            PortSettings.ANY,
            true,
            VoteStream.Packing.SINGLE,
            VoteStream.Faults.NONE),
        alarm,
        step -> {});
  }

  private static void cast(LocalCloud cloud, String id) {
    new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME).cast(id, PARK);
  }

  /** Each vote is a change, and each change is put once. */
  private static void awaitInKinesis(LocalCloud cloud, String... ids) throws Exception {
    cloud.streaming().orElseThrow().awaitCaughtUp(TIMEOUT);
    assertThat(idsIn(cloud.kinesis().orElseThrow())).containsExactlyInAnyOrder(ids);
  }

  private static List<String> idsIn(KinesisClient kinesis) throws Exception {
    List<String> ids = new ArrayList<>();
    for (Shard shard : kinesis.listShards(list -> list.streamName("votes")).shards()) {
      String iterator =
          kinesis
              .getShardIterator(
                  get ->
                      get.streamName("votes")
                          .shardId(shard.shardId())
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      for (Record record : kinesis.getRecords(get -> get.shardIterator(iterator)).records()) {
        JsonNode change = new ObjectMapper().readTree(record.data().asByteArray());
        ids.add(change.at("/dynamodb/Keys/id/S").asText());
      }
    }
    return ids;
  }

  private void assertRaisesTheAlarm(Path data, String script, String message) throws Exception {
    start(Optional.of(data));

    ProcessHandle emulator =
        ProcessHandle.current().children().filter(runs(script, data)).findAny().orElseThrow();
    emulator.destroyForcibly();

    assertThatThrownBy(() -> alarm.sleep(TIMEOUT)).hasMessageContaining(message);
  }

  private static Predicate<ProcessHandle> runs(String script, Path data) {
    return process -> {
      String command = process.info().commandLine().orElse("");
      return command.contains(script) && command.contains(data.toString());
    };
  }

  @Test
  void raisesTheAlarmWhenKinesisEndsByItself(@TempDir Path data) throws Exception {
    assertRaisesTheAlarm(data, "kinesis.js", "the Kinesis emulator has ended");
  }

  @Test
  void raisesTheAlarmWhenDynamoDbEndsByItself(@TempDir Path data) throws Exception {
    assertRaisesTheAlarm(data, "dynamodb.js", "the DynamoDB emulator has ended");
  }

  @Test
  void streamsOnAfterKinesisWasKilled(@TempDir Path data) throws Exception {
    LocalCloud cloud = start(Optional.of(data));
    cast(cloud, "1");
    awaitInKinesis(cloud, "1");

    cloud.killAndRestartKinesis();
    cast(cloud, "2");

    awaitInKinesis(cloud, "1", "2");
    assertThat(cloud.stream().orElseThrow().openShards()).hasSize(2);
    alarm.sleep(Duration.ZERO);
  }

  @Test
  void streamsOnAfterDynamoDbWasKilled(@TempDir Path data) throws Exception {
    LocalCloud cloud = start(Optional.of(data));
    cast(cloud, "1");
    awaitInKinesis(cloud, "1");

    cloud.killAndRestartDynamoDb();
    cast(cloud, "2");

    awaitInKinesis(cloud, "1", "2");
    assertThat(cloud.scan(VotesTable.DEFAULT_NAME)).hasSize(2);
    alarm.sleep(Duration.ZERO);
  }

  @Test
  void isNotCaughtUpWhileAChangeIsNotInKinesis() throws Exception {
    LocalCloud cloud = start(Optional.empty());
    TableStreaming streaming = cloud.streaming().orElseThrow();

    streaming.whilePaused(
        () -> {
          cast(cloud, "1");

          return assertThatThrownBy(() -> streaming.awaitCaughtUp(Duration.ofMillis(100)))
              .isInstanceOf(TimeoutException.class);
        });

    awaitInKinesis(cloud, "1");
  }

  @Test
  void showsAnyClientWhereTheVotesGo() throws Exception {
    LocalCloud cloud = start(Optional.empty());

    assertThat(
            cloud
                .dynamoDb()
                .describeKinesisStreamingDestination(describe -> describe.tableName("votes"))
                .kinesisDataStreamDestinations())
        .singleElement()
        .satisfies(
            destination -> {
              assertThat(destination.streamArn()).endsWith(":stream/votes");
              assertThat(destination.destinationStatus()).isEqualTo(DestinationStatus.ACTIVE);
              assertThat(destination.approximateCreationDateTimePrecision())
                  .isEqualTo(ApproximateCreationDateTimePrecision.MICROSECOND);
            });
  }

  @Test
  void restartsNothingThatIsInMemoryOnly() throws Exception {
    LocalCloud cloud = start(Optional.empty());

    assertThatThrownBy(cloud::killAndRestartDynamoDb).hasMessageContaining("in memory");
    assertThatThrownBy(cloud::killAndRestartKinesis).hasMessageContaining("in memory");
  }
}
