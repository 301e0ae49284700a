package io.citytally.local.model;

import io.citytally.local.model.Protocol.Effect;
import io.citytally.local.model.Protocol.Remembered;
import io.citytally.local.model.World.Item;
import io.citytally.local.model.World.Job;
import io.citytally.local.model.World.LateWrite;
import io.citytally.local.model.World.Truth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Votes, the jobs that count them, the items that take the counts in, and what may go wrong between
 * them: small enough that all of it can be searched.
 *
 * <p>What the writer decides and how it goes on is not written down here again. {@link
 * TallyProtocol} asks the job's own classes, so a mistake in them is a mistake in the model.
 *
 * @param <M> what an item remembers
 * @param <W> what a job has of one key
 * @param <R> a request
 */
final class CountingModel<M, W, R> implements Model<World<M, W, R>> {

  /*
   * What is in it. Some changes of votes for two keys. Jobs to which the stream delivers them, each
   * in an order of its own; which drop what they know, gather the rest in a window for each key,
   * add it up when the window ends, hand it to a writer, and have one request on its way for each
   * key. Two items that do what DynamoDB does: look at a condition and act on it in one step.
   * Snapshots of a job, taken at any time. And each Hazard, at any time and any number of times:
   * there is no "at most two crashes" here. A bound (Scope) is only on how much there is of each
   * thing at one time.
   *
   * What must hold, in each state: an item has not taken in more than came or went in its epoch,
   * and its total is what stood there before and what it took in since. In each step: an item does
   * not fall back. And once a job of the newest epoch has seen all changes and its writers are
   * idle, each total is exact, and stays so through all that late writes and other jobs do. From
   * each state, such rest is reached if nothing more goes wrong (Search).
   *
   * Why so little is enough. Keys share nothing but the job: one change may be something to two of
   * them, and they are lost, kept and delivered together. So a third key would be to any two what
   * they are to each other. An item can't tell its writers apart, nor count them: what a third job
   * could send, one of two could have sent before it crashed, and it may still be on its way. Three
   * changes take an item through one and two votes that come, and one that goes; the decisions are
   * about equal, greater and less, and more votes bring no new case. One snapshot stands for old
   * ones, too: taking a snapshot changes nothing else, so a start from an older one equals a start
   * from the last one in a run that took no newer one. Only a run that starts from both needs both,
   * and the beginning is always there as a second. None of this is a proof for all sizes: the
   * argument in IdempotentAdd and the property tests speak of any number. Here nothing is left to
   * chance.
   *
   * What is left out, because it leads nowhere else.
   *
   * - Between a write and its answer there is no step: the write takes effect and is answered, or
   *   it takes effect and its answer is lost, or it is given up and arrives later or never. The
   *   answer concerns nobody but the writer of that key, and all that may happen to this one in
   *   between (more is counted, a snapshot is taken, the job crashes) may as well happen just
   *   before the write. The same is true of the pause after a failure.
   * - The client's own retries send the same request again: that is one that is given up and
   *   arrives late, next to one that is sent again.
   * - A tally that waits for its turn among the requests is one whose write is refused, or whose
   *   window ends later.
   * - A late write that can never do anything again is taken away: as items never fall, which is
   *   checked at each step, what isn't allowed by one that is further on never will be.
   * - Which job is called the first: two worlds that differ only in that are one.
   *
   * The alternatives do less here than they could (they wait for one write before the next window
   * ends). That can only protect them, and they fail all the same.
   *
   * What is not in it. Whether Flink takes its snapshots consistently, and DynamoDB its conditional
   * writes one after the other: here they do. A change that expired from the stream, or from the
   * memory of the deduplication, before it was counted: the limits in docs/guarantees.md. Two
   * changes taken for one, which is the business of ChangeIdentifier. A state that goes on under
   * another epoch: the job refuses to start so. Time, and so throughput. The threads and timers
   * around the decisions: tests and crashes of the real thing see to these.
   */

