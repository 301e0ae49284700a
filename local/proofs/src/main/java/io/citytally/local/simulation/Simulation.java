package io.citytally.local.simulation;

import io.citytally.count.ChangedSourceException;
import io.citytally.local.memory.InMemoryDynamoDb.Call;
import io.citytally.local.simulation.SimulatedStream.Delivery;
import io.citytally.local.simulation.SimulatedStream.Shard;
import io.citytally.sink.OutdatedEpochException;
import io.citytally.table.CounterState;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * One run of a {@link Plan}: on one thread, in a time of its own, with no chance but the plan's.
 * The same plan always has the same log, byte for byte.
 *
 * <p>During the run each write is checked: an item's memory never goes back within an epoch and is
 * never ahead of what the stream has taken in, and its total is always what stood there before and
 * what the memory says. When the plan is done the faults end, what is under way comes to rest, and
 * every table must say the truth.
 */
public final class Simulation {

  /** Half a minute before an hour ends, and so ten minutes. */
  private static final long START_MILLIS = 1_700_002_770_000L;

  private static final int RETAINED_CHECKPOINTS = 4;
  private static final int MAX_ZOMBIES = 2;

  /** Longer than any window and any pause of the writer. */
  private static final int REST_MILLIS = 11_000;

  private static final long NIGHT_MILLIS = Topology.DEDUPE_TIME_TO_LIVE.plusHours(1).toMillis();

  /** More than half of the time that a refused choice can be cast again. */
  private static final long WEEKS_MILLIS =
      Topology.REJECTED_TIME_TO_LIVE.dividedBy(2).plusDays(1).toMillis();

  /** By how much the job's clock may be wrong. */
  private static final long[] CLOCK_MILLIS = {
    0, -3_600_000, -30_000, -2_000, 0, 2_000, 30_000, 3_600_000
  };

  /** Greater than any voter of a plan. */
  private static final int FIRST_LAST_VOTER = 1_000;

  /** Far more than any run takes: a run that gets there does not end. */
  private static final int MAX_ROUNDS = 10_000;

  private final Plan plan;
  private final Sabotage sabotage;
  private final Consumer<String> log;

  private final Truth truth = new Truth();
  private final SimulatedStream stream = new SimulatedStream();
  private final SimulatedDynamoDb dynamoDb;
  private final Citizens citizens = new Citizens(this::now);
  private final Ballot ballot = new Ballot();
  private final Refusals refusals;
  private final EnumSet<Incident> faults = EnumSet.noneOf(Incident.class);

  /** Changes that have not reached the stream, the oldest first. */
  private final List<Change> pending = new ArrayList<>();

  /** The places of records that cast something again. */
  private final Set<String> castAgain = new HashSet<>();

  /** What producers may repeat. */
  private final List<Delivery> deliveries = new ArrayList<>();

  /** The oldest first. */
  private final List<Checkpoint> checkpoints = new ArrayList<>();

  private final List<Job> zombies = new ArrayList<>();
  private final List<Work> ready = new ArrayList<>();
  private final Job.Surroundings surroundings = new Around();
  private Job job;
  private long now = START_MILLIS;
  private long clockMillis;
  private long outageUntil;
  private long epoch = 1;
  private int jobs;
  private long checkpointsStarted;
  private boolean expiredInEpoch;

  /**
   * The checkpoints that are newer than one from which a later job has started. After a start from
   * one of them, lists may be old.
   */
  private final Set<Checkpoint> overtaken = new HashSet<>();

  private boolean listsMayBeOld;
  private int changesMade;

  /** When the last change was made. */
  private long changedLast;

  private Simulation(Plan plan, Sabotage sabotage, Consumer<String> log) {
    this.plan = plan;
    this.sabotage = sabotage;
    this.log = log;
    this.dynamoDb = new SimulatedDynamoDb(truth, sabotage, this::readBallot);
    this.refusals = new Refusals(dynamoDb.items(RejectedVotesTable.DEFAULT_NAME), ballot, sabotage);
  }

  /** Runs a plan with all guards in place. */
  public static Outcome run(Plan plan) {
    return run(plan, Sabotage.NONE, null);
  }

