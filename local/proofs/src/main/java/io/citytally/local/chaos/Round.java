package io.citytally.local.chaos;

import io.citytally.local.chaos.UndecidedVoters.Step;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.LocalCloud;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.cloud.Ports;
import io.citytally.local.cloud.Resharder;
import io.citytally.local.cloud.Totals;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.cluster.FlinkCluster;
import io.citytally.local.cluster.JobJar;
import io.citytally.local.election.Election;
import io.citytally.local.election.Pacer;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.lifecycle.FailureSignal;
import io.citytally.local.lifecycle.Retry;
import io.citytally.local.recount.Recount;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.LocalWebServer;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.util.FileUtils;

/**
 * A whole election on a fresh system. The votes are cast part by part; while a part is being cast,
 * one fault happens; the next part begins when both are done. So every fault meets votes, however
 * short the election or slow the machine, and each happens at least once. All the time, writes are
 * disturbed, and changes are delivered twice and in disorder.
 */
final class Round {

  /** A longer election has more parts, and each of them the time for a fault. */
  private static final Duration MAX_PART_TIME = Duration.ofSeconds(5);

  /** The time in which about two thirds of the votes that are left are cast during a fault. */
  private static final Duration TRICKLE = Duration.ofSeconds(15);

  private static final double DUPLICATES = 0.1;
  private static final int SHUFFLE = 200;
  private static final int RESHARDINGS = 3;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STREAMING_TIMEOUT = Duration.ofMinutes(5);

  /** Before a total is called wrong it may take this long to become right. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path home;
  private final ChaosOptions options;
  private final Election election;
  private final long seed;
  private final Random random;
  private final UndecidedVoters voters;
  private final List<Step> steps;
  private final FailureSignal alarm;
  private final AtomicLong stepsDone = new AtomicLong();
  private final Occurrences occurrences = new Occurrences();
  private final List<Marker> closedShards = new ArrayList<>();
  private volatile Optional<Fault> happening = Optional.empty();

  /**
   * @param home the project's directory
   * @param seed of the votes, the faults and their order
   * @param alarm ends what waits
   */
  Round(Path home, ChaosOptions options, Election election, long seed, FailureSignal alarm) {
    this.home = home;
    this.alarm = alarm;
    this.options = options;
    this.election = election;
    this.seed = seed;
    random = new Random(seed);
    voters = new UndecidedVoters(election, seed, options.faults().contains(Fault.MINDS));
    steps = voters.steps();
  }

  /** Everything that voters do in it. */
  int steps() {
    return steps.size();
  }

  long stepsDone() {
    return stepsDone.get();
  }

  /** The fault that is being done, if any. */
  Optional<Fault> happening() {
    return happening;
  }

  /** What has happened so far, by proof. */
  Occurrences occurrences() {
    return occurrences;
  }

  /**
   * Holds the election.
   *
   * @param closing gets each part as soon as it is started
   * @param cluster runs the job; nothing for the former algorithm
   * @param measurement looks at the round, if anything does
   */
  RoundResult run(
      Closing closing, Optional<FlinkCluster> cluster, Optional<Measurement> measurement)
      throws Exception {
    Path directory = Files.createTempDirectory("citytally-chaos-");
    closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
    LocalCloud cloud = startCloud(closing, directory);
    cloud.publishBallot(election.titles());
    LocalWebServer web =
        LocalWeb.start(
            closing, cloud.dynamoDbEndpoint(), LocalWeb.VotersOf.OPEN, Optional.empty(), 0);
    FaultyDynamoDb tables =
        closing.add(
            new FaultyDynamoDb(
                cloud.dynamoDbEndpoint(),
                ChaosReport.writeFaults(options.lambda()),
                random.nextLong()));
    Algorithm algorithm =
        cluster.isPresent()
            ? job(cluster.get(), cloud, tables, directory)
            : new LegacyLambdaFunction(closing, cloud, tables.endpoint(), alarm);
    algorithm.start();
    if (options.faults().contains(Fault.WRITES)) {
      tables.disturb(options.disturbedWrites());
    }

    try (Closing looking = closing.add(new Closing())) {
      if (measurement.isPresent()) {
        looking.add(
            measurement
                .get()
                .start(
                    web.address().resolve("/api/results"),
                    this::isDynamoDbAway,
                    stepsDone::get,
                    algorithm::lastCheckpoint));
      }
      disturb(schedule(algorithm), cloud, tables, algorithm);
    }

    cloud.streaming().orElseThrow().awaitCaughtUp(STREAMING_TIMEOUT);
    algorithm.drain(closedShards, () -> tables.disturb(0));
    if (measurement.isPresent()) {
      measurement.get().lookForClassLoaders();
    }
    RoundResult result = compare(cloud, web);
    algorithm.stop();
    occurrences.addWrites(tables.faultsDone());
    occurrences.add(Fault.DUPLICATES, cloud.duplicates());
    occurrences.add(Fault.MINDS, voters.mindsChanged());
    return result;
  }

