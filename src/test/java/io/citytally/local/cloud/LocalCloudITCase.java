package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.citytally.dynamodb.VotesTable;
import io.citytally.local.lifecycle.Alarm;
import io.citytally.local.lifecycle.Closing;
import io.citytally.vote.TallyKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCloudITCase {

  private static final TallyKey PARK = new TallyKey("Wesoła", "park");

  private final Closing closing = new Closing();
  private final Alarm alarm = new Alarm();

  @BeforeAll
  static void requireKinesis() {
    InstalledKinesis.home();
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
            FeedSource.KINESIS,
            2,
            new PortSettings(free(), free(), free(), free()),
            true,
            VoteStream.Packing.SINGLE,
            VoteStream.Faults.NONE),
        alarm,
        step -> {});
  }

  private static OptionalInt free() {
    return OptionalInt.of(Ports.free());
  }

  private static void cast(LocalCloud cloud, String id) {
    new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME).cast(id, PARK);
  }

  private static void awaitRelayed(LocalCloud cloud, long changes) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> cloud.relay().orElseThrow().relayed() == changes);
  }

  @Test
  void raisesTheAlarmWhenKinesisEndsByItself() throws Exception {
    start(Optional.empty());

    ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("node"))
        .forEach(ProcessHandle::destroyForcibly);

    assertThatThrownBy(() -> alarm.sleep(Duration.ofSeconds(30)))
        .hasMessageContaining("the Kinesis emulator has ended");
  }

  @Test
  void relaysOnAfterKinesisWasKilled(@TempDir Path data) throws Exception {
    LocalCloud cloud = start(Optional.of(data));
    cast(cloud, "1");
    awaitRelayed(cloud, 1);

    cloud.killAndRestartKinesis();
    cast(cloud, "2");

    awaitRelayed(cloud, 2);
    assertThat(cloud.stream().orElseThrow().openShards()).hasSize(2);
    alarm.sleep(Duration.ZERO);
  }

  @Test
  void relaysOnAfterDynamoDbWasRestarted(@TempDir Path data) throws Exception {
    LocalCloud cloud = start(Optional.of(data));
    cast(cloud, "1");
    awaitRelayed(cloud, 1);

    cloud.restartDynamoDb();
    cast(cloud, "2");

    awaitRelayed(cloud, 2);
    assertThat(cloud.scan(VotesTable.DEFAULT_NAME)).hasSize(2);
    alarm.sleep(Duration.ZERO);
  }

  @Test
  void restartsNothingThatIsInMemoryOnly() throws Exception {
    LocalCloud cloud = start(Optional.empty());

    assertThatThrownBy(cloud::restartDynamoDb).hasMessageContaining("in memory");
    assertThatThrownBy(cloud::killAndRestartKinesis).hasMessageContaining("in memory");
  }
}