  /**
   * @param log takes what happens, line by line; null for no one to
   */
  public static Outcome run(Plan plan, Sabotage sabotage, Consumer<String> log) {
    Simulation simulation = new Simulation(plan, sabotage, log);
    simulation.dynamoDb.makeCurrent();
    String failure = null;
    try {
      simulation.run();
    } catch (SimulationFailure e) {
      failure = e.getMessage();
    } catch (Exception | LinkageError | AssertionError e) {
      failure = described(e);
    } finally {
      simulation.close();
      SimulatedDynamoDb.noneIsCurrent();
    }
    return new Outcome(
        failure, simulation.faults, simulation.changesMade, simulation.dynamoDb.writes());
  }

  private static String described(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return e
        + (root == e ? "" : ", because of " + root)
        + Arrays.stream(root.getStackTrace())
            .limit(4)
            .map(frame -> "\n    at " + frame)
            .collect(Collectors.joining());
  }

  private void run() throws Exception {
    List<Action> actions = plan.actions();
    int next = 0;
    int shape = 0;
    for (; next < actions.size(); next++) {
      Action action = actions.get(next);
      if (action.kind() == Action.Kind.START) {
        shape = action.first();
      } else if (action.kind() == Action.Kind.LEGACY) {
        Choice key = Citizens.key(action.first());
        truth.legacy(key, action.second());
        dynamoDb.putLegacy(key, truth.totals().get(key));
      } else if (action.kind() == Action.Kind.EARLIER) {
        countEarlier(action.first());
      } else if (action.kind() == Action.Kind.BALLOT) {
        ballot.begin(Citizens.key(action.first()));
      } else {
        break;
      }
    }
    job = start(Shape.of(shape), null);
    for (; next < actions.size(); next++) {
      perform(actions.get(next));
    }
    rest();
    check();
    castAllAgain();
    if (faults.contains(Incident.CLOCK_SET_BACK)) {
      voteOnceMore();
      checkLists();
    }
  }

  /** The Lambda counts votes that are on the stream, too; the job begins after them. */
  private void countEarlier(int votes) {
    faults.add(Incident.STARTED_AT_A_TIMESTAMP);
    for (int i = 0; i < votes; i++) {
      Change change = citizens.cast(i, i + votes);
      stream.put(change, citizens.arrivalMillis());
      truth.earlier(change);
    }
    stream.beginHere();
    truth.totals().forEach(dynamoDb::putLegacyIfAny);
  }

  /** In the end every choice is on the ballot: then no refusal may be left that could count. */
  private void castAllAgain() throws Exception {
    if (ballot.exists()) {
      Citizens.KEYS.forEach(choice -> ballot.list(choice, now));
      pass(Topology.BALLOT_REFRESH.toMillis());
      castAgain();
      rest();
      check();
    }
  }

  /** Each list gets a vote that no plan casts. */
  private void voteOnceMore() throws Exception {
    for (int choice = 0; choice < Citizens.KEYS.size(); choice++) {
      Change change = citizens.cast(FIRST_LAST_VOTER + choice, choice);
      log(change::toString);
      pending.add(change);
    }
    rest();
    check();
  }

