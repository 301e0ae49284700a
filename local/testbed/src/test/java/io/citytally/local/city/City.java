package io.citytally.local.city;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.VoteCountingPipeline;
import io.citytally.config.VoteCountingConfig;
import io.citytally.election.ElectionRules;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.election.VotePer;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.LocalIdentity;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.replay.Drain;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.LocalWebServer;
import io.citytally.local.web.VoterSettings;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.SourceKind;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** A city for one test: its cloud on free ports, and jobs as the test needs them. */
public final class City implements AutoCloseable {

  public static final Choice PARK = new Choice("Wesoła", "park");
  public static final Choice POOL = new Choice("Wesoła", "pool");
  public static final Choice TREES = new Choice("3 - Les Chalets / Bayard", "trees");
  public static final List<Choice> BALLOT = List.of(PARK, POOL, TREES);

  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Path HOME = Path.of("").toAbsolutePath();

  /** A little longer than the job's. */
  private static final Duration BALLOT_REFRESH = Duration.ofMillis(1_200);

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);

  private final Closing closing = new Closing();
  private final FailureSignal alarm = new FailureSignal();
  private final SourceKind source;
  private final Path directory;
  private final LocalCloud cloud;
  private final DynamoDbVotes votes;

  private City(SourceKind source, int shards, VoteStream.Faults faults) throws Exception {
    this.source = source;
    directory = Files.createTempDirectory("citytally-test-");
    closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
    cloud =
        LocalCloud.start(
            closing,
            new LocalCloud.Setup(
                HOME,
                Optional.empty(),
                source,
                shards,
                PortSettings.ANY,
                true,
                VoteStream.Packing.SINGLE,
                faults),
            alarm,
            step -> {});
    votes = new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME);
  }

  public static City withKinesis(VoteStream.Faults faults) throws Exception {
    return new City(SourceKind.KINESIS, 2, faults);
  }

  public static City withDynamoDbStreams() throws Exception {
    return new City(SourceKind.DYNAMODB_STREAMS, 0, VoteStream.Faults.NONE);
  }

  public LocalCloud cloud() {
    return cloud;
  }

  public Path directory() {
    return directory;
  }

  public DynamoDbVotes votes() {
    return votes;
  }

  public JobSettings settings(Duration window, int parallelism, long epoch) {
    return new JobSettings(source, window, 5, Duration.ofHours(25), epoch, parallelism, 0);
  }

  /** Starts the pages and their API, in which anyone may vote. */
  public LocalWebServer startWeb() throws Exception {
    return LocalWeb.start(
        closing, cloud.dynamoDbEndpoint(), LocalWeb.VotersOf.OPEN, Optional.empty(), 0);
  }

  /**
   * Starts the pages and their API, on which the invented citizens sign in.
   *
   * @param port of the pages, which the provider knows
   */
  public LocalWebServer startWeb(LocalIdentity identity, int port) throws Exception {
    return LocalWeb.start(
        closing,
        cloud.dynamoDbEndpoint(),
        pages -> Optional.of(VoterSettings.of(identity, VotePer.REGION)),
        Optional.empty(),
        port);
  }

  /** Starts an identity provider for the pages at this port. */
  public LocalIdentity startIdentity(int port, Duration tokenLifetime) throws Exception {
    return closing.add(
        LocalIdentity.start(
            InstalledEmulators.directory(),
            0,
            URI.create("http://127.0.0.1:" + port),
            tokenLifetime));
  }

  /** Sets the rules of the election, in JSON as in the city's file. */
  public ElectionRules setElection(String json) throws RulesException {
    ElectionRules rules = RulesFile.parse(json);
    cloud.publishElection(rules);
    return rules;
  }

  /** Starts a job in a cluster of its own and waits until it runs. */
  public LocalFlink startJob(JobSettings settings, Optional<String> restore) throws Exception {
    return startJob(pipeline(settings), settings.parallelism(), restore);
  }

  /** Starts a job whose cluster is set up another way. */
  public LocalFlink startJob(JobSettings settings, Configuration differing) throws Exception {
    LocalFlink flink =
        submitJob(pipeline(settings), settings.parallelism(), Optional.empty(), differing);
    await().atMost(TIMEOUT).until(flink::isRunning);
    return flink;
  }

  public LocalFlink startJob(
      VoteCountingPipeline pipeline, int parallelism, Optional<String> restore) throws Exception {
    return startJob(pipeline, parallelism, restore, new Configuration());
  }

  public LocalFlink startJob(
      VoteCountingPipeline pipeline,
      int parallelism,
      Optional<String> restore,
      Configuration differing)
      throws Exception {
    LocalFlink flink = submitJob(pipeline, parallelism, restore, differing);
    await().atMost(TIMEOUT).until(flink::isRunning);
    return flink;
  }

  /** Hands a job to a cluster of its own, in which it may fail before it runs. */
  public LocalFlink submitJob(JobSettings settings, Optional<String> restore) throws Exception {
    return submitJob(pipeline(settings), settings.parallelism(), restore, new Configuration());
  }

  /** Hands a job to a cluster of its own that is set up another way. */
  public LocalFlink submitJob(
      VoteCountingPipeline pipeline,
      int parallelism,
      Optional<String> restore,
      Configuration differing)
      throws Exception {
    Path own = Files.createTempDirectory(directory, "flink-");
    LocalFlink flink =
        closing.add(new LocalFlink(0, own, parallelism, CHECKPOINT_INTERVAL, differing));
    flink.submit(pipeline, restore);
    return flink;
  }

  /** As the local system has it, but without a ballot if the test has not published one. */
  private VoteCountingPipeline pipeline(JobSettings settings) {
    Map<String, Properties> properties = cloud.propertiesOf(settings);
    if (isBallotEmpty()) {
      properties.get("citytally.dynamodb").remove("ballot.table");
      properties.get("citytally.dynamodb").remove("ballot.refresh");
    }
    return VoteCountingJob.pipeline(VoteCountingConfig.parse(properties));
  }

  private boolean isBallotEmpty() {
    try {
      return cloud.ballot().isEmpty();
    } catch (ResourceNotFoundException e) {
      return false;
    }
  }

  /** A time that all records on a stream so far came before, and all later ones don't. */
  public static Instant now() {
    Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
    await().until(() -> Instant.now().isAfter(time));
    return time;
  }

  /** What the contract promises: the count of the votes that stand. */
  public Map<Choice, Long> truth() {
    return cloud.standing();
  }

  /** The totals once all that was cast is counted by this job. */
  public Map<Choice, Long> drained(LocalFlink flink, JobSettings settings) throws Exception {
    Drain drain = new Drain(cloud, flink, alarm, settings.window());
    drain.awaitRead();
    return drain.awaitWritten();
  }

  public Drain drain(LocalFlink flink, JobSettings settings) {
    return new Drain(cloud, flink, alarm, settings.window());
  }

  /** Waits until all that was cast is counted by this job, totals and turnouts. */
  public void assertExact(LocalFlink flink, JobSettings settings) throws Exception {
    assertThat(drained(flink, settings)).isEqualTo(truth());
    assertThat(cloud.turnout()).isEqualTo(cloud.standingTurnout());
  }

  /** What was refused and can be cast again. */
  public List<RejectedVote> refusals() {
    return cloud.rejectedVotes().stream().filter(vote -> vote.recast != null).toList();
  }

  /** Puts a refusal into the table as the job does. */
  public void putRefusal(RejectedVote refusal) {
    cloud
        .dynamoDb()
        .putItem(
            put ->
                put.tableName(RejectedVotesTable.DEFAULT_NAME)
                    .item(RejectedVotesTable.itemOf(refusal, Duration.ofDays(30))));
  }

  /**
   * The readings of the ballot before this one are older than their refresh by the time it ends.
   */
  public static void awaitBallotRefresh() {
    await().pollDelay(BALLOT_REFRESH).until(() -> true);
  }

  public void awaitTotal(Choice key, long votes) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(cloud.totals().getOrDefault(key, 0L)).isEqualTo(votes));
  }

  @Override
  public void close() throws Exception {
    closing.close();
  }
}
