package io.citytally.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.citytally.cli.audit.Audit;
import io.citytally.cli.audit.AuditReport;
import io.citytally.cli.audit.Finding;
import io.citytally.cli.audit.Pace;
import io.citytally.cli.audit.PacedScan;
import io.citytally.cli.audit.Tables;
import io.citytally.cli.command.CannotStartException;
import io.citytally.local.city.Elections;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.ItemBatches;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cloud.Totals;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.Election;
import io.citytally.local.guard.FlinkGuard;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.table.CorrectionsTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.RandomSeed;
import io.citytally.vote.SourceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The job's jar, as the build has just made it, in a cluster of several processes. */
class ClusterITCase {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final Tables TABLES =
      new Tables(
          VotesTable.DEFAULT_NAME,
          TotalVotesTable.DEFAULT_NAME,
          TurnoutTable.DEFAULT_NAME,
          HistoryTable.DEFAULT_NAME,
          RejectedVotesTable.DEFAULT_NAME,
          CorrectionsTable.DEFAULT_NAME);

  private static final FailureSignal ALARM = new FailureSignal();

  @TempDir static Path directory;

  private static Path jar;
  private static FlinkCluster cluster;

  private final Closing closing = new Closing();
  private LocalCloud cloud;
  private ClusterApplication application;

  @BeforeAll
  static void startCluster() throws Exception {
    jar = JobJar.builtIn(HOME);
    cluster =
        new FlinkCluster(
            new FlinkCluster.Setup(
                HOME,
                directory.resolve("flink"),
                directory.resolve("logs"),
                0,
                3,
                Duration.ofMillis(500)),
            ALARM);
    cluster.start();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    List<ProcessHandle> processes = cluster.processes();
    cluster.close();

    assertThat(processes).hasSize(1 + FlinkCluster.TASK_MANAGERS);
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  @BeforeEach
  void startCloud() throws Exception {
    long seed = randomSeed.value();
    cloud =
        LocalCloud.start(
            closing,
            new LocalCloud.Setup(
                HOME,
                Optional.empty(),
                SourceKind.KINESIS,
                2,
                PortSettings.ANY,
                false,
                VoteStream.Packing.AGGREGATED,
                new VoteStream.Faults(0.1, 50, seed)),
            ALARM,
            step -> {});
    application = new ClusterApplication(cluster, directory.resolve("snapshots-" + seed));
  }

  @AfterEach
  void stopCloud() throws Exception {
    if (application.job() != null) {
      application.abandon();
    }
    closing.close();
  }

  @Test
  void countsAnElectionExactlyThoughProcessesAreKilledAndTheJobIsUpgraded() throws Exception {
    Election election = Election.read(Elections.real("toulouse-2022").orElse(Elections.lunden()));
    cloud.publishBallot(election.titles());
    Votes votes = new Votes(election);
    JobSettings before = settings(Duration.ofMillis(300), 2);
    application.start(jar, cloud.propertiesOf(before), before.parallelism(), Optional.empty());

    List<ProcessHandle> processes = cluster.processes();
    pressCtrlC(processes);
    votes.cast(0.2);
    awaitCheckpoint();
    assertThat(cluster.processes()).isEqualTo(processes).allMatch(ProcessHandle::isAlive);
    killWithoutWarning(1);
    votes.cast(0.4);
    awaitRestart();
    awaitCheckpoint();
    String lost = application.job();
    killWithoutWarning(0);
    votes.cast(0.6);
    await().atMost(TIMEOUT).until(() -> !application.job().equals(lost));
    assertThat(cluster.rest().restoredFrom(application.job()))
        .hasValueSatisfying(path -> assertThat(path).contains(lost).contains("chk-"));

    String snapshot = application.stop();
    votes.cast(0.8);
    JobSettings after = settings(Duration.ofMillis(900), 3);
    application.start(
        rebuiltJar(), cloud.propertiesOf(after), after.parallelism(), Optional.of(snapshot));
    votes.cast(1);
    cloud.stream().orElseThrow().flush();

    assertThat(cluster.rest().restoredFrom(application.job())).contains(snapshot);
    assertThat(cluster.rest().parallelism(application.job())).isEqualTo(3);
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> assertThat(cloud.counted()).isEqualTo(Totals.nonZero(election.published())));
    assertNoDrift(election.votes());
  }