  private void perform(Action action) throws Exception {
    log(action::toString);
    int first = action.first();
    switch (action.kind()) {
      case START, LEGACY, EARLIER, BALLOT -> {}
      case CAST -> change(citizens.cast(first, action.second()));
      case SEVERAL -> changeOfSeveral(citizens.castSeveral(first, action.second()));
      case WITHDRAW -> change(citizens.withdraw(first));
      case PLAIN -> change(citizens.plain(first));
      case CLOCK -> setClock(first);
      case LIST -> happened(Incident.LISTED, ballot.exists() && ballot.list(choice(first), now));
      case LEAVE ->
          happened(Incident.UNLISTED, ballot.leave(choice(first), sabotage.keepsChoicesThatLeft()));
      case HIDE -> happened(Incident.HIDDEN, ballot.hide(choice(first)));
      case DELETE -> happened(Incident.DELETED_BY_HAND, ballot.delete(choice(first)));
      case BALLOT_AWAY -> ballot.beAwayUntil(now + first);
      case RECAST -> castAgain();
      case JUMP -> setJobsClock(CLOCK_MILLIS[first % CLOCK_MILLIS.length]);
      case SPOIL -> change(citizens.spoil(first));
      case POISON -> change(citizens.poison(first));
      case PUT -> put(first);
      case PUT_EARLY -> putEarly(first);
      case PUT_AGAIN -> putAgain(first);
      case SPLIT -> happened(Incident.SHARD_SPLIT, stream.split(first));
      case MERGE -> happened(Incident.SHARDS_MERGED, stream.merge(first));
      case EXPIRE -> expire(first % 2 == 1);
      case WORK -> work(first, new SplittableRandom(action.second()));
      case PASS -> pass(first);
      case DISCOVER -> instances().forEach(Job::discover);
      case CHECKPOINT -> startCheckpoint(false);
      case SAVEPOINT -> startCheckpoint(true);
      case ANSWER -> answer(first, new SplittableRandom(action.second()));
      case TAKE_EFFECT -> takeEffect(first);
      case THROTTLE -> fail(first, Incident.THROTTLED, false, throttled());
      case SERVER_ERROR -> fail(first, Incident.SERVER_ERROR, false, serverError());
      case CONFLICT -> fail(first, Incident.TRANSACTION_CONFLICT, false, conflict());
      case LOSE_REQUEST -> fail(first, Incident.REQUEST_LOST, false, noConnection());
      case LOSE_ANSWER -> fail(first, Incident.ANSWER_LOST, true, timeout());
      case GIVE_UP -> giveUp(first);
      case OUTAGE -> outageUntil = now + first;
      case CRASH -> crash(first, Shape.of(action.second()));
      case ZOMBIE -> leaveZombie(first, Shape.of(action.second()));
      case END_ZOMBIE -> endZombie(first);
      case SWITCH_SOURCE -> switchSource(first, Shape.of(action.second()));
      case FRESH_START -> startFresh(Shape.of(first));
      case BLIND_START -> startBlind(Shape.of(first));
      case RAISE_EPOCH -> raiseEpoch(Shape.of(first), action.second() % 2 == 1);
      case NIGHT -> sleep(first % 2 == 0 ? NIGHT_MILLIS : WEEKS_MILLIS);
    }
    readMail();
  }

  // The citizens and the stream.

  private void change(Change change) {
    if (change != null) {
      happened(Incident.HOUR_ENDED, changesMade > 0 && hourOf(now) > hourOf(changedLast));
      changesMade++;
      changedLast = now;
      log(change::toString);
      pending.add(change);
      happened(Incident.POISON, change.rejected());
    }
  }

  private void changeOfSeveral(Change change) {
    happened(Incident.SEVERAL_TAKEN, change.taken().size() > 2);
    change(change);
  }

  private void put(int count) {
    for (int i = 0; i < count && !pending.isEmpty(); i++) {
      deliver(pending.remove(0));
    }
  }

  private void putEarly(int which) {
    if (pending.size() > 1) {
      deliver(pending.remove(1 + which % (pending.size() - 1)));
      faults.add(Incident.REORDERED);
    }
  }

  private void setClock(int aheadSeconds) {
    citizens.setClock(aheadSeconds * 1_000L);
    happened(Incident.CLOCKS_APART, aheadSeconds > 0);
  }

  private void setJobsClock(long aheadMillis) throws Exception {
    happened(Incident.CLOCK_SET_AHEAD, aheadMillis > clockMillis);
    happened(Incident.CLOCK_SET_BACK, aheadMillis < clockMillis);
    clockMillis = aheadMillis;
    pass(0);
  }

  private static Choice choice(int number) {
    return Citizens.key(number);
  }

  private Set<Choice> readBallot() {
    if (ballot.isAway(now) || now < outageUntil) {
      faults.add(Incident.BALLOT_AWAY);
      if (!sabotage.tellsThatTheBallotIsAway()) {
        return Set.of();
      }
      throw noConnection();
    }
    return ballot.read();
  }

  private void castAgain() {
    happened(Incident.CAST_AGAIN, ballot.exists() && refusals.castAgain(now, this::deliver));
  }