  private Algorithm job(
      FlinkCluster cluster, LocalCloud cloud, FaultyDynamoDb tables, Path directory) {
    return new CitytallyJob(
        cluster,
        JobJar.builtIn(home),
        cloud,
        tables.endpoint(),
        directory.resolve("snapshots"),
        alarm,
        options.job(),
        random.nextLong());
  }

  private boolean isDynamoDbAway() {
    return happening.filter(Fault.DYNAMODB_RESTARTS::equals).isPresent();
  }

  private LocalCloud startCloud(Closing closing, Path directory) throws Exception {
    boolean duplicates = options.faults().contains(Fault.DUPLICATES);
    return LocalCloud.start(
        closing,
        new LocalCloud.Setup(
            home,
            Optional.of(Files.createDirectories(directory.resolve("cloud"))),
            options.job().source(),
            options.job().shards(),
            new PortSettings(free(), free(), free(), free()),
            true,
            VoteStream.Packing.SINGLE,
            duplicates ? new VoteStream.Faults(DUPLICATES, SHUFFLE, seed) : VoteStream.Faults.NONE),
        alarm,
        step -> {});
  }

  /** A port that nobody takes while what listens there is killed and started again. */
  private static OptionalInt free() {
    return OptionalInt.of(Ports.free());
  }

