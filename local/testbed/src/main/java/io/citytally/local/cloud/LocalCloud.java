package io.citytally.local.cloud;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.aws.LocalAws;
import io.citytally.cli.ballot.CityBallot;
import io.citytally.config.VoteCountingConfig;
import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.local.lifecycle.BackgroundTask;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.SourceKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** What a city has on AWS besides the job, on this machine: the tables and the stream. */
public final class LocalCloud {

  /**
   * How it is to be.
   *
   * @param home the project's directory
   * @param data the directory that keeps tables and stream; none: they are in memory
   * @param source Kinesis is there only if the job reads it
   * @param shards of the stream
   * @param streamed whether changes of the {@code votes} table go to Kinesis
   * @param packing how change records reach Kinesis that go there straight
   * @param faults of the stream, on purpose
   */
  public record Setup(
      Path home,
      Optional<Path> data,
      SourceKind source,
      int shards,
      PortSettings ports,
      boolean streamed,
      VoteStream.Packing packing,
      VoteStream.Faults faults) {}

  /** Kinesis, for those who read it and write to it. */
  private record Kinesis(
      URI endpoint, KinesisClient client, VoteStream stream, Optional<TableStreaming> tables) {}

  // The connector's own SDK warns of what does no harm. A logger that nobody holds loses its level.
  private static final Logger CONNECTORS_SDK_LOG =
      Logger.getLogger("org.apache.flink.kinesis.shaded.com.amazonaws");

  private final Setup setup;
  private final FailureSignal alarm;
  private final Path emulators;
  private volatile LocalDynamoDb dynamoDbServer;
  private final URI dynamoDbEndpoint;
  private final DynamoDbClient dynamoDb;
  private volatile LocalKinesis kinesisServer;
  private final Optional<Kinesis> kinesis;

  private LocalCloud(Closing closing, Setup setup, FailureSignal alarm, Consumer<String> progress)
      throws Exception {
    CONNECTORS_SDK_LOG.setLevel(Level.OFF);
    this.setup = setup;
    this.alarm = alarm;
    StorageTemplate storage =
        StorageTemplate.read(
            setup.home.resolve("cloudformation").resolve("storage.yaml"),
            Map.of("Source", setup.source.toString()));
    emulators = Emulators.in(setup.home);
    if (setup.ports.otherDynamoDb().isEmpty()) {
      Emulators.install(emulators, progress);
    }

    // The streams are created while DynamoDB starts.
    Optional<BackgroundTask<KinesisClient>> streams = Optional.empty();
    if (setup.source == SourceKind.KINESIS) {
      progress.accept("Starting Kinesis");
      kinesisServer =
          Ports.listen(setup.ports.kinesis(), "--kinesis-port", Ports.KINESIS, this::startKinesis);
      closing.add(() -> kinesisServer.close());
      KinesisClient client = closing.add(LocalAws.kinesis(kinesisServer.endpoint()));
      streams =
          Optional.of(
              BackgroundTask.start(
                  "stream-creation",
                  () -> {
                    storage.createStreams(client, setup.shards);
                    return client;
                  }));
    }

    dynamoDbEndpoint =
        setup.ports.otherDynamoDb().isPresent()
            ? setup.ports.otherDynamoDb().get()
            : startDynamoDb(closing, progress);
    dynamoDb = closing.add(LocalAws.dynamoDb(dynamoDbEndpoint));
    storage.createTables(dynamoDb);
    kinesis =
        streams.isPresent()
            ? Optional.of(kinesis(closing, streams.get().await(), storage))
            : Optional.empty();
    if (setup.streamed) {
      storage.enableDestinations(dynamoDb);
    }
  }

  /**
   * Starts everything.
   *
   * @param closing gets each part as soon as it is started
   * @param alarm is raised if a part fails later
   * @param progress is told what is being started
   */
  public static LocalCloud start(
      Closing closing, Setup setup, FailureSignal alarm, Consumer<String> progress)
      throws Exception {
    return new LocalCloud(closing, setup, alarm, progress);
  }