  private void putAgain(int which) {
    if (!deliveries.isEmpty()) {
      Delivery before = deliveries.get(deliveries.size() - 1 - which % deliveries.size());
      faults.add(Incident.DUPLICATE);
      boolean isOnALaterShard = stream.isLaterShard(before.change(), before);
      happened(Incident.DUPLICATE_ON_A_LATER_SHARD, isOnALaterShard);
      // Either delivery of a plain vote may be read first, and the time of that one is shown.
      listsMayBeOld |= isOnALaterShard && before.change().record() == null;
      deliver(before.change().again(Change.REPEATED_EVENT + deliveries.size()));
    }
  }

  private void deliver(Change change) {
    Delivery delivery = stream.put(change, citizens.arrivalMillis());
    log(() -> change + " is on " + delivery.shard() + " at " + delivery.sequenceNumber());
    deliveries.add(delivery);
    if (Refusals.castsAgain(change)) {
      castAgain.add(delivery.shard() + " " + delivery.sequenceNumber());
    }
    truth.deliver(delivery);
    refusals.deliver(
        delivery,
        now,
        ballot.exists()
            ? Citizens.COUNTED.stream().filter(dynamoDb::hasTotal).collect(Collectors.toSet())
            : Set.of());
  }

  /**
   * Drops what every checkpoint, also the one under way, and the job are past: no one but a zombie
   * needs it. What one of them still needs, the stream holds: that is the contract.
   */
  private void expire(boolean dropOlder) {
    if (dropOlder && checkpoints.size() > 1) {
      checkpoints.subList(0, checkpoints.size() - 1).clear();
    }
    if (checkpoints.isEmpty()) {
      return;
    }
    Map<Integer, Integer> neededByJob = job.needed();
    for (Shard shard : stream.shards()) {
      int needed = neededByJob.getOrDefault(shard.number(), 0);
      for (Checkpoint checkpoint : checkpoints) {
        needed = Math.min(needed, checkpoint.positions().getOrDefault(shard.number(), 0));
      }
      if (shard.expire(needed)) {
        expiredInEpoch = true;
        faults.add(Incident.RECORDS_EXPIRED);
      }
    }
  }

  // The jobs.

  private Job start(Shape shape, Checkpoint from) throws Exception {
    return start(shape, from, false);
  }

  private Job start(Shape shape, Checkpoint from, boolean tablesOwnStream) throws Exception {
    listsMayBeOld |= overtaken.contains(from);
    overtaken.addAll(checkpoints.subList(checkpoints.indexOf(from) + 1, checkpoints.size()));
    int number = ++jobs;
    log(
        () ->
            String.format(
                "job %d starts with parallelism %d and window %s in epoch %d, %s",
                number,
                shape.parallelism(),
                shape.window(),
                epoch,
                from == null ? "without state" : "from checkpoint " + from.number()));
    Topology.Settings settings = new Topology.Settings(epoch, ballot.exists(), tablesOwnStream);
    return new Job(number, shape, settings, sabotage, stream, from, surroundings);
  }

  private List<Job> instances() {
    List<Job> instances = new ArrayList<>(zombies);
    instances.add(job);
    return instances;
  }

  private void work(int count, SplittableRandom random) throws Exception {
    for (int i = 0; i < count && findWork(); i++) {
      Work next = ready.get(random.nextInt(ready.size()));
      int choice = random.nextInt(1 << 16);
      let(next.job(), () -> next.perform(choice));
    }
  }

  /** Something that a job does. */
  private interface Step {
    void take() throws Exception;
  }

  /** An instance of an older epoch ends once an item is ahead of it; no other may fail. */
  private void let(Job doer, Step step) throws Exception {
    try {
      step.take();
    } catch (Exception e) {
      if (doer.settings().epoch() == epoch || !isOutdated(e)) {
        throw e;
      }
      log(() -> "job " + doer.number() + " is outdated");
      zombies.remove(doer);
      doer.close();
    }
  }

  private static boolean isOutdated(Throwable e) {
    return e instanceof OutdatedEpochException || e.getCause() != null && isOutdated(e.getCause());
  }