  /** What stood in each item before: the Lambda has counted for A, and B is new. */
  private static final List<Integer> STOOD = List.of(5, 0);

  private final Protocol<M, W, R> protocol;
  private final Scope scope;
  private final Changes changes;

  CountingModel(Protocol<M, W, R> protocol, Scope scope) {
    this.protocol = protocol;
    this.scope = scope;
    this.changes = Changes.first(scope.changes());
  }

  /** One job runs from the beginning. */
  @Override
  public World<M, W, R> initial() {
    List<Item<M>> items =
        STOOD.stream().map(stood -> new Item<>(protocol.unwritten(), stood, 0)).toList();
    List<Job<W>> jobs = new ArrayList<>(Collections.nCopies(scope.jobs(), null));
    jobs.set(0, fresh(1));
    return new World<>(items, jobs, List.of(), List.of(), new Truth(List.of(0)));
  }

  private Job<W> fresh(int epoch) {
    return new Job<>(
        epoch,
        0,
        Collections.nCopies(Changes.KEYS, 0),
        IntStream.range(0, Changes.KEYS).mapToObj(key -> protocol.start(key, epoch)).toList());
  }

  // ---------------------------------------------------------------------------- what may happen

  @Override
  public void steps(World<M, W, R> world, Steps<World<M, W, R>> steps) {
    for (int slot = 0; slot < scope.jobs(); slot++) {
      if (world.jobs().get(slot) != null) {
        for (int key = 0; key < Changes.KEYS; key++) {
          write(world, slot, key, steps);
          endWindow(world, slot, key, steps);
        }
        deliver(world, slot, steps);
      }
    }
    start(world, steps);
    for (int slot = 0; slot < scope.jobs(); slot++) {
      if (world.jobs().get(slot) != null) {
        takeSnapshot(world, slot, steps);
        crash(world, slot, steps);
        forget(world, slot, steps);
      }
    }
    for (int index = 0; index < world.late().size(); index++) {
      arriveLate(world, index, steps);
    }
    expire(world, steps);
  }

  /**
   * The stream delivers a change to a job, which gathers it in the windows of its keys; or drops it
   * and is as before, if it knows it again.
   */
  private void deliver(World<M, W, R> world, int slot, Steps<World<M, W, R>> steps) {
    Job<W> job = world.jobs().get(slot);
    int next = Integer.numberOfTrailingZeros(~job.seen());
    for (int change = 0; change < changes.size(); change++) {
      boolean again = Changes.contains(job.seen(), change);
      boolean comes =
          again
              ? scope.has(Hazard.REPEATED) && !protocol.deduplicates()
              : change == next || scope.has(Hazard.REORDERED);
      if (comes) {
        String label =
            changes.describe(change)
                + " is delivered to "
                + nameOf(slot)
                + (again ? " once more" : "");
        steps.step(
            world
                .withJob(slot, gather(job, change))
                .withTruth(world.truth().deliver(job.epoch(), change)),
            !again,
            () -> label);
      }
    }
  }

  private Job<W> gather(Job<W> job, int change) {
    List<Integer> gathered = new ArrayList<>(job.gathered());
    for (int key = 0; key < Changes.KEYS; key++) {
      if (changes.votes(change, key) != 0) {
        gathered.set(key, gathered.get(key) | 1 << change);
      }
    }
    return new Job<>(job.epoch(), job.seen() | 1 << change, gathered, job.writers());
  }

  /** A window ends, at any time after it has gathered something. */
  private void endWindow(World<M, W, R> world, int slot, int key, Steps<World<M, W, R>> steps) {
    Job<W> job = world.jobs().get(slot);
    W writer = job.writers().get(key);
    int gathered = job.gathered().get(key);
    if (gathered == 0 || !protocol.takesMore(writer)) {
      return;
    }
    W counted = protocol.count(writer, changes, key, gathered);
    Job<W> purged =
        new Job<>(job.epoch(), job.seen(), World.with(job.gathered(), key, 0), job.writers());
    steps.step(
        world.withJob(slot, proceed(purged, key, counted)),
        true,
        () ->
            String.format(
                "%s's window for %s ends with %d come, %d gone%s",
                nameOf(slot),
                Changes.nameOf(key),
                changes.added(gathered, key),
                changes.removed(gathered, key),
                thenSends(writer, counted)));
  }

