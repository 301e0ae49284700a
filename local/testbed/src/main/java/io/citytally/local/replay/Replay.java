package io.citytally.local.replay;

import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.command.DisplayText;
import io.citytally.cli.command.Work;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.ItemBatches;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.Resharder;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.election.BallotStep;
import io.citytally.local.election.Election;
import io.citytally.local.election.Pacer;
import io.citytally.local.flink.JobMetrics;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.Retry;
import io.citytally.local.recount.Recount;
import io.citytally.local.screen.RateMeter;
import io.citytally.local.screen.Screen;
import io.citytally.local.screen.Terminal;
import io.citytally.local.system.LiveView;
import io.citytally.local.system.LocalSystem;
import io.citytally.local.web.WebSettings;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Casts every vote of an election, disturbs the system as it is told to, and compares what was
 * counted with what the ballots give. The files' published totals are held against the ballots
 * first.
 */
public final class Replay implements Work<ReplayOptions> {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(5);
  private static final Duration RESHARD_EVERY = Duration.ofSeconds(2);
  private static final Duration RATE_MEMORY = Duration.ofSeconds(5);

  private final Path home;
  private final PrintStream out;

  /**
   * @param home the project's directory
   */
  public Replay(Path home, PrintStream out) {
    this.home = home;
    this.out = out;
  }

  @Override
  public int execute(ReplayOptions options) throws Exception {
    Election election = Election.read(options.files());
    out.printf(
        "%s votes of %s voters for %s improvements, seed %d%n",
        DisplayText.number(election.votes()),
        DisplayText.number(election.voters()),
        DisplayText.number(election.published().size()),
        options.seed());
    if (options.ballots() && election.largestBallot() > VotesTable.MAX_IMPROVEMENTS) {
      throw new CannotStartException(
          "a voter has %d votes, but a ballot holds %d at most: leave --ballots out"
              .formatted(election.largestBallot(), VotesTable.MAX_IMPROVEMENTS));
    }
    election.remarks().forEach(remark -> out.println(DisplayText.plain(remark)));
    try (Closing closing = Closing.onShutdown()) {
      LocalSystem system =
          LocalSystem.start(
              closing,
              setup(options),
              options.job(),
              new WebSettings(cloud -> cloud.publishBallot(election.titles()), Optional.empty()),
              out::println);
      ReplayReport report = replay(options, election, system);
      report.lines().forEach(out::println);
      if (options.keep()) {
        new LiveView(system.cloud(), system.endpoints(), system.alarm(), out)
            .showUntilStopped(closing);
      }
      return report.exitStatus();
    }
  }

  private LocalCloud.Setup setup(ReplayOptions options) {
    return new LocalCloud.Setup(
        home,
        Optional.empty(),
        options.job().source(),
        options.job().shards(),
        options.ports(),
        !options.direct(),
        options.direct() ? VoteStream.Packing.AGGREGATED : VoteStream.Packing.SINGLE,
        new VoteStream.Faults(options.duplicates(), options.shuffle(), options.seed()));
  }