  /** Each fault once, and then all of them again, for as long as there are votes. */
  private List<Fault> schedule(Algorithm algorithm) {
    List<Fault> events =
        options.faults().stream()
            .filter(Fault::isEvent)
            .filter(algorithm.suffers()::contains)
            .toList();
    double perPart = options.votesPerSecond() * MAX_PART_TIME.toSeconds();
    List<Fault> schedule = new ArrayList<>();
    while (!events.isEmpty() && schedule.size() < Math.max(events.size(), steps.size() / perPart)) {
      List<Fault> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, random);
      schedule.addAll(shuffled);
    }
    return schedule;
  }

  private void disturb(
      List<Fault> schedule, LocalCloud cloud, FaultyDynamoDb tables, Algorithm algorithm)
      throws Exception {
    int parts = schedule.size() + 1;
    for (int part = 0; part < parts; part++) {
      List<Step> now =
          steps.subList(
              (int) ((long) steps.size() * part / parts),
              (int) ((long) steps.size() * (part + 1) / parts));
      Optional<Fault> fault =
          part < schedule.size() ? Optional.of(schedule.get(part)) : Optional.empty();
      happening = fault;
      CompletableFuture<Void> voting = CompletableFuture.runAsync(() -> vote(now, cloud));
      if (fault.isPresent()) {
        happen(fault.get(), cloud, tables, algorithm);
        happening = Optional.empty();
      }
      while (!voting.isDone()) {
        alarm.sleep(POLL);
      }
      try {
        voting.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a vote could not be cast", e.getCause());
      }
    }
  }

  /**
   * Straight to the table: only the job's way is disturbed. Half of the part is cast at the asked
   * rate; the rest trickles for as long as the fault lasts, ever more slowly, so that there are
   * votes until its end.
   */
  private void vote(List<Step> part, LocalCloud cloud) {
    DynamoDbVotes votes = new DynamoDbVotes(cloud.dynamoDb(), VotesTable.DEFAULT_NAME);
    Pacer pacer = new Pacer(options.votesPerSecond());
    try {
      for (int i = 0; i < part.size(); i++) {
        if (happening.isPresent() && i >= part.size() / 2) {
          awaitEndOfFault(TRICKLE.dividedBy(part.size() - i));
        } else {
          pacer.await(1);
        }
        cast(part.get(i), votes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEndOfFault(Duration atMost) throws InterruptedException {
    long start = System.nanoTime();
    while (happening.isPresent() && System.nanoTime() - start < atMost.toNanos()) {
      alarm.sleep(POLL);
    }
  }

  private void cast(Step step, DynamoDbVotes votes) {
    Retry.with(
        () -> {
          step.choice()
              .ifPresentOrElse(
                  choice -> votes.cast(step.id(), choice), () -> votes.withdraw(step.id()));
          return step;
        });
    stepsDone.incrementAndGet();
  }

  private void happen(Fault fault, LocalCloud cloud, FaultyDynamoDb tables, Algorithm algorithm)
      throws Exception {
    switch (fault) {
      case RESHARDINGS -> algorithm.pause(() -> reshard(cloud));
      case KINESIS_KILLS -> {
        int open = cloud.stream().orElseThrow().openShards().size();
        cloud.killAndRestartKinesis();
        if (cloud.stream().orElseThrow().openShards().size() == open) {
          occurrences.add(fault, 1);
        }
      }
      case DYNAMODB_OUTAGES -> {
        if (tables.refuse(options.outage()) > 0) {
          occurrences.add(fault, 1);
        }
      }
      case DYNAMODB_RESTARTS -> {
        Set<Choice> before = cloud.totals().keySet();
        cloud.killAndRestartDynamoDb();
        if (cloud.totals().keySet().containsAll(before)) {
          occurrences.add(fault, 1);
        }
      }
      default -> {
        if (algorithm.suffer(fault)) {
          occurrences.add(fault, 1);
        }
      }
    }
  }

  private void reshard(LocalCloud cloud) {
    VoteStream stream = cloud.stream().orElseThrow();
    Resharder resharder = new Resharder(cloud.kinesis().orElseThrow(), stream, random.nextLong());
    for (int i = 0; i < RESHARDINGS; i++) {
      String id = "reshard-" + closedShards.size();
      List<Marker> closed =
          random.nextBoolean() && stream.openShards().size() > 1
              ? resharder.merge(id)
              : resharder.split(id);
      closedShards.addAll(closed);
      occurrences.add(Fault.RESHARDINGS, closed.isEmpty() ? 0 : 1);
    }
  }

  private RoundResult compare(LocalCloud cloud, LocalWebServer web) throws Exception {
    Map<Choice, Long> standing = cloud.standing();
    Map<Choice, Long> cast = new HashMap<>();
    steps.forEach(step -> step.choice().ifPresent(choice -> cast.merge(choice, 1L, Long::sum)));
    long start = System.nanoTime();
    Map<Choice, Long> counted = cloud.counted();
    while (!options.lambda()
        && !counted.equals(standing)
        && System.nanoTime() - start < TIMEOUT.toNanos()) {
      alarm.sleep(POLL);
      counted = cloud.counted();
    }
    return new RoundResult(
        seed,
        election.votes(),
        Totals.nonZero(election.totals()),
        standing,
        counted,
        cast,
        options.lambda() ? List.of() : differingHistory(cloud),
        recount(cloud, web));
  }

  private static List<Choice> differingHistory(LocalCloud cloud) {
    return Totals.differing(
        List.of(LocalCloud.historyOf(cloud.totals(), cloud.turnout()), cloud.history()));
  }

  /**
   * A write of a list may arrive late and stay until the next vote, so old lists are no failure.
   */
  private Recount.Verdict recount(LocalCloud cloud, LocalWebServer web) throws Exception {
    Recount recount =
        new Recount(home, cloud.dynamoDbEndpoint(), web.address(), options.job().recentSize())
            .with("--lists-may-lag");
    return (options.lambda() ? recount.with("--patience", "0") : recount)
        .withElection(options.files())
        .run();
  }
}