  /** The job once its writer has gone on; none, if it has learned that it must stop. */
  private Job<W> proceed(Job<W> job, int key, W writer) {
    return protocol.isOutdated(writer)
        ? null
        : new Job<>(
            job.epoch(), job.seen(), job.gathered(), World.with(job.writers(), key, writer));
  }

  /** The ways in which the request on its way to an item may end. */
  private void write(World<M, W, R> world, int slot, int key, Steps<World<M, W, R>> steps) {
    Job<W> job = world.jobs().get(slot);
    W writer = job.writers().get(key);
    R request = protocol.sent(writer);
    if (request == null) {
      return;
    }
    String write = "the write of " + nameOf(slot) + " to " + Changes.nameOf(key);
    Effect<M> effect = protocol.effect(request, world.items().get(key).memory());
    World<M, W, R> written = written(world, key, effect);
    W answered = protocol.answered(writer, effect);
    steps.step(
        written.withJob(slot, proceed(job, key, answered)),
        true,
        () -> write + outcome(written, key, effect) + thenSends(writer, answered));
    if (scope.has(Hazard.ANSWER_LOST)) {
      steps.step(
          written.withJob(slot, failed(world, job, key)),
          false,
          () -> write + outcome(written, key, effect) + ", its answer is lost" + retry(writer));
    }
    if (scope.has(Hazard.REFUSED)) {
      steps.step(
          world.withJob(slot, failed(world, job, key)),
          false,
          () -> write + " is refused, or never arrives" + retry(writer));
    }
    if (scope.has(Hazard.LATE) && world.late().size() < scope.lateWrites()) {
      steps.step(
          world
              .withJob(slot, failed(world, job, key))
              .withLate(World.plus(world.late(), new LateWrite<>(key, request))),
          false,
          () -> write + " is given up, though it is on its way" + retry(writer));
    }
  }

  /** The world after a write, without the late ones that can do nothing any more. */
  private World<M, W, R> written(World<M, W, R> world, int key, Effect<M> effect) {
    World<M, W, R> written = world.withItem(key, after(world.items().get(key), effect));
    List<LateWrite<R>> late =
        world.late().stream()
            .filter(
                each -> each.key() != key || !protocol.isHopeless(each.request(), effect.memory()))
            .toList();
    return late.size() == world.late().size() ? written : written.withLate(late);
  }

  private Item<M> after(Item<M> item, Effect<M> effect) {
    Remembered before = protocol.remembered(item.memory());
    Remembered after = protocol.remembered(effect.memory());
    int broughtBefore =
        before == null || after.epoch() == before.epoch()
            ? item.broughtBefore()
            : item.broughtBefore() + before.added() - before.removed();
    return new Item<>(effect.memory(), item.total() + effect.votes(), broughtBefore);
  }

  private Job<W> failed(World<M, W, R> world, Job<W> job, int key) {
    if (protocol.retriesAll()) {
      return world.snapshots().isEmpty() ? fresh(job.epoch()) : restored(world.snapshots().get(0));
    }
    return proceed(job, key, protocol.unanswered(job.writers().get(key)));
  }

