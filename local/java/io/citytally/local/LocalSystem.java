package io.citytally.local;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.dynamodb.BallotTable;
import io.citytally.dynamodb.RecentVotesTable;
import io.citytally.dynamodb.RejectedVotesTable;
import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.VotesTable;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.TallyKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.util.FileUtils;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * All that a city runs on AWS, on this machine: the tables, the stream, what feeds it, and the job.
 */
final class LocalSystem {

  /**
   * How the system is to be.
   *
   * @param home the project's directory
   * @param data the directory that keeps everything; none: nothing is kept
   * @param packing how change records reach Kinesis
   * @param faults of the stream, on purpose
   * @param relayed whether changes of the {@code votes} table go to Kinesis
   */
  record Setup(
      Path home,
      Optional<Path> data,
      JobSettings job,
      PortSettings ports,
      VoteStream.Packing packing,
      VoteStream.Faults faults,
      boolean relayed) {}

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

  private final Setup setup;
  private final LocalDynamoDb dynamoDbServer;
  private final DynamoDbClient dynamoDb;
  private final Optional<LocalKinesis> kinesisServer;
  private final Optional<KinesisClient> kinesis;
  private final Optional<VoteStream> stream;
  private final Optional<StreamRelay> relay;
  private final LocalFlink flink;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  private LocalSystem(Closing closing, Setup setup, Consumer<String> progress) throws Exception {
    this.setup = setup;
    Path directory = directory(closing, setup);
    StorageTemplate storage =
        StorageTemplate.read(
            setup.home.resolve("cloudformation").resolve("storage.yaml"),
            Map.of("Feed", setup.job.source().label));

    progress.accept("Starting DynamoDB Local");
    int dynamoDbPort = port(setup.ports.dynamodb(), "--dynamodb-port", Ports.DYNAMODB);
    dynamoDbServer =
        closing.add(
            setup.data.isPresent()
                ? LocalDynamoDb.on(directory.resolve("dynamodb"), dynamoDbPort)
                : LocalDynamoDb.inMemory(dynamoDbPort));
    dynamoDb = closing.add(LocalAws.dynamoDb(dynamoDbServer.endpoint()));
    storage.createTables(dynamoDb);

    if (setup.job.source() == FeedSource.KINESIS) {
      kinesisServer = Optional.of(startKinesis(closing, directory, progress));
      kinesis = Optional.of(closing.add(LocalAws.kinesis(kinesisServer.get().endpoint())));
      storage.createStreams(kinesis.get(), setup.job.shards());
      stream =
          Optional.of(
              closing.add(
                  new VoteStream(
                      kinesis.get(),
                      storage.streams().get(0).name(),
                      setup.packing,
                      setup.faults)));
      relay = setup.relayed ? Optional.of(startRelay(closing, directory)) : Optional.empty();
    } else {
      kinesisServer = Optional.empty();
      kinesis = Optional.empty();
      stream = Optional.empty();
      relay = Optional.empty();
    }

    progress.accept("Starting Flink");
    flink =
        closing.add(
            new LocalFlink(
                port(setup.ports.flink(), "--flink-port", Ports.FLINK_UI),
                directory,
                setup.job.parallelism(),
                CHECKPOINT_INTERVAL));
    flink.submit(pipeline(), flink.newestCheckpoint().map(path -> path.toUri().toString()));
    closing.add(this::leaveCheckpoint);
    flink
        .ended()
        .thenAccept(
            result ->
                failure.completeExceptionally(
                    new IllegalStateException(
                        "the job has ended: "
                            + result
                                .getSerializedThrowable()
                                .map(Throwable::getMessage)
                                .orElse(String.valueOf(result.getApplicationStatus())))));
    awaitRunning();
  }

  /**
   * Starts everything, and returns when the job runs.
   *
   * @param closing gets each part as soon as it is started
   * @param progress is told what is being started
   */
  static LocalSystem start(Closing closing, Setup setup, Consumer<String> progress)
      throws Exception {
    return new LocalSystem(closing, setup, progress);
  }

  private static Path directory(Closing closing, Setup setup) throws Exception {
    if (setup.data.isPresent()) {
      try {
        return Files.createDirectories(setup.data.get().toAbsolutePath());
      } catch (IOException e) {
        throw new CannotStartException("cannot use " + setup.data.get() + " for --data: " + e, e);
      }
    }
    Path temporary = Files.createTempDirectory("citytally-");
    closing.add(() -> FileUtils.deleteDirectory(temporary.toFile()));
    return temporary;
  }

  private static int port(OptionalInt asked, String option, int usual) {
    return asked.isPresent() ? Ports.asked(asked.getAsInt(), option) : Ports.usualOrFree(usual);
  }

  private LocalKinesis startKinesis(Closing closing, Path directory, Consumer<String> progress)
      throws Exception {
    if (!LocalKinesis.isInstalled(setup.home)) {
      LocalKinesis.install(setup.home, progress);
    }
    progress.accept("Starting Kinesis");
    int port = port(setup.ports.kinesis(), "--kinesis-port", Ports.KINESIS);
    LocalKinesis server =
        closing.add(
            setup.data.isPresent()
                ? LocalKinesis.on(directory.resolve("kinesis"), setup.home, port)
                : LocalKinesis.inMemory(setup.home, port));
    server
        .crashed()
        .thenRun(
            () ->
                failure.completeExceptionally(
                    new IllegalStateException("the Kinesis emulator has ended")));
    return server;
  }