  private ReplayReport replay(ReplayOptions options, Election election, LocalSystem system)
      throws Exception {
    long start = System.nanoTime();
    AtomicLong cast = new AtomicLong();
    RateMeter rate = new RateMeter(RATE_MEMORY);
    Drain drain = new Drain(system.cloud(), system.flink(), system.alarm(), options.job().window());
    Map<Choice, Long> counted;
    Map<String, Long> turnout;
    Map<Choice, Long> history;
    long items;
    int crashCount;
    try (Closing disturbances = new Closing()) {
      Optional<Crashes> crashes = Optional.empty();
      if (options.crashEvery().isPresent()) {
        crashes =
            Optional.of(
                disturbances.add(Crashes.start(system.flink(), options.crashEvery().get())));
      }
      Optional<Crashes> shown = crashes;
      Screen screen =
          disturbances.add(
              new Screen(
                      out,
                      Terminal::current,
                      () -> {
                        long sum = sum(system.cloud().totals());
                        return new ReplayProgress(
                            election.votes(),
                            cast.get(),
                            sum,
                            rate.read(System.nanoTime(), sum),
                            shown.map(Crashes::count).orElse(0));
                      })
                  .start(REDRAW, LINE));
      CompletableFuture<Void> resharding =
          options.reshard() ? reshard(options, system, drain, cast, election) : done();
      items =
          options.ballots()
              ? castBallots(options, election, system, cast)
              : castAll(options, election, system, cast);
      await(resharding, system);
      drain.awaitRead();
      // What is left to see is that nothing is left: from here on the job may run.
      if (crashes.isPresent()) {
        crashes.get().close();
      }
      counted = drain.awaitWritten();
      turnout = system.cloud().turnout();
      history = system.cloud().history();
      crashCount = crashes.map(Crashes::count).orElse(0);
      screen.show();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    JobMetrics metrics = system.flink().metrics();
    out.println("Counting the votes again");
    return new ReplayReport(
        election.votes(),
        items,
        election.totals(),
        options.ballots() ? election.turnout() : election.votesByRegion(),
        election.contradictions(),
        counted,
        turnout,
        history,
        election.titles(),
        crashCount,
        system.cloud().duplicates(),
        metrics.total("duplicatesDropped"),
        metrics.total("tallyWrites"),
        recount(options, system),
        took);
  }

  private Recount.Verdict recount(ReplayOptions options, LocalSystem system) throws Exception {
    Recount recount =
        new Recount(
            home,
            system.cloud().dynamoDbEndpoint(),
            system.webAddress(),
            options.job().recentSize());
    if (options.direct()) {
      recount.with("--direct");
    }
    if (options.ballots()) {
      recount.with("--ballots");
    }
    return recount.withElection(options.files()).run();
  }

  /** Returns how many items were written, or records put. */
  private long castAll(
      ReplayOptions options, Election election, LocalSystem system, AtomicLong cast)
      throws Exception {
    Iterator<CastVote> votes = election.votesInOrder(options.seed());
    Pacer pacer = new Pacer(options.votesPerSecond());
    CreationClock clock = new CreationClock();
    DynamoDbVotes table = new DynamoDbVotes(system.cloud().dynamoDb(), VotesTable.DEFAULT_NAME);
    while (votes.hasNext()) {
      List<CastVote> batch = next(votes, batchSize(options.votesPerSecond()));
      pacer.await(batch.size());
      if (options.direct()) {
        VoteStream stream = system.cloud().stream().orElseThrow();
        for (CastVote vote : batch) {
          stream.put(
              ChangeRecord.cast(
                  VotesTable.DEFAULT_NAME,
                  vote.id(),
                  vote.choice().improvement,
                  vote.choice().region,
                  clock.next()));
        }
      } else {
        table.castAll(batch);
      }
      cast.addAndGet(batch.size());
      system.alarm().sleep(Duration.ZERO);
    }
    return election.votes();
  }

  /** Returns how many items were written, or records put. */
  private long castBallots(
      ReplayOptions options, Election election, LocalSystem system, AtomicLong cast)
      throws Exception {
    List<BallotStep> steps = election.ballotsInOrder(options.seed(), ItemBatches.MAX_ITEMS);
    Pacer pacer = new Pacer(options.votesPerSecond());
    CreationClock clock = new CreationClock();
    DynamoDbVotes table = new DynamoDbVotes(system.cloud().dynamoDb(), VotesTable.DEFAULT_NAME);
    int batchSize = batchSize(options.votesPerSecond() * steps.size() / election.votes());
    for (int from = 0; from < steps.size(); from += batchSize) {
      List<BallotStep> batch = steps.subList(from, Math.min(steps.size(), from + batchSize));
      int votes = batch.stream().mapToInt(BallotStep::votes).sum();
      pacer.await(votes);
      if (options.direct()) {
        VoteStream stream = system.cloud().stream().orElseThrow();
        for (BallotStep step : batch) {
          stream.put(
              ChangeRecord.cast(
                  VotesTable.DEFAULT_NAME,
                  step.ballot(),
                  step.before().orElse(null),
                  clock.next()));
        }
      } else {
        table.castAllBallots(batch.stream().map(BallotStep::ballot).toList());
      }
      cast.addAndGet(votes);
      system.alarm().sleep(Duration.ZERO);
    }
    return steps.size();
  }

  /** A tenth of a second's votes at once, as many as one request takes. */
  private static int batchSize(double votesPerSecond) {
    return (int) Math.max(1, Math.min(ItemBatches.MAX_ITEMS, votesPerSecond / 10));
  }

  private static List<CastVote> next(Iterator<CastVote> votes, int count) {
    List<CastVote> batch = new ArrayList<>(count);
    while (batch.size() < count && votes.hasNext()) {
      batch.add(votes.next());
    }
    return batch;
  }

  /** Splits and merges shards, in turn, while votes are being cast. */
  private static CompletableFuture<Void> reshard(
      ReplayOptions options, LocalSystem system, Drain drain, AtomicLong cast, Election election) {
    Resharder resharder =
        new Resharder(
            system.cloud().kinesis().orElseThrow(),
            system.cloud().stream().orElseThrow(),
            options.seed());
    return CompletableFuture.runAsync(
        () -> {
          for (int i = 0; cast.get() < election.votes(); i++) {
            String id = "reshard-" + i;
            drain.expect(i % 2 == 0 ? resharder.split(id) : resharder.merge(id));
            Retry.pause(RESHARD_EVERY.toMillis());
          }
        });
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private static void await(CompletableFuture<Void> work, LocalSystem system) throws Exception {
    while (!work.isDone()) {
      system.alarm().sleep(REDRAW);
    }
    try {
      work.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the shards could not be split or merged", e.getCause());
    }
  }

  private static long sum(Map<Choice, Long> totals) {
    return totals.values().stream().mapToLong(Long::longValue).sum();
  }
}