  /** A job starts, if none runs, or next to the other one. */
  private void start(World<M, W, R> world, Steps<World<M, W, R>> steps) {
    int slot = world.jobs().indexOf(null);
    int newest = world.truth().newestEpoch();
    boolean lacking = world.jobs().stream().noneMatch(job -> job != null && job.epoch() == newest);
    if (slot < 0) {
      if (lacking) {
        steps.step(world.withJob(0, null), true, () -> nameOf(0) + " is stopped");
      }
      return;
    }
    boolean alone = world.jobs().stream().allMatch(job -> job == null);
    if (!alone && !lacking && !scope.has(Hazard.ZOMBIE)) {
      return;
    }
    for (Job<W> snapshot : world.snapshots()) {
      steps.step(
          world.withJob(slot, restored(snapshot)),
          lacking && snapshot.epoch() == newest,
          () -> nameOf(slot) + " starts from " + describe(snapshot));
    }
    for (int epoch = 1; epoch <= newest; epoch++) {
      int same = epoch;
      if (scope.has(Hazard.OLD_SNAPSHOT)
          || world.snapshots().stream().noneMatch(snapshot -> snapshot.epoch() == same)) {
        steps.step(
            world.withJob(slot, fresh(epoch)),
            lacking && epoch == newest,
            () -> nameOf(slot) + " starts from the beginning" + inEpoch(same));
      }
    }
    if (scope.has(Hazard.NEW_EPOCH) && newest < scope.epochs()) {
      steps.step(
          world.withJob(slot, fresh(newest + 1)).withTruth(world.truth().begin(newest + 1)),
          false,
          () -> nameOf(slot) + " starts without state" + inEpoch(newest + 1));
    }
  }

  private Job<W> restored(Job<W> snapshot) {
    Job<W> job = snapshot;
    for (int key = 0; key < Changes.KEYS && job != null; key++) {
      job = proceed(job, key, protocol.restore(snapshot.writers().get(key)));
    }
    return job;
  }

  /** A snapshot of all that the job is, in place of another one if no more are retained. */
  private void takeSnapshot(World<M, W, R> world, int slot, Steps<World<M, W, R>> steps) {
    Job<W> job = world.jobs().get(slot);
    if (protocol.retriesAll() && !isIdle(job)) {
      return;
    }
    Job<W> snapshot =
        new Job<>(
            job.epoch(),
            job.seen(),
            job.gathered(),
            job.writers().stream().map(protocol::snapshot).toList());
    if (world.snapshots().contains(snapshot)) {
      return;
    }
    Supplier<String> label = () -> nameOf(slot) + " takes " + describe(snapshot);
    if (world.snapshots().size() < scope.snapshots()) {
      steps.step(world.withSnapshots(World.plus(world.snapshots(), snapshot)), false, label);
    } else {
      for (int old = 0; old < scope.snapshots(); old++) {
        steps.step(world.withSnapshots(World.with(world.snapshots(), old, snapshot)), false, label);
      }
    }
  }

  /** A job is gone, and with it its requests; or one of them is on its way still. */
  private void crash(World<M, W, R> world, int slot, Steps<World<M, W, R>> steps) {
    if (!scope.has(Hazard.CRASH)) {
      return;
    }
    World<M, W, R> crashed = world.withJob(slot, null);
    steps.step(crashed, false, () -> nameOf(slot) + " crashes");
    if (scope.has(Hazard.LATE) && world.late().size() < scope.lateWrites()) {
      for (int key = 0; key < Changes.KEYS; key++) {
        R request = protocol.sent(world.jobs().get(slot).writers().get(key));
        if (request != null) {
          String name = Changes.nameOf(key);
          steps.step(
              crashed.withLate(World.plus(world.late(), new LateWrite<>(key, request))),
              false,
              () -> nameOf(slot) + " crashes while its write to " + name + " is on its way");
        }
      }
    }
  }

  private void forget(World<M, W, R> world, int slot, Steps<World<M, W, R>> steps) {
    Job<W> job = world.jobs().get(slot);
    if (scope.has(Hazard.FORGOTTEN)) {
      for (int key = 0; key < Changes.KEYS; key++) {
        W writer = job.writers().get(key);
        W forgetful = protocol.forgetful(writer);
        if (!forgetful.equals(writer)) {
          String name = Changes.nameOf(key);
          steps.step(
              world.withJob(slot, proceed(job, key, forgetful)),
              false,
              () -> nameOf(slot) + " forgets where " + name + " stands");
        }
      }
    }
  }

