package io.citytally.local.cluster;

import io.citytally.cli.command.CannotStartException;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.DefaultBallot;
import io.citytally.local.election.ElectionWatch;
import io.citytally.local.election.Pacer;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.election.SimulatedVoting;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.system.LiveView;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.LocalWebServer;
import io.citytally.table.VotesTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;

/** The whole system, its job in a cluster of several processes, until Ctrl-C. */
final class LocalCluster {

  private final Path home;
  private final PrintStream out;

  /**
   * @param home the project's directory
   */
  LocalCluster(Path home, PrintStream out) {
    this.home = home;
    this.out = out;
  }

  int run(ClusterOptions options) throws Exception {
    Path jar = options.jar().isPresent() ? options.jar().get() : JobJar.builtIn(home);
    try (Closing closing = Closing.onShutdown()) {
      FailureSignal alarm = new FailureSignal();
      Path temporary = Files.createTempDirectory("citytally-cluster-");
      closing.add(() -> FileUtils.deleteDirectory(temporary.toFile()));
      LocalCloud cloud =
          LocalCloud.start(
              closing,
              new LocalCloud.Setup(
                  home,
                  options.data(),
                  options.job().source(),
                  options.job().shards(),
                  options.ports(),
                  true,
                  VoteStream.Packing.SINGLE,
                  VoteStream.Faults.NONE),
              alarm,
              out::println);
      // Before anyone can vote: what is not on the ballot does not count.
      if (cloud.ballot().isEmpty()) {
        DefaultBallot.publish(cloud);
      }
      out.println("Starting the web pages");
      LocalWebServer web =
          Ports.listen(
              options.ports().http(),
              "--http-port",
              Ports.HTTP,
              port ->
                  LocalWeb.start(
                      closing,
                      cloud.dynamoDbEndpoint(),
                      LocalWeb.VotersOf.OPEN,
                      options.data(),
                      port));

      out.println("Starting Flink's processes");
      FlinkCluster cluster =
          closing.add(
              new FlinkCluster(
                  new FlinkCluster.Setup(
                      home,
                      temporary,
                      logs(),
                      Ports.choose(options.ports().flink(), "--flink-port", Ports.FLINK_UI),
                      options.job().parallelism(),
                      options.checkpointInterval()),
                  alarm));
      cluster.start();
      ClusterApplication application =
          new ClusterApplication(cluster, options.data().orElse(temporary).resolve("snapshots"));
      Optional<Path> snapshot = snapshot(options, application);
      out.println(
          "Starting the job of "
              + jar.getFileName()
              + snapshot.map(path -> " from the snapshot " + path.getFileName()).orElse(""));
      application.start(
          jar,
          cloud.propertiesOf(options.job()),
          options.job().parallelism(),
          snapshot.map(path -> path.toUri().toString()));
      if (options.data().isPresent()) {
        closing.add(() -> out.println("Stopped with the snapshot " + application.stop()));
      }
      startVoting(options, closing, cloud, alarm);

      Map<String, String> endpoints = new LinkedHashMap<>();
      endpoints.put("Dashboard", web.address() + "/");
      endpoints.put("Voting page", web.address() + "/vote");
      endpoints.putAll(cloud.endpoints());
      endpoints.put("Flink UI", cluster.rest().address().toString());
      out.printf(
          "Flink's processes are %s; they log to %s%n",
          cluster.processes().stream()
              .map(process -> Long.toString(process.pid()))
              .collect(Collectors.joining(", ")),
          logs());
      new LiveView(cloud, endpoints, alarm, out).showUntilStopped(closing);
      return 0;
    }
  }

  private Path logs() {
    return home.resolve("target/local/logs/cluster-" + ProcessHandle.current().pid());
  }

  private static Optional<Path> snapshot(ClusterOptions options, ClusterApplication application)
      throws IOException {
    return switch (options.snapshot()) {
      case ClusterOptions.NONE -> Optional.empty();
      case ClusterOptions.LATEST -> application.newestSnapshot();
      default ->
          Optional.of(
              application.snapshots().stream()
                  .filter(path -> path.getFileName().toString().equals(options.snapshot()))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new CannotStartException(
                              "there is no snapshot "
                                  + options.snapshot()
                                  + " in --data. Name one of those that are listed there, or latest.")));
    };
  }

  private static void startVoting(
      ClusterOptions options, Closing closing, LocalCloud cloud, FailureSignal alarm)
      throws Exception {
    if (options.votersPerSecond() > 0) {
      ElectionWatch election = new ElectionWatch(cloud::election, Clock.systemUTC());
      closing.add(
          new SimulatedVoting(
                  new SimulatedVoters(
                      DefaultBallot.titles().keySet(), ThreadLocalRandom.current().nextLong()),
                  new Pacer(options.votersPerSecond()),
                  new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME),
                  election::isOpen,
                  alarm::raise)
              .start());
    }
  }
}