  private Kinesis kinesis(Closing closing, KinesisClient client, StorageTemplate storage)
      throws Exception {
    Optional<TableStreaming> tables =
        setup.streamed ? Optional.of(new TableStreaming(dynamoDbEndpoint)) : Optional.empty();
    VoteStream stream =
        closing.add(
            new VoteStream(
                client,
                tables,
                storage.streams().get(0).name(),
                setup.packing,
                setup.streamed ? VoteStream.Faults.NONE : setup.faults));
    return new Kinesis(kinesisServer.endpoint(), client, stream, tables);
  }

  private URI startDynamoDb(Closing closing, Consumer<String> progress) throws Exception {
    progress.accept("Starting DynamoDB");
    dynamoDbServer =
        Ports.listen(
            setup.ports.dynamodb(), "--dynamodb-port", Ports.DYNAMODB, this::startDynamoDb);
    closing.add(() -> dynamoDbServer.close());
    return dynamoDbServer.endpoint();
  }

  private LocalDynamoDb startDynamoDb(int port) {
    Optional<LocalDynamoDb.Streaming> streaming =
        Optional.ofNullable(kinesisServer)
            .map(server -> new LocalDynamoDb.Streaming(server.endpoint(), setup.faults));
    LocalDynamoDb server =
        LocalDynamoDb.start(
            emulators, port, setup.data.map(data -> data.resolve("dynamodb")), streaming);
    server.crashed().whenComplete((none, failure) -> alarm.raise(failure));
    return server;
  }

  private LocalKinesis startKinesis(int port) {
    LocalKinesis server =
        setup.data.isPresent()
            ? LocalKinesis.on(setup.data.get().resolve("kinesis"), emulators, port)
            : LocalKinesis.inMemory(emulators, port);
    server.crashed().whenComplete((none, failure) -> alarm.raise(failure));
    return server;
  }

  /**
   * Kills Kinesis and starts it again, on the same port and with what it had on disk. Until then,
   * its clients find nobody.
   *
   * @throws IllegalStateException if its streams are in memory
   */
  public void killAndRestartKinesis() throws InterruptedException {
    requireDisk();
    int port = kinesisServer.endpoint().getPort();
    kinesisServer.kill();
    kinesisServer = startKinesis(port);
  }

  /**
   * Kills DynamoDB and starts it again, on the same port and with what it had on disk.
   *
   * @throws IllegalStateException if its tables are in memory
   */
  public void killAndRestartDynamoDb() throws InterruptedException {
    requireDisk();
    int port = dynamoDbEndpoint.getPort();
    dynamoDbServer.kill();
    dynamoDbServer = startDynamoDb(port);
  }

  private void requireDisk() {
    if (setup.data.isEmpty()) {
      throw new IllegalStateException("what is in memory would be lost by a restart");
    }
  }

  /** The configuration of a job that reads and writes here. */
  public VoteCountingConfig configurationOf(JobSettings job) {
    return configurationOf(job, dynamoDbEndpoint);
  }

  /**
   * The same, for a job that reaches its tables by another way.
   *
   * @param tables where the job's tables are
   */
  public VoteCountingConfig configurationOf(JobSettings job, URI tables) {
    return VoteCountingConfig.parse(propertiesOf(job, tables));
  }

  /** The property groups of a job that reads and writes here. */
  public Map<String, Properties> propertiesOf(JobSettings job) {
    return propertiesOf(job, dynamoDbEndpoint);
  }