  /** A write that no writer waits for takes effect, or is lost. */
  private void arriveLate(World<M, W, R> world, int index, Steps<World<M, W, R>> steps) {
    LateWrite<R> write = world.late().get(index);
    int key = write.key();
    World<M, W, R> rest = world.withLate(World.without(world.late(), index));
    Effect<M> effect = protocol.effect(write.request(), world.items().get(key).memory());
    World<M, W, R> written = written(rest, key, effect);
    String late = "the late write to " + Changes.nameOf(key);
    steps.step(written, false, () -> late + outcome(written, key, effect));
    steps.step(rest, false, () -> late + " is lost");
  }

  private void expire(World<M, W, R> world, Steps<World<M, W, R>> steps) {
    if (scope.has(Hazard.FORGOTTEN)) {
      for (int key = 0; key < Changes.KEYS; key++) {
        Item<M> item = world.items().get(key);
        M expired = protocol.expired(item.memory());
        if (!expired.equals(item.memory())) {
          steps.step(
              world.withItem(key, new Item<>(expired, item.total(), item.broughtBefore())),
              false,
              () -> "ten minutes pass");
        }
      }
    }
  }

  // ------------------------------------------------------------------------------ what must hold

  /** What an item remembers only ever grows. */
  @Override
  public String violation(World<M, W, R> before, World<M, W, R> after) {
    for (int key = 0; key < Changes.KEYS; key++) {
      Remembered was = protocol.remembered(before.items().get(key).memory());
      Remembered now = protocol.remembered(after.items().get(key).memory());
      if (now != null && now != was && !now.isAtLeast(was)) {
        return String.format("%s falls from (%s) to (%s)", Changes.nameOf(key), was, now);
      }
    }
    return null;
  }

  @Override
  public String violation(World<M, W, R> world) {
    boolean drained = isDrained(world);
    for (int key = 0; key < Changes.KEYS; key++) {
      String wrong = tooMuch(world, key);
      if (wrong == null && drained) {
        wrong = notAll(world, key);
      }
      if (wrong != null) {
        return Changes.nameOf(key) + " " + wrong;
      }
    }
    return null;
  }

  /** At no time has an item taken in what wasn't delivered, and its total is what it took in. */
  private String tooMuch(World<M, W, R> world, int key) {
    Item<M> item = world.items().get(key);
    int came = 0;
    int went = 0;
    for (int delivered : world.truth().delivered()) {
      came += changes.added(delivered, key);
      went += changes.removed(delivered, key);
    }
    int moved = item.total() - STOOD.get(key);
    if (moved > came || moved < -went) {
      return String.format("was moved by %+d, but only %d came and %d went", moved, came, went);
    }
    Remembered now = protocol.remembered(item.memory());
    if (now == null) {
      return null;
    }
    int delivered = world.truth().delivered(now.epoch());
    came = changes.added(delivered, key);
    went = changes.removed(delivered, key);
    if (now.added() > came || now.removed() > went) {
      return String.format(
          "has taken in more than came in its epoch (%s): %d came and %d went", now, came, went);
    }
    int due = STOOD.get(key) + item.broughtBefore() + now.added() - now.removed();
    return item.total() == due
        ? null
        : "has a total of " + item.total() + ", but has taken in what makes " + due;
  }