  private boolean findWork() {
    ready.clear();
    zombies.forEach(zombie -> zombie.addWork(ready));
    job.addWork(ready);
    return !ready.isEmpty();
  }

  private void pass(long millis) throws Exception {
    now += millis;
    for (Job each : instances()) {
      let(each, each::advance);
    }
  }

  private static long hourOf(long millis) {
    return TimeUnit.MILLISECONDS.toHours(millis);
  }

  private void readMail() throws Exception {
    for (Job each : instances()) {
      let(each, each::readMail);
    }
  }

  private void startCheckpoint(boolean savepoint) {
    if (job.underway() == null) {
      job.startCheckpoint(++checkpointsStarted, savepoint);
    }
  }

  private void retain(Checkpoint checkpoint) {
    checkpoints.add(checkpoint);
    long retained = checkpoints.stream().filter(each -> !each.isSavepoint()).count();
    if (retained > RETAINED_CHECKPOINTS) {
      checkpoints.remove(
          checkpoints.stream().filter(each -> !each.isSavepoint()).findFirst().orElseThrow());
    }
  }

  private void crash(int which, Shape shape) throws Exception {
    faults.add(Incident.CRASH);
    happened(Incident.CRASH_AMID_CHECKPOINT, job.underway() != null);
    job.close();
    succeed(which, shape);
  }

  private void leaveZombie(int which, Shape shape) throws Exception {
    if (zombies.size() < MAX_ZOMBIES) {
      faults.add(Incident.ZOMBIE);
      zombies.add(job);
      succeed(which, shape);
    }
  }

  /** Starts the next job from one of the checkpoints, the latest being the first. */
  private void succeed(int which, Shape shape) throws Exception {
    Shape before = job.shape();
    happened(Incident.RESCALED, shape.parallelism() != before.parallelism());
    happened(Incident.WINDOW_CHANGED, !shape.window().equals(before.window()));
    Checkpoint from = null;
    if (!checkpoints.isEmpty()) {
      int back = which % checkpoints.size();
      from = checkpoints.get(checkpoints.size() - 1 - back);
      happened(Incident.OLDER_CHECKPOINT, back > 0);
      happened(Incident.SAVEPOINT_RESTORED, from.isSavepoint());
    }
    job = start(shape, from);
  }

  /** Someone names another source next to a snapshot; what came of it is undone. */
  private void switchSource(int which, Shape shape) throws Exception {
    if (checkpoints.isEmpty()) {
      return;
    }
    faults.add(Incident.SOURCE_SWITCHED);
    Checkpoint from = checkpoints.get(checkpoints.size() - 1 - which % checkpoints.size());
    job.close();
    try {
      job = start(shape, from, true);
      // It lacks what only the other stream had; but it may not count more than came.
      rest();
      job.close();
    } catch (ChangedSourceException e) {
      log(() -> "the source is refused");
    }
    job = start(shape, checkpoints.get(checkpoints.size() - 1));
  }

  /**
   * Starts a job without state in the same epoch, as someone does who has lost the state and has
   * not read that the epoch must then be raised. The job must show it: it swallows votes until it
   * has caught up. Warned by that, they find the state again.
   */
  private void startBlind(Shape shape) throws Exception {
    if (!expiredInEpoch || checkpoints.isEmpty()) {
      return;
    }
    clearZombies();
    rest();
    check();
    faults.add(Incident.BLIND_START);
    job.close();
    job = start(shape, null);
    rest();
    // The job may have refused what it read for other choices.
    long ahead =
        truth.ahead(stream, dynamoDb::state, key -> !key.isHistory() && ballot.mustCount(key, now));
    long shown = sabotage.gauge("choicesAhead", job.gauge("choicesAhead").orElse(0));
    if (ballot.exists() ? ahead > shown : ahead != shown) {
      throw new SimulationFailure(
          String.format(
              "the items of %d choices are ahead of the job, but it shows %d", ahead, shown));
    }
    job.close();
    listsMayBeOld = true;
    job = start(shape, checkpoints.get(checkpoints.size() - 1));
  }