  /**
   * The same, for a job that reaches its tables by another way.
   *
   * @param tables where the job's tables are
   */
  public Map<String, Properties> propertiesOf(JobSettings job, URI tables) {
    Map<String, String> source = new HashMap<>();
    source.put("source", setup.source.toString());
    source.put("poll.interval", "100 ms");
    source.put("shard.discovery.interval", "1 s");
    if (kinesis.isPresent()) {
      source.put("stream.name", kinesis.get().stream.name());
      source.put("endpoint", kinesis.get().endpoint.toString());
    } else {
      source.put("stream.arn", votesTableStreamArn());
      source.put("endpoint", dynamoDbEndpoint.toString());
    }
    return Map.of(
        "citytally.aws",
        properties(Map.of("region", LocalAws.REGION.id(), "credentials", "local")),
        "citytally.source",
        properties(source),
        "citytally.count",
        properties(
            Map.of(
                "window",
                job.window().toMillis() + " ms",
                "turnout.window",
                job.window().toMillis() + " ms",
                "history.window",
                job.window().toMillis() + " ms",
                "dedupe.ttl",
                job.dedupeTtl().toMillis() + " ms",
                "recent.size",
                Integer.toString(job.recentSize()),
                "epoch",
                Long.toString(job.epoch()))),
        "citytally.dynamodb",
        properties(
            job.hasBallot()
                ? Map.of(
                    "endpoint",
                    tables.toString(),
                    "ballot.table",
                    BallotTable.DEFAULT_NAME,
                    "ballot.refresh",
                    "1 s")
                : Map.of("endpoint", tables.toString())));
  }