  /**
   * Once a job knows that it has written all there is, the total is exact, and others can not
   * change that.
   */
  private String notAll(World<M, W, R> world, int key) {
    Item<M> item = world.items().get(key);
    int came = changes.added(changes.all(), key);
    int went = changes.removed(changes.all(), key);
    int due = STOOD.get(key) + item.broughtBefore() + came - went;
    if (item.total() != due) {
      return String.format(
          "has a total of %d, and should have %d: all is delivered, and written as far as the"
              + " writer knows",
          item.total(), due);
    }
    Remembered now = protocol.remembered(item.memory());
    Remembered all = new Remembered(world.truth().newestEpoch(), came, went);
    return now == null || came + went == 0 || now.equals(all)
        ? null
        : String.format("stands at (%s), and should at (%s): all is delivered", now, all);
  }

  /** Whether a job of the newest epoch has seen all changes, and knows that all is written. */
  private boolean isDrained(World<M, W, R> world) {
    for (Job<W> job : world.jobs()) {
      if (job != null
          && job.epoch() == world.truth().newestEpoch()
          && job.seen() == changes.all()
          && isIdle(job)) {
        return true;
      }
    }
    return false;
  }

  private boolean isIdle(Job<W> job) {
    for (int key = 0; key < Changes.KEYS; key++) {
      if (job.gathered().get(key) != 0 || protocol.sent(job.writers().get(key)) != null) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean atRest(World<M, W, R> world) {
    return isDrained(world);
  }

  // -------------------------------------------------------------------------------------- states

  @Override
  public Object[] parts(World<M, W, R> world) {
    Object[] parts = new Object[Changes.KEYS + scope.jobs() + 3];
    int i = 0;
    for (Item<M> item : world.items()) {
      parts[i++] = item;
    }
    for (Job<W> job : world.jobs()) {
      parts[i++] = job;
    }
    parts[i++] = world.snapshots();
    parts[i++] = world.late();
    parts[i] = world.truth();
    return parts;
  }

  /** Jobs are told apart by what they are, not by where they stand. */
  @Override
  public void order(int[] numbers) {
    Arrays.sort(numbers, Changes.KEYS, Changes.KEYS + scope.jobs());
  }

  @Override
  @SuppressWarnings("unchecked")
  public World<M, W, R> assemble(Object[] parts) {
    List<Item<M>> items = new ArrayList<>();
    List<Job<W>> jobs = new ArrayList<>();
    int i = 0;
    while (i < Changes.KEYS) {
      items.add((Item<M>) parts[i++]);
    }
    while (i < Changes.KEYS + scope.jobs()) {
      jobs.add((Job<W>) parts[i++]);
    }
    return new World<>(
        items, jobs, (List<Job<W>>) parts[i++], (List<LateWrite<R>>) parts[i++], (Truth) parts[i]);
  }

  // --------------------------------------------------------------------------------- for readers

  private static String nameOf(int slot) {
    return "job " + (slot + 1);
  }

  private String inEpoch(int epoch) {
    return scope.epochs() == 1 ? "" : ", in epoch " + epoch;
  }

  private String describe(Job<W> snapshot) {
    String seen =
        IntStream.range(0, changes.size())
            .filter(change -> Changes.contains(snapshot.seen(), change))
            .mapToObj(change -> Integer.toString(change + 1))
            .collect(Collectors.joining(" and "));
    return "a snapshot with "
        + (seen.isEmpty() ? "no change" : "change " + seen)
        + inEpoch(snapshot.epoch());
  }

  private String outcome(World<M, W, R> world, int key, Effect<M> effect) {
    Item<M> item = world.items().get(key);
    return (effect.written() ? " takes effect: " : " does nothing: ")
        + protocol.describe(item.memory(), item.total());
  }

  private String retry(W writer) {
    return protocol.retriesAll()
        ? "; everything since the last snapshot is done again"
        : thenSends(writer, protocol.unanswered(writer));
  }

  private String thenSends(W before, W after) {
    R request = protocol.sent(after);
    if (request == null) {
      return protocol.isOutdated(after) ? "; the job must stop" : "";
    }
    return "; "
        + (request.equals(protocol.sent(before)) ? "sent: " : "it sends: ")
        + protocol.describe(request);
  }
}