  private void endZombie(int which) throws Exception {
    if (!zombies.isEmpty()) {
      zombies.remove(which % zombies.size()).close();
    }
  }

  private void startFresh(Shape shape) throws Exception {
    if (!expiredInEpoch) {
      faults.add(Incident.FRESH_START);
      job.close();
      job = start(shape, null);
    }
  }

  /**
   * Raises the epoch, as the operator does who has lost the state: the old job has counted all
   * there is and is stopped, and so are those that run next to it; the stream loses its records; a
   * new job counts on top.
   */
  private void raiseEpoch(Shape shape, boolean oldOneGoesOn) throws Exception {
    clear();
    faults.add(Incident.EPOCH_RAISED);
    if (oldOneGoesOn) {
      faults.add(Incident.ZOMBIE);
      faults.add(Incident.ZOMBIE_OF_AN_OLDER_EPOCH);
      zombies.add(job);
    } else {
      job.close();
    }
    checkpoints.clear();
    epoch++;
    refusals.nextEpoch();
    truth.nextEpoch(epoch, dynamoDb.totals());
    expiredInEpoch = false;
    job = start(shape, null);
  }

  /** A quiet time in which everything expires that may. */
  private void sleep(long millis) throws Exception {
    clear();
    faults.add(millis == NIGHT_MILLIS ? Incident.LONG_NIGHT : Incident.LONG_WEEKS);
    int kept = checkpoints.size();
    startCheckpoint(false);
    finishWork();
    checkpoints.subList(0, checkpoints.size() - 1).clear();
    if (kept == 0 && checkpoints.isEmpty()) {
      throw new SimulationFailure("a checkpoint at rest does not complete");
    }
    pass(millis);
    // Where clocks differ by more than a second, a repetition may be forgotten that was refused.
    refusals.expire(
        now,
        faults.contains(Incident.CLOCKS_APART)
            || faults.contains(Incident.CLOCK_SET_AHEAD)
            || faults.contains(Incident.CLOCK_SET_BACK));
    expiredInEpoch = true;
  }

  /** Brings everything to rest and checks it, ends the zombies, and lets the stream expire. */
  private void clear() throws Exception {
    clearZombies();
    rest();
    check();
    for (Shard shard : stream.shards()) {
      shard.expire(shard.size());
    }
    deliveries.clear();
    citizens.newDay();
  }

  private void clearZombies() throws Exception {
    for (Job zombie : zombies) {
      zombie.close();
    }
    zombies.clear();
  }

  // DynamoDB.

  private Call<?> call(int which) {
    List<Call<?>> calls = dynamoDb.calls();
    return calls.isEmpty() ? null : calls.get(which % calls.size());
  }

  private void answer(int count, SplittableRandom random) throws Exception {
    for (int i = 0; i < count && !dynamoDb.calls().isEmpty(); i++) {
      answer(random.nextInt(dynamoDb.calls().size()));
      readMail();
    }
  }

  private void answer(int index) {
    Call<?> call = dynamoDb.calls().get(index);
    if (now < outageUntil && !call.tookEffect()) {
      log(() -> SimulatedDynamoDb.words(call) + ": DynamoDB is away");
      faults.add(Incident.OUTAGE);
      call.fail(noConnection());
      return;
    }
    log(() -> SimulatedDynamoDb.words(call) + ": answered");
    happened(Incident.ANSWERS_REORDERED, index > 0);
    happened(Incident.ANSWERED_A_CLOSED_WRITER, call.isOfAClosedConnection());
    happened(Incident.TOOK_EFFECT_LATER, call.isAbandoned() && !call.tookEffect());
    call.answer();
  }

  private void takeEffect(int which) {
    Call<?> call = call(which);
    if (call != null && now >= outageUntil) {
      log(() -> SimulatedDynamoDb.words(call) + ": takes effect");
      happened(Incident.TOOK_EFFECT_LATER, call.isAbandoned() && !call.tookEffect());
      call.takeEffect();
    }
  }