  private StreamRelay startRelay(Closing closing, Path directory) throws Exception {
    var streams = closing.add(LocalAws.dynamoDbStreams(dynamoDbServer.endpoint()));
    return closing.add(
        setup.data.isPresent()
            ? StreamRelay.resume(
                dynamoDb,
                streams,
                VotesTable.DEFAULT_NAME,
                stream.get(),
                directory.resolve("relay.json"),
                failure::completeExceptionally)
            : StreamRelay.start(
                dynamoDb,
                streams,
                VotesTable.DEFAULT_NAME,
                stream.get(),
                failure::completeExceptionally));
  }

  private VoteCountingPipeline pipeline() {
    JobSettings job = setup.job;
    Map<String, String> feed = new HashMap<>();
    feed.put("source", job.source().label);
    feed.put("poll.interval", "100 ms");
    feed.put("shard.discovery.interval", "1 s");
    if (job.source() == FeedSource.KINESIS) {
      feed.put("stream.name", stream.get().name());
      feed.put("endpoint", kinesisServer.get().endpoint().toString());
    } else {
      feed.put(
          "stream.arn",
          dynamoDb
              .describeTable(request -> request.tableName(VotesTable.DEFAULT_NAME))
              .table()
              .latestStreamArn());
      feed.put("endpoint", dynamoDbServer.endpoint().toString());
    }
    return VoteCountingJob.pipeline(
        VoteCountingConfig.parse(
            Map.of(
                "citytally.aws",
                properties(Map.of("region", LocalAws.REGION.id(), "credentials", "local")),
                "citytally.feed",
                properties(feed),
                "citytally.count",
                properties(
                    Map.of(
                        "window", job.window().toMillis() + " ms",
                        "dedupe.ttl", job.dedupeTtl().toMillis() + " ms",
                        "recent.size", Integer.toString(job.recentSize()),
                        "epoch", Long.toString(job.epoch()))),
                "citytally.dynamodb",
                properties(Map.of("endpoint", dynamoDbServer.endpoint().toString())))));
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  private void awaitRunning() throws Exception {
    while (!flink.isRunning()) {
      sleep(Duration.ofMillis(50));
    }
  }

  /** With a directory that keeps everything, the next start goes on from here. */
  private void leaveCheckpoint() throws Exception {
    if (setup.data.isPresent() && !failure.isDone()) {
      flink.checkpoint();
    }
  }

  /** Waits, but no longer than the system lives. */
  void sleep(Duration time) throws Exception {
    try {
      failure.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** The addresses at which the parts listen, by name. */
  Map<String, String> endpoints() throws Exception {
    Map<String, String> endpoints = new LinkedHashMap<>();
    endpoints.put("DynamoDB", dynamoDbServer.endpoint().toString());
    kinesisServer.map(LocalKinesis::endpoint).map(URI::toString)
        .ifPresent(endpoint -> endpoints.put("Kinesis", endpoint));
    endpoints.put("Flink UI", flink.webInterface().toString());
    return endpoints;
  }

  DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  /** Nothing where the job reads the table's own stream. */
  Optional<KinesisClient> kinesis() {
    return kinesis;
  }

  /** Nothing where the job reads the table's own stream. */
  Optional<VoteStream> stream() {
    return stream;
  }

  /** Nothing where nothing is relayed. */
  Optional<StreamRelay> relay() {
    return relay;
  }

  LocalFlink flink() {
    return flink;
  }

  /** Replaces the ballot's titles by these. */
  void publishBallot(Map<TallyKey, String> titles) {
    titles.forEach(
        (key, title) ->
            dynamoDb.putItem(
                put ->
                    put.tableName(BallotTable.DEFAULT_NAME).item(BallotTable.itemOf(key, title))));
  }

  /** The titles of the improvements, as the ballot has them. */
  Map<TallyKey, String> titles() {
    Map<TallyKey, String> titles = new LinkedHashMap<>();
    scan(BallotTable.DEFAULT_NAME)
        .forEach(item -> titles.put(BallotTable.keyOf(item), BallotTable.titleOf(item)));
    return titles;
  }

  /** The votes of each region and improvement, as the table has them now. */
  Map<TallyKey, Long> totals() {
    Map<TallyKey, Long> totals = new HashMap<>();
    scan(TotalVotesTable.DEFAULT_NAME)
        .forEach(
            item -> totals.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    return totals;
  }

  /** What the {@code votes} table says: the truth. */
  Map<TallyKey, Long> votesByChoice() {
    Map<TallyKey, Long> votes = new HashMap<>();
    scan(VotesTable.DEFAULT_NAME)
        .forEach(
            item ->
                votes.merge(
                    new TallyKey(item.get("region").s(), item.get("improvement").s()),
                    1L,
                    Long::sum));
    return votes;
  }

  /** The recent votes of a feed; none if nothing was ever cast. */
  List<RecentVotes.Vote> recentVotes(String feed) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(RecentVotesTable.DEFAULT_NAME).key(RecentVotesTable.keyOf(feed)))
            .item();
    return item.isEmpty() ? List.of() : List.of(RecentVotesTable.recentVotesOf(item).votes);
  }

  List<Map<String, AttributeValue>> rejectedVotes() {
    return scan(RejectedVotesTable.DEFAULT_NAME);
  }

  private List<Map<String, AttributeValue>> scan(String table) {
    return dynamoDb
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .stream()
        .toList();
  }
}