  private String votesTableStreamArn() {
    return dynamoDb
        .describeTable(request -> request.tableName(VotesTable.DEFAULT_NAME))
        .table()
        .latestStreamArn();
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  /** The addresses at which the parts listen, by name. */
  public Map<String, String> endpoints() {
    Map<String, String> endpoints = new LinkedHashMap<>();
    endpoints.put("DynamoDB", dynamoDbEndpoint.toString());
    kinesis.ifPresent(there -> endpoints.put("Kinesis", there.endpoint.toString()));
    return endpoints;
  }

  public URI dynamoDbEndpoint() {
    return dynamoDbEndpoint;
  }

  public DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  /** Nothing where the job reads the table's own stream. */
  public Optional<KinesisClient> kinesis() {
    return kinesis.map(Kinesis::client);
  }

  /** Nothing where the job reads the table's own stream. */
  public Optional<VoteStream> stream() {
    return kinesis.map(Kinesis::stream);
  }

  /** Nothing where no table's changes go to Kinesis. */
  public Optional<TableStreaming> streaming() {
    return kinesis.flatMap(Kinesis::tables);
  }

  /** The changes that were delivered twice on purpose. */
  public long duplicates() {
    return streaming()
        .map(TableStreaming::duplicates)
        .orElseGet(() -> stream().map(VoteStream::duplicates).orElse(0L));
  }

  /** Puts these improvements on the ballot, to be voted for. */
  public void publishBallot(Map<Choice, String> titles) {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    titles.forEach((key, title) -> items.add(BallotTable.itemOf(key, title)));
    new ItemBatches(dynamoDb, BallotTable.DEFAULT_NAME).put(items);
  }

  /**
   * Puts a whole ballot in place.
   *
   * @param map the regions on a map; empty if there is none
   */
  public void publish(CityBallot ballot, ObjectNode map) {
    new ItemBatches(dynamoDb, BallotTable.DEFAULT_NAME).put(ballot.items());
    new ItemBatches(dynamoDb, ElectionTable.DEFAULT_NAME).put(ballot.presentation(map));
  }

  /** Sets the rules of the election, unless there is one already. */
  public void publishElection(ElectionRules rules) {
    if (election().isStored()) {
      return;
    }
    Map<String, AttributeValue> item = new HashMap<>(ElectionTable.key());
    item.put(ElectionTable.RULES, AttributeValue.fromS(rules.text()));
    dynamoDb.putItem(put -> put.tableName(ElectionTable.DEFAULT_NAME).item(item));
  }

  /** The election; without one, voting is open all the time. */
  public Election election() {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(get -> get.tableName(ElectionTable.DEFAULT_NAME).key(ElectionTable.key()))
            .item();
    return item.isEmpty()
        ? Election.alwaysOpen(VotingMode.OPEN, VotePer.REGION)
        : ElectionTable.electionOf(item);
  }

  /** What the ballot says of each choice that is or was on it. */
  public Map<Choice, BallotEntry> ballot() {
    Map<Choice, BallotEntry> ballot = new LinkedHashMap<>();
    scan(BallotTable.DEFAULT_NAME)
        .forEach(item -> ballot.put(BallotTable.keyOf(item), BallotTable.entryOf(item)));
    return ballot;
  }

  /** The votes of each region and improvement, as the job has counted them so far. */
  public Map<Choice, Long> totals() {
    Map<Choice, Long> totals = new HashMap<>();
    scan(TotalVotesTable.DEFAULT_NAME)
        .forEach(
            item -> totals.put(TotalVotesTable.keyOf(item), TotalVotesTable.totalVotesOf(item)));
    return totals;
  }

  /** The same, without those that are 0. */
  public Map<Choice, Long> counted() {
    return Totals.nonZero(totals());
  }

  /** The ballots of each region, as the job has counted them so far; none of them 0. */
  public Map<String, Long> turnout() {
    Map<String, Long> turnout = new HashMap<>();
    scan(TurnoutTable.DEFAULT_NAME)
        .forEach(item -> turnout.put(TurnoutTable.regionOf(item), TurnoutTable.ballotsOf(item)));
    turnout.values().removeIf(ballots -> ballots == 0);
    return turnout;
  }

  /**
   * The sum of all buckets of the course of the vote, as the job has counted them so far: by {@link
   * HistoryKey#placeOf(Choice)} and kind, none of them 0. The ten minutes of the city are left out,
   * which lack what is undated.
   */
  public Map<Choice, Long> history() {
    Map<Choice, Long> history = new HashMap<>();
    for (Map<String, AttributeValue> item : scan(HistoryTable.DEFAULT_NAME)) {
      Choice key = HistoryTable.keyOf(item);
      String place = HistoryKey.placeOf(key);
      if (!place.equals(HistoryKey.CITY_TEN_MINUTES)) {
        String kind = HistoryKey.isOfBallots(key) ? HistoryKey.BALLOTS : HistoryKey.VOTES;
        history.merge(new Choice(place, kind), HistoryTable.countOf(item), Long::sum);
      }
    }
    return Totals.nonZero(history);
  }

  /** What {@link #history} must be by the totals and turnouts. */
  public static Map<Choice, Long> historyOf(Map<Choice, Long> totals, Map<String, Long> turnout) {
    Map<Choice, Long> history = new HashMap<>();
    totals.forEach((key, votes) -> add(history, HistoryKey.VOTES, key.region, votes));
    turnout.forEach((region, ballots) -> add(history, HistoryKey.BALLOTS, region, ballots));
    return Totals.nonZero(history);
  }

  private static void add(Map<Choice, Long> history, String kind, String region, long count) {
    history.merge(new Choice(HistoryKey.placeOf(region), kind), count, Long::sum);
    history.merge(new Choice(HistoryKey.CITY, kind), count, Long::sum);
  }

  /** What the contract promises: the count of the votes that stand, none of them 0. */
  public Map<Choice, Long> standing() {
    Map<Choice, Long> standing = new HashMap<>();
    scan(VotesTable.DEFAULT_NAME)
        .forEach(
            item ->
                VotesTable.choicesOf(item)
                    .forEach(choice -> standing.merge(choice, 1L, Long::sum)));
    return standing;
  }

  /** The ballots that stand in each region, none of them 0: the items that name a choice. */
  public Map<String, Long> standingTurnout() {
    Map<String, Long> standing = new HashMap<>();
    scan(VotesTable.DEFAULT_NAME).stream()
        .flatMap(item -> VotesTable.choicesOf(item).stream().limit(1))
        .forEach(choice -> standing.merge(choice.region, 1L, Long::sum));
    return standing;
  }

  /** The recent votes of a source; none if nothing was ever cast. */
  public List<RecentVotes.Vote> recentVotes(String source) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(RecentVotesTable.DEFAULT_NAME)
                        .key(RecentVotesTable.keyOf(source)))
            .item();
    return item.isEmpty() ? List.of() : List.of(RecentVotesTable.recentVotesOf(item).votes);
  }

  /** All that was rejected and is not expired yet. */
  public List<RejectedVote> rejectedVotes() {
    return scan(RejectedVotesTable.DEFAULT_NAME).stream()
        .map(RejectedVotesTable::rejectedVoteOf)
        .toList();
  }

  /** All items of a table. */
  public List<Map<String, AttributeValue>> scan(String table) {
    return dynamoDb
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .stream()
        .toList();
  }
}