  private void fail(int which, Incident fault, boolean takesEffect, RuntimeException error) {
    Call<?> call = call(which);
    if (call != null && !call.isAbandoned() && (takesEffect || !call.tookEffect())) {
      log(() -> SimulatedDynamoDb.words(call) + ": " + fault.words());
      faults.add(fault);
      if (takesEffect) {
        call.takeEffect();
      }
      call.fail(error);
    }
  }

  private void giveUp(int which) {
    Call<?> call = call(which);
    if (call != null && !call.isAbandoned()) {
      log(() -> SimulatedDynamoDb.words(call) + ": the writer is told that it failed");
      call.abandon(timeout());
    }
  }

  private static RuntimeException throttled() {
    return ProvisionedThroughputExceededException.builder()
        .statusCode(400)
        .awsErrorDetails(
            AwsErrorDetails.builder().errorCode("ProvisionedThroughputExceededException").build())
        .build();
  }

  private static RuntimeException serverError() {
    return InternalServerErrorException.builder().statusCode(500).build();
  }

  private static RuntimeException conflict() {
    return TransactionConflictException.builder().statusCode(400).build();
  }

  private static RuntimeException noConnection() {
    return SdkClientException.create("no connection", new SocketTimeoutException());
  }

  private static RuntimeException timeout() {
    return ApiCallTimeoutException.create(20_000);
  }

  // Rest.

  /** Without any fault, everything goes on until nothing is left to do. */
  private void rest() throws Exception {
    outageUntil = now;
    ballot.beAwayUntil(now);
    put(pending.size());
    instances().forEach(Job::discover);
    int quiet = 0;
    for (int round = 0; quiet < 2; round++) {
      if (round > MAX_ROUNDS) {
        throw new SimulationFailure("never comes to rest");
      }
      quiet = finishWork() ? 0 : quiet + 1;
      pass(REST_MILLIS);
      readMail();
    }
  }

  /**
   * @return whether there was any
   */
  private boolean finishWork() throws Exception {
    boolean worked = false;
    int rounds = 0;
    while (findWork() || !dynamoDb.calls().isEmpty()) {
      if (++rounds > MAX_ROUNDS) {
        throw new SimulationFailure("goes round and round");
      }
      worked = true;
      if (!ready.isEmpty()) {
        Work next = ready.get(0);
        let(next.job(), () -> next.perform(0));
      } else {
        answer(0);
      }
      readMail();
    }
    return worked;
  }

  private void check() {
    Map<Choice, Long> totals = dynamoDb.totals();
    Map<Choice, Long> counted = truth.totals();
    counted.keySet().removeIf(Choice::isHistory);
    if (!counted.equals(truth.totals(citizens.state()))) {
      throw new SimulationFailure("the changes on the stream do not sum up to the table of votes");
    }
    refusals.check();
    happened(Incident.REFUSED, refusals.exist());
    truth.totals().forEach((key, votes) -> check(key, totals.getOrDefault(key, 0L), votes));
    checkHistory();
    Set<String> rejected = new TreeSet<>();
    dynamoDb
        .items(RejectedVotesTable.DEFAULT_NAME)
        .forEach(
            (key, item) -> {
              if (!item.containsKey(RejectedVotesTable.RECAST)) {
                rejected.add(Refusals.placeOf(key).replaceAll("-[0-9a-f]{16}$", ""));
              }
            });
    Set<String> mayBeRejected = new TreeSet<>(truth.rejected());
    if (faults.contains(Incident.ZOMBIE_OF_AN_OLDER_EPOCH)) {
      // It can't know what was refused in the newer one.
      mayBeRejected.addAll(castAgain);
    }
    if (!rejected.containsAll(truth.rejected()) || !mayBeRejected.containsAll(rejected)) {
      throw new SimulationFailure(
          "rejected are " + rejected + ", but should be those at " + truth.rejected());
    }
    // After the clock was set back, a list may be old until its next vote: see voteOnceMore.
    if (!faults.contains(Incident.CLOCK_SET_BACK)) {
      checkLists();
    }
  }

  private void checkLists() {
    // An instance that is behind, or a request that was given up, may put its list over a newer
    // one, until the next vote.
    if (!faults.contains(Incident.ZOMBIE)
        && !faults.contains(Incident.REFUSED)
        && !listsMayBeOld
        && !dynamoDb.tookAnOldList()) {
      truth.lists().forEach(this::checkRecent);
    }
  }