  @Test
  void takesChangesFromItsLauncherOnlyAndShowsTheSecretToNobody() throws Exception {
    String secret =
        GlobalConfiguration.loadConfiguration(directory.resolve("flink/conf").toString())
            .get(FlinkGuard.SECRET);
    HttpClient client = HttpClient.newHttpClient();
    URI rest = cluster.rest().address();

    assertThat(status(client, HttpRequest.newBuilder(rest.resolve("/jobs")))).isEqualTo(200);
    for (String change : List.of("/jars/upload", "/jobs", "/jobs/1/stop")) {
      HttpRequest.Builder request = HttpRequest.newBuilder(rest.resolve(change));
      assertThat(status(client, request.POST(HttpRequest.BodyPublishers.ofString("{}"))))
          .as(change)
          .isEqualTo(403);
    }
    String shown =
        client
            .send(
                HttpRequest.newBuilder(rest.resolve("/jobmanager/config")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    assertThat(shown).contains(FlinkGuard.SECRET.key()).doesNotContain(secret);
    try (Stream<Path> logs = Files.list(directory.resolve("logs"))) {
      assertThat(logs.map(ClusterITCase::read)).isNotEmpty().noneMatch(log -> log.contains(secret));
    }
  }

  private static int status(HttpClient client, HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void leavesNothingOfAStartThatIsInterrupted() throws Exception {
    FlinkCluster interrupted =
        new FlinkCluster(
            new FlinkCluster.Setup(
                HOME,
                directory.resolve("interrupted"),
                directory.resolve("interrupted-logs"),
                0,
                1,
                Duration.ofMillis(500)),
            ALARM);
    CompletableFuture<Void> start =
        CompletableFuture.runAsync(
            () -> {
              try {
                interrupted.start();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    await().atMost(TIMEOUT).until(() -> !interrupted.processes().isEmpty());
    List<ProcessHandle> processes = interrupted.processes();
    interrupted.close();

    assertThat(start).failsWithin(TIMEOUT);
    assertThat(interrupted.processes()).isEqualTo(processes).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void saysWhyAJobDoesNotStart() {
    Map<String, Properties> properties = cloud.propertiesOf(settings(Duration.ofMillis(300), 1));
    properties.get("citytally.count").setProperty("window", "soon");

    assertThatThrownBy(() -> application.start(jar, properties, 1, Optional.empty()))
        .isInstanceOf(CannotStartException.class)
        .hasMessageStartingWith("The job does not start: ")
        .hasMessageContaining("window");
    assertThat(application.job()).isNull();
  }

  /** A terminal would send it to all processes of the command. */
  private static void pressCtrlC(List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    }
  }

  /** By process: 0 is the job manager, the others are task managers. */
  private static void killWithoutWarning(int process) {
    assertThat(cluster.processes().get(process).destroyForcibly()).isTrue();
  }

  private void awaitCheckpoint() throws Exception {
    int before = cluster.rest().checkpoints(application.job());
    await()
        .atMost(TIMEOUT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> cluster.rest().checkpoints(application.job()) > before);
  }

  private void awaitRestart() {
    await()
        .atMost(TIMEOUT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                cluster.rest().restarts(application.job()) > 0
                    && cluster.rest().isRunning(application.job()));
  }

  private static JobSettings settings(Duration window, int parallelism) {
    return new JobSettings(SourceKind.KINESIS, window, 5, Duration.ofHours(25), 1, parallelism, 0);
  }

  /** Another job, of sources that have changed. */
  private static Path rebuiltJar() throws IOException {
    Path source = directory.resolve("VoteCountingJob.java");
    Files.writeString(
        source,
        Files.readString(HOME.resolve("src/job/src/main/java/io/citytally/VoteCountingJob.java"))
            .replace("NAME = \"citytally\"", "NAME = \"citytally, rebuilt\""));
    Path classes = Files.createDirectories(directory.resolve("rebuilt"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                System.out,
                System.err,
                "--release",
                "11",
                "-nowarn",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(status).isZero();
    Path rebuilt = Files.copy(jar, directory.resolve("citytally-rebuilt.jar"));
    String changed = "io/citytally/VoteCountingJob.class";
    try (FileSystem entries = FileSystems.newFileSystem(rebuilt)) {
      Files.copy(
          classes.resolve(changed), entries.getPath(changed), StandardCopyOption.REPLACE_EXISTING);
    }
    return rebuilt;
  }

  private void assertNoDrift(long votes) {
    AuditReport report =
        new Audit(
                new PacedScan(
                    cloud.dynamoDb(), OptionalInt.empty(), Clock.systemUTC(), ClusterITCase::sleep),
                TABLES,
                Optional.empty(),
                new Pace(SETTLE, 3, Duration.ZERO),
                (look, scanned) -> {})
            .run();

    assertThat(report.votes()).isEqualTo(votes);
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.of(Finding.Kind.DRIFT)).isEmpty();
  }

  private static void sleep(Duration time) {
    try {
      ALARM.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All votes of an election, cast bit by bit, into the table and straight onto the stream. */
  private final class Votes {

    private final long all;
    private final Iterator<CastVote> left;
    private final DynamoDbVotes table =
        new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME);
    private final VoteStream stream = cloud.stream().orElseThrow();
    private final CreationClock clock = new CreationClock();
    private long cast;

    Votes(Election election) {
      all = election.votes();
      left = election.votesInOrder(1);
    }

    /**
     * @param part of all, from 0 to 1, to be reached
     */
    void cast(double part) {
      while (cast < Math.round(part * all)) {
        List<CastVote> batch = new ArrayList<>();
        while (batch.size() < ItemBatches.MAX_ITEMS && left.hasNext()) {
          batch.add(left.next());
        }
        table.castAll(batch);
        for (CastVote vote : batch) {
          stream.put(
              ChangeRecord.cast(
                  VotesTable.DEFAULT_NAME,
                  vote.id(),
                  vote.choice().improvement,
                  vote.choice().region,
                  clock.next()));
        }
        cast += batch.size();
      }
      stream.send();
    }
  }
}
