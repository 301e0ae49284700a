package io.citytally.local.chaos;

import io.citytally.cli.command.DisplayText;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cluster.FlinkCluster;
import io.citytally.local.election.Election;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.screen.Screen;
import io.citytally.local.screen.Terminal;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.util.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Round after round, until the time is up. */
final class Campaign {

  private static final Logger LOG = LoggerFactory.getLogger(Campaign.class);

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(10);
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(700);

  private final Path home;
  private final ChaosOptions options;
  private final PrintStream out;
  private final List<RoundResult> results = new CopyOnWriteArrayList<>();
  private final Occurrences happened = new Occurrences();
  private volatile Optional<Measurement> measurement = Optional.empty();
  private volatile boolean ended;

  /**
   * @param home the project's directory
   */
  Campaign(Path home, ChaosOptions options, PrintStream out) {
    this.home = home;
    this.options = options;
    this.out = out;
  }

  ChaosReport run() throws Exception {
    Election election = Election.read(options.files());
    out.printf(
        "%s votes for %s improvements, seed %d%n",
        DisplayText.number(election.votes()),
        DisplayText.number(election.published().size()),
        options.seed());
    election.remarks().forEach(remark -> out.println(DisplayText.plain(remark)));
    try (Closing closing = Closing.onShutdown()) {
      closing.add(this::sayWhereItWasStopped);
      try {
        hold(election, closing);
      } catch (Exception e) {
        if (!closing.isClosed()) {
          throw e;
        }
        LOG.info("Stopped by Ctrl-C, by which all that was waited for fails", e);
      }
      ended = !closing.isClosed();
      return report();
    }
  }

  private void hold(Election election, Closing closing) throws Exception {
    FailureSignal alarm = new FailureSignal();
    Optional<FlinkCluster> cluster =
        options.lambda() ? Optional.empty() : Optional.of(startCluster(closing, alarm));
    measurement =
        cluster.flatMap(
            started -> options.measureEvery().map(every -> new Measurement(every, started)));
    long start = System.nanoTime();
    do {
      long seed = options.seed() + results.size();
      Round round = new Round(home, options, election, seed, alarm);
      try (Closing parts = closing.add(new Closing());
          Screen screen = screenOf(round).start(REDRAW, LINE)) {
        results.add(round.run(parts, cluster, measurement));
        happened.addAll(round.occurrences());
      } catch (Exception e) {
        throw new IllegalStateException(
            "round %d, seed %d: %s".formatted(results.size() + 1, seed, e.getMessage()), e);
      }
      show(election);
    } while (System.nanoTime() - start < options.duration().toNanos());
  }

  /** One for all rounds, so that what it leaks would add up. */
  private FlinkCluster startCluster(Closing closing, FailureSignal alarm) throws Exception {
    Path directory = Files.createTempDirectory("citytally-chaos-cluster-");
    closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
    FlinkCluster cluster =
        closing.add(
            new FlinkCluster(
                new FlinkCluster.Setup(
                    home,
                    directory,
                    home.resolve("target/local/logs/chaos-" + ProcessHandle.current().pid()),
                    Ports.free(),
                    CitytallyJob.MAX_PARALLELISM,
                    CHECKPOINT_INTERVAL),
                alarm));
    cluster.start();
    return cluster;
  }

  /** By Ctrl-C, or by a failure: the end that {@link #run} does not come to. */
  private void sayWhereItWasStopped() {
    if (!ended) {
      out.println(report().closingLine() + " before it was stopped");
    }
  }

  private Screen screenOf(Round round) {
    int number = results.size() + 1;
    return new Screen(
        out,
        Terminal::current,
        () ->
            new ChaosProgress(
                number,
                options.seed() + number - 1,
                round.steps(),
                round.stepsDone(),
                round.happening(),
                round.occurrences().faults()));
  }

  private void show(Election election) {
    RoundResult last = results.get(results.size() - 1);
    if (options.lambda()) {
      return;
    }
    ChaosReport.differencesOf(last, election.titles()).forEach(out::println);
  }

  private ChaosReport report() {
    Set<Fault> expected = EnumSet.copyOf(options.faults());
    if (options.lambda()) {
      expected.retainAll(LegacyLambdaFunction.SUFFERS);
    }
    return new ChaosReport(
        List.copyOf(results),
        happened,
        expected,
        options.lambda(),
        measurement.map(Measurement::measured));
  }
}