  /** What was refused and lies there may be counted all the same, by another delivery. */
  private void check(Choice key, long found, long votes) {
    long least = votes - uncertain(key, true);
    long most = votes + uncertain(key, false);
    if (found < least || most < found) {
      throw new SimulationFailure(
          String.format(
              "%s is %d at rest, but %s stand",
              key, found, least == most ? votes : least + " to " + most));
    }
    if (!key.isHistory()
        && ballot.wasNeverOn(key)
        && !truth.wasBefore(key)
        && dynamoDb.hasTotal(key)) {
      throw new SimulationFailure(key + " has a total, but was never on the ballot");
    }
  }

  private long uncertain(Choice key, boolean taken) {
    return key.isHistory()
        ? Citizens.COUNTED.stream()
            .filter(counted -> isPartOf(key, counted))
            .mapToLong(counted -> refusals.uncertain(counted, taken))
            .sum()
        : refusals.uncertain(key, taken);
  }

  /** Whether changes of a total or turnout count in a bucket of the course of the vote, too. */
  private static boolean isPartOf(Choice history, Choice counted) {
    return counted.isTurnout() == HistoryKey.isOfBallots(history)
        && (history.region.isEmpty() || history.region.equals(counted.region));
  }

  /**
   * The buckets of each region, and of the city, sum up to what the totals and turnouts have taken
   * in. Where a refused choice may be counted all the same, by one instance and not by another, the
   * two need not have taken in the same.
   */
  private void checkHistory() {
    if (faults.contains(Incident.REFUSED)) {
      return;
    }
    for (String place : List.of("city", "region:North", "region:South")) {
      for (String kind : List.of(HistoryKey.VOTES, HistoryKey.BALLOTS)) {
        Choice any = HistoryKey.of(place, kind + HistoryKey.UNDATED);
        long[] history = new long[2];
        dynamoDb
            .history()
            .forEach(
                (key, state) -> {
                  if (HistoryKey.placeOf(key).equals(place)
                      && HistoryKey.isOfBallots(key) == HistoryKey.isOfBallots(any)) {
                    addTo(history, state);
                  }
                });
        long[] totals = new long[2];
        for (Choice counted : Citizens.COUNTED) {
          if (isPartOf(any, counted)) {
            addTo(totals, dynamoDb.state(counted));
          }
        }
        if (!Arrays.equals(history, totals)) {
          throw new SimulationFailure(
              String.format(
                  "the history of %s, %s has taken in %s, but its totals %s",
                  place, kind, Arrays.toString(history), Arrays.toString(totals)));
        }
      }
    }
  }

  /** What other epochs brought is not compared: of each item only the newest is known. */
  private void addTo(long[] addedAndRemoved, CounterState state) {
    if (state.epoch() == epoch) {
      addedAndRemoved[0] += state.added();
      addedAndRemoved[1] += state.removed();
    }
  }

  private void checkRecent(String list) {
    RecentVotes found = dynamoDb.recent(list);
    RecentVotes expected = truth.recent(list);
    if (!expected.equals(found)) {
      throw new SimulationFailure("recent votes are " + found + ", but should be " + expected);
    }
  }

  private void happened(Incident fault, boolean did) {
    if (did) {
      faults.add(fault);
    }
  }

  private void close() {
    for (Job each : instances()) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException("a job of the simulation can't be closed", e);
      }
    }
  }

  private long now() {
    return now;
  }

  private void log(Supplier<String> line) {
    if (log != null) {
      log.accept((now - START_MILLIS) + " " + line.get());
    }
  }

  private final class Around implements Job.Surroundings {

    @Override
    public long now() {
      return now;
    }

    @Override
    public long clock() {
      return now + clockMillis;
    }

    @Override
    public void log(Supplier<String> line) {
      Simulation.this.log(line);
    }

    @Override
    public void completed(Job by, Checkpoint checkpoint) {
      if (by == job) {
        log(() -> "checkpoint " + checkpoint.number() + " is complete");
        retain(checkpoint);
      }
    }
  }
}
