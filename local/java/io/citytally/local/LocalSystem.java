package io.citytally.local;

import io.citytally.VoteCountingJob;
import io.citytally.dynamodb.BallotTable;
import io.citytally.dynamodb.RecentVotesTable;
import io.citytally.dynamodb.TotalVotesTable;
import io.citytally.dynamodb.VotesTable;
import io.citytally.vote.TallyKey;
import io.citytally.web.StoredBallot;
import io.citytally.web.StoredResults;
import io.citytally.web.StoredVotes;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.util.FileUtils;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The whole of Citytally on this machine: the cloud, and the job in its cluster. */
final class LocalSystem {

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration DYNAMODB_PATIENCE = Duration.ofSeconds(3);
  private static final Duration POLL = Duration.ofMillis(50);

  private final LocalCloud cloud;
  private final LocalWebServer web;
  private final LocalFlink flink;
  private final Alarm alarm;

  private LocalSystem(LocalCloud cloud, LocalWebServer web, LocalFlink flink, Alarm alarm) {
    this.cloud = cloud;
    this.web = web;
    this.flink = flink;
    this.alarm = alarm;
  }

  /**
   * Starts everything, and returns when the job runs. With a directory that keeps everything, the
   * job goes on from the newest checkpoint in it.
   *
   * @param closing gets each part as soon as it is started
   * @param ballot is published unless there is one already
   * @param progress is told what is being started
   */
  static LocalSystem start(
      Closing closing,
      LocalCloud.Setup setup,
      JobSettings job,
      Map<TallyKey, String> ballot,
      Consumer<String> progress)
      throws Exception {
    Alarm alarm = new Alarm();
    Path directory = setup.data().isPresent() ? keep(setup.data().get()) : temporary(closing);
    LocalCloud cloud = LocalCloud.start(closing, setup, alarm, progress);

    // Before anyone can vote: an empty ballot admits everything.
    if (cloud.titles().isEmpty()) {
      cloud.publishBallot(ballot);
    }
    progress.accept("Starting the web pages");
    LocalWebServer web = startWeb(closing, cloud, setup.ports());

    progress.accept("Starting Flink");
    LocalFlink flink =
        closing.add(
            new LocalFlink(
                LocalCloud.port(setup.ports().flink(), "--flink-port", Ports.FLINK_UI),
                directory,
                job.parallelism(),
                CHECKPOINT_INTERVAL));
    Optional<String> checkpoint = flink.newestCheckpoint().map(Path::toUri).map(Object::toString);
    flink.submit(VoteCountingJob.pipeline(cloud.configurationOf(job)), checkpoint);
    flink
        .ended()
        .thenAccept(
            end -> {
              if (!closing.isClosed()) {
                alarm.raise(new IllegalStateException(end));
              }
            });
    if (setup.data().isPresent()) {
      closing.add(flink::checkpoint);
    }
    while (!flink.isRunning()) {
      alarm.sleep(POLL);
    }
    return new LocalSystem(cloud, web, flink, alarm);
  }

  private static LocalWebServer startWeb(Closing closing, LocalCloud cloud, PortSettings ports)
      throws Exception {
    DynamoDbClient dynamoDb =
        closing.add(LocalAws.dynamoDb(cloud.dynamoDbEndpoint(), DYNAMODB_PATIENCE));
    WebApplication application =
        closing.add(
            new WebApplication(
                new StoredResults(
                    dynamoDb, TotalVotesTable.DEFAULT_NAME, RecentVotesTable.DEFAULT_NAME),
                new StoredBallot(dynamoDb, BallotTable.DEFAULT_NAME),
                new StoredVotes(dynamoDb, VotesTable.DEFAULT_NAME),
                Optional.empty(),
                Clock.systemUTC()));
    return closing.add(
        LocalWebServer.start(
            application,
            LocalWebServer.TokenVerifier.NONE,
            LocalCloud.port(ports.http(), "--http-port", Ports.HTTP)));
  }

  private static Path keep(Path data) {
    try {
      return Files.createDirectories(data);
    } catch (IOException e) {
      throw new CannotStartException("cannot keep anything in " + data + ": " + e, e);
    }
  }

  private static Path temporary(Closing closing) throws Exception {
    Path directory = Files.createTempDirectory("citytally-");
    closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
    return directory;
  }

  LocalCloud cloud() {
    return cloud;
  }

  LocalFlink flink() {
    return flink;
  }

  /** Raised when a part has failed. */
  Alarm alarm() {
    return alarm;
  }

  /** The addresses at which the parts listen, by name; first the pages, which are for people. */
  Map<String, String> endpoints() throws Exception {
    Map<String, String> endpoints = new LinkedHashMap<>();
    endpoints.put("Dashboard", web.address() + "/");
    endpoints.put("Voting page", web.address() + "/vote");
    endpoints.putAll(cloud.endpoints());
    endpoints.put("Flink UI", flink.webInterface().toString());
    return endpoints;
  }
}
