package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.command.CannotStartException;
import io.citytally.local.cloud.VoteStream.Faults;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.cloud.VoteStream.Packing;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class LocalKinesisITCase {

  private static Path home;

  @TempDir Path directory;

  @BeforeAll
  static void install() {
    home = InstalledEmulators.directory();
  }

  @Test
  void carriesRecords() {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0);
        KinesisClient client = withStream(kinesis, 2)) {
      put(client, 0, 100);

      assertThat(texts(readAll(client))).hasSize(100).doesNotHaveDuplicates();
    }
  }

  @Test
  void keepsRecordsInADirectory() {
    try (LocalKinesis kinesis = LocalKinesis.on(directory.resolve("streams"), home, 0);
        KinesisClient client = withStream(kinesis, 1)) {
      put(client, 0, 100);
    }

    try (LocalKinesis kinesis = LocalKinesis.on(directory.resolve("streams"), home, 0);
        KinesisClient client = withStream(kinesis, 1)) {
      put(client, 100, 200);

      assertThat(texts(readAll(client))).hasSize(200).doesNotHaveDuplicates();
    }
  }

  @Test
  void marksTheEndOfEveryShardThatIsSplitOrMerged() {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0);
        KinesisClient client = withStream(kinesis, 2);
        VoteStream votes = new VoteStream(client, "votes", Packing.SINGLE, Faults.NONE)) {
      Resharder resharder = new Resharder(client, votes, 1);
      List<Marker> markers = new ArrayList<>();

      for (int round = 0; round < 3; round++) {
        changes(100 * round, 100 * round + 100).forEach(votes::put);
        markers.addAll(resharder.split("split " + round));
        changes(1000 + 100 * round, 1000 + 100 * round + 100).forEach(votes::put);
        markers.addAll(resharder.merge("merge " + round));
      }
      markers.addAll(votes.putMarkers("end"));

      Map<String, List<Record>> records = readAll(client);
      assertThat(markers)
          .extracting(Marker::shard)
          .containsExactlyInAnyOrderElementsOf(records.keySet());
      for (Marker marker : markers) {
        List<Record> shard = records.get(marker.shard());
        Record last = shard.get(shard.size() - 1);
        assertThat(last.sequenceNumber()).isEqualTo(marker.sequenceNumber());
        assertThat(last.data().asUtf8String()).isEqualTo(marker.payload());
      }
      assertThat(texts(records)).hasSize(600 + markers.size());
      assertThat(votes.openShards()).hasSize(2);
    }
  }

  @Test
  void hasNothingToMergeInASingleShard() {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0);
        KinesisClient client = withStream(kinesis, 1);
        VoteStream votes = new VoteStream(client, "votes", Packing.SINGLE, Faults.NONE)) {
      assertThat(new Resharder(client, votes, 1).merge("merge")).isEmpty();
    }
  }

  @Test
  void endsWithItsOwner() throws Exception {
    Process server = new ProcessBuilder("node", "kinesis.js").directory(home.toFile()).start();
    try {
      assertThat(server.inputReader().readLine()).startsWith("ready ");

      server.getOutputStream().close();

      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void outlivesTheInterruptOfItsOwner() throws Exception {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0);
        KinesisClient client = withStream(kinesis, 1)) {
      long pid = kinesis.process().pid();
      new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
      new ProcessBuilder("kill", "-TERM", Long.toString(pid)).start().waitFor();

      put(client, 0, 1);

      assertThat(kinesis.crashed()).isNotDone();
      kinesis.close();
      assertThat(kinesis.process().isAlive()).isFalse();
      assertThat(kinesis.crashed()).isNotDone();
    }
  }

  @Test
  void tellsThatItHasEnded() {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0)) {
      kinesis.process().destroyForcibly();

      await().until(kinesis.crashed()::isCompletedExceptionally);
    }
  }

  @Test
  void outlivesAClientThatBreaksOff() throws IOException {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0);
        KinesisClient client = withStream(kinesis, 1)) {
      try (Socket socket = new Socket("127.0.0.1", kinesis.endpoint().getPort())) {
        socket
            .getOutputStream()
            .write(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"
                    .getBytes(StandardCharsets.US_ASCII));
        socket.setSoLinger(true, 0);
      }

      put(client, 0, 1);

      assertThat(readAll(client).values()).singleElement().satisfies(r -> assertThat(r).hasSize(1));
      assertThat(kinesis.crashed()).isNotDone();
    }
  }

  @Test
  void refusesATakenPort() {
    try (LocalKinesis kinesis = LocalKinesis.inMemory(home, 0)) {
      int port = kinesis.endpoint().getPort();

      assertThatThrownBy(() -> LocalKinesis.inMemory(home, port))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("port " + port + " is taken");
    }
  }

  @Test
  void refusesADirectoryThatAnotherOneUses() {
    Path streams = directory.resolve("streams");
    try (LocalKinesis kinesis = LocalKinesis.on(streams, home, 0)) {
      assertThat(kinesis.endpoint()).isNotNull();

      assertThatThrownBy(() -> LocalKinesis.on(streams, home, 0))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("cannot open " + streams);
    }
  }

  private static KinesisClient withStream(LocalKinesis kinesis, int shards) {
    URI endpoint = kinesis.endpoint();
    KinesisClient client = LocalAws.kinesis(endpoint);
    StorageTemplate.read(Path.of("cloudformation/storage.yaml")).createStreams(client, shards);
    return client;
  }

  private static void put(KinesisClient client, int from, int to) {
    try (VoteStream votes = new VoteStream(client, "votes", Packing.SINGLE, Faults.NONE)) {
      changes(from, to).forEach(votes::put);
    }
  }

  private static List<ChangeRecord> changes(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> ChangeRecord.cast("votes", "v" + i, "1", "Nord", i))
        .toList();
  }

  private static List<String> texts(Map<String, List<Record>> records) {
    return records.values().stream()
        .flatMap(List::stream)
        .map(record -> record.data().asUtf8String())
        .toList();
  }

  private static Map<String, List<Record>> readAll(KinesisClient client) {
    Map<String, List<Record>> records = new HashMap<>();
    for (Shard shard : client.listShards(request -> request.streamName("votes")).shards()) {
      String iterator =
          client
              .getShardIterator(
                  request ->
                      request
                          .streamName("votes")
                          .shardId(shard.shardId())
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      GetRecordsResponse response = client.getRecords(request -> request.shardIterator(iterator));
      records.put(shard.shardId(), response.records());
    }
    return records;
  }
}
