package io.citytally.local.soak;

import io.citytally.cli.command.DisplayText;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.cloud.Votes;
import io.citytally.local.election.DefaultBallot;
import io.citytally.local.election.Pacer;
import io.citytally.local.election.SimulatedVoters;
import io.citytally.local.election.SimulatedVoting;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.replay.Crashes;
import io.citytally.local.replay.Drain;
import io.citytally.local.system.LocalSystem;
import io.citytally.local.web.WebSettings;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.util.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system for a long time: voters vote, the job is crashed now and then, a dashboard
 * looks, and every few minutes the voters pause until everything is counted, and the totals are
 * compared with the votes. In between it is measured what the system takes up. What was kept in
 * memory would grow, so tables and stream are on disk.
 */
final class Soak {

  private static final Logger LOG = LoggerFactory.getLogger(Soak.class);

  private static final PortSettings ANY_PORT =
      new PortSettings(
          OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
  private static final Duration POLL = Duration.ofMillis(200);

  private final Path home;
  private final SoakOptions options;
  private final PrintStream out;

  private final AtomicLong votes = new AtomicLong();
  private final List<Footprint> footprints = new ArrayList<>();
  private final List<String> differing = new ArrayList<>();
  private int checks;
  private int drifted;
  private int crashes;
  private long startNanos;

  /**
   * @param home the project's directory
   */
  Soak(Path home, SoakOptions options, PrintStream out) {
    this.home = home;
    this.options = options;
    this.out = out;
  }

  SoakReport run() throws Exception {
    try (Closing closing = Closing.onShutdown()) {
      Path data = Files.createTempDirectory("citytally-soak-");
      closing.add(() -> FileUtils.deleteDirectory(data.toFile()));
      LocalSystem system = start(closing, data);
      ResultsWatch dashboard =
          closing.add(
              new ResultsWatch(
                      URI.create(system.endpoints().get("Dashboard")).resolve("/api/results"))
                  .start());
      startNanos = System.nanoTime();
      closing.add(() -> sayWhereItWasStopped(dashboard));
      try {
        soak(system, closing);
      } catch (Exception e) {
        if (!closing.isClosed()) {
          throw e;
        }
        LOG.info("Stopped by Ctrl-C, by which all that was waited for fails", e);
      }
      return report(dashboard);
    }
  }

  private void soak(LocalSystem system, Closing closing) throws Exception {
    SimulatedVoters voters = new SimulatedVoters(DefaultBallot.titles().keySet(), options.seed());
    while (elapsed().compareTo(options.duration()) < 0) {
      Duration end = shorter(elapsed().plus(options.compareEvery()), options.duration());
      try (Closing disturbances = closing.add(new Closing())) {
        voteUntil(end, voters, system, disturbances);
      }
      compare(system);
    }
  }

  private LocalSystem start(Closing closing, Path data) throws Exception {
    return LocalSystem.start(
        closing,
        new LocalCloud.Setup(
            home,
            Optional.of(data),
            options.job().source(),
            options.job().shards(),
            ANY_PORT,
            true,
            VoteStream.Packing.SINGLE,
            VoteStream.Faults.NONE),
        options.job(),
        new WebSettings(DefaultBallot.titles(), Optional.empty()),
        out::println);
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void voteUntil(
      Duration end, SimulatedVoters voters, LocalSystem system, Closing disturbances)
      throws Exception {
    Votes table = counting(new DynamoDbVotes(system.cloud().dynamoDb(), VotesTable.DEFAULT_NAME));
    disturbances.add(
        new SimulatedVoting(
                voters, new Pacer(options.votesPerSecond()), table, system.alarm()::raise)
            .start());
    if (options.crashEvery().isPresent()) {
      Crashes crashing = Crashes.start(system.flink(), options.crashEvery().get());
      disturbances.add(
          () -> {
            crashing.close();
            crashes += crashing.count();
          });
    }
    while (elapsed().compareTo(end) < 0) {
      system.alarm().sleep(shorter(options.measureEvery(), end.minus(elapsed()).plus(POLL)));
      measure(system);
    }
  }

  private Votes counting(Votes table) {
    return new Votes() {
      @Override
      public void cast(String id, Choice choice) {
        table.cast(id, choice);
        votes.incrementAndGet();
      }

      @Override
      public void withdraw(String id) {
        table.withdraw(id);
        votes.incrementAndGet();
      }
    };
  }

  private void measure(LocalSystem system) throws Exception {
    long start = System.nanoTime();
    try {
      system.flink().checkpoint();
    } catch (ExecutionException e) {
      // The job is being restarted: what it takes up then tells nothing.
      LOG.info("No footprint while there is no checkpoint", e);
      return;
    }
    Duration checkpoint = Duration.ofNanos(System.nanoTime() - start);
    Footprint footprint = Footprint.measure(elapsed(), checkpoint, votes.get());
    footprints.add(footprint);
    out.printf(
        "%s  %s votes, heap %d MB, %d threads, %d open files, checkpoint %d ms%n",
        DisplayText.time(footprint.at()),
        DisplayText.number(footprint.votes()),
        footprint.heapBytes() / 1_000_000,
        footprint.threads(),
        footprint.openFiles(),
        checkpoint.toMillis());
  }

  private void compare(LocalSystem system) throws Exception {
    Drain drain = new Drain(system.cloud(), system.flink(), system.alarm(), options.job().window());
    drain.awaitRead();
    Map<Choice, Long> totals = drain.awaitWritten();
    Map<Choice, Long> truth = new HashMap<>();
    for (var vote : system.cloud().scan(VotesTable.DEFAULT_NAME)) {
      truth.merge(VotesTable.choiceOf(vote), 1L, Long::sum);
    }
    int before = differing.size();
    TreeSet<Choice> keys = new TreeSet<>(Comparator.comparing(Choice::toString));
    keys.addAll(totals.keySet());
    keys.addAll(truth.keySet());
    for (Choice key : keys) {
      long counted = totals.getOrDefault(key, 0L);
      long cast = truth.getOrDefault(key, 0L);
      if (counted != cast) {
        differing.add(
            "after %s: %s has %d votes, but %d were counted"
                .formatted(DisplayText.time(elapsed()), key, cast, counted));
      }
    }
    checks++;
    int differences = differing.size() - before;
    drifted += differences > 0 ? 1 : 0;
    out.printf(
        "%s  compared: %s totals, %d differ%n",
        DisplayText.time(elapsed()), DisplayText.number(keys.size()), differences);
    differing.subList(before, differing.size()).forEach(out::println);
  }

  private SoakReport report(ResultsWatch dashboard) {
    return new SoakReport(
        options.duration(),
        elapsed(),
        votes.get(),
        List.copyOf(footprints),
        checks,
        drifted,
        List.copyOf(differing),
        crashes,
        dashboard.answered(),
        dashboard.failed());
  }

  /** By Ctrl-C, or by a failure: the end that {@link #run} does not come to. */
  private void sayWhereItWasStopped(ResultsWatch dashboard) {
    SoakReport report = report(dashboard);
    if (report.took().compareTo(options.duration()) < 0) {
      out.println(report.closingLine());
    }
  }
}
