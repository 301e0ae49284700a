package io.citytally.source;

import io.citytally.metric.Metric;
import io.citytally.vote.Backlog;
import io.citytally.vote.Backoff;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.UnavailableException;
import io.citytally.vote.VoteChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.OutputTag;

/**
 * Decides with authority whether the choice of a side counts, by the rule of {@link Admission}. A
 * side that counts goes on as a change; another one leaves through {@link #REJECTED}.
 *
 * <p><b>Waiting.</b> A side waits while the ballot is being read or its total looked for. Failures
 * that may pass are tried again after a pause that doubles from 100 ms to 10 s, for as long as it
 * takes, so a side is never refused because DynamoDB is away; all others fail the job. Order
 * doesn't matter to the count, so everything else goes on in the meantime.
 *
 * <p><b>Bounds.</b> Once {@value Backlog#MAX_ELEMENTS} sides wait, or sides of {@value
 * Backlog#MAX_BYTES} bytes in all, the stream is held back until some are decided. The gauge {@code
 * sidesUndecided} shows how many wait.
 *
 * <p><b>Snapshots</b> hold the sides that wait, so checkpoints complete while the ballot is away.
 * After a restart they are dealt out among any number of subtasks, and are decided again.
 *
 * <p>All of this happens on the task's thread: answers come in other threads and are handed to the
 * task's mailbox. So there is no lock and nothing volatile here.
 */
public final class AdmitSides extends AbstractStreamOperator<VoteChange>
    implements OneInputStreamOperator<UndecidedSide, VoteChange>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** The sides that are refused. */
  public static final OutputTag<RejectedVote> REJECTED = DecodeVoteChanges.REJECTED;

  private static final ListStateDescriptor<UndecidedSide> UNDECIDED =
      new ListStateDescriptor<>("undecided", Types.POJO(UndecidedSide.class));

  /*
   * Young enough readings
   *
   * Readings are numbered as they begin, and one is under way at a time. Each side notes the number
   * from which on a reading may refuse it: that of the last reading, if it began less than a
   * refresh before, or else that of the next. A timer tells when a reading is no longer young: it
   * measures the time that passes, whereas a clock that is set back would make an old reading
   * young again. A reading that fails is followed by another one, which is good for the same sides.
   *
   * Sides of one choice share a lookup, but only those that were there when it was sent: a total
   * may have been written after it was looked for, and before a further side came.
   */

  private final Admission admission;
  private final transient MailboxExecutor mailbox;

  private transient ListState<UndecidedSide> undecided;
  private transient Counter votesRejected;
  private transient Map<Choice, WaitingSides> waiting;
  private transient int sides;
  private transient long bytes;

  private transient Map<Choice, Long> onBallotSinceMillis;
  private transient boolean isReading;
  private transient long lastBegun;
  private transient long lastOutdated;
  private transient long lastRead;
  private transient long lastNeeded;
  private transient Backoff backoff;

  private transient Set<Choice> withTotal;
  private transient Deque<WaitingSides> toLookUp;
  private transient int lookups;
  private transient long failuresInARow;
  private transient boolean holdsLastWatermark;

  private AdmitSides(Admission admission, MailboxExecutor mailbox, ProcessingTimeService time) {
    this.admission = admission;
    this.mailbox = mailbox;
    this.processingTimeService = time;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    undecided = context.getOperatorStateStore().getListState(UNDECIDED);
  }

  @Override
  public void open() throws Exception {
    super.open();
    waiting = new LinkedHashMap<>();
    onBallotSinceMillis = new HashMap<>();
    backoff = new Backoff();
    withTotal = new HashSet<>();
    toLookUp = new ArrayDeque<>();
    votesRejected = Metric.VOTES_REJECTED.counterOf(getMetricGroup());
    Metric.SIDES_UNDECIDED.showIn(getMetricGroup(), () -> sides);
    if (admission.ballot() != null) {
      // A job without its ballot ends at the start, not with the first vote.
      read();
    }
    keepRestored();
  }

  private void keepRestored() throws Exception {
    for (UndecidedSide side : undecided.get()) {
      keep(side);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<UndecidedSide> all = new ArrayList<>(sides);
    for (WaitingSides each : waiting.values()) {
      each.sides.forEach(waits -> all.add(waits.side));
    }
    undecided.update(all);
  }

  @Override
  public void processElement(StreamRecord<UndecidedSide> element) throws Exception {
    while (Backlog.isFull(sides, bytes)) {
      mailbox.yield();
    }
    UndecidedSide side = element.getValue();
    if (onBallotSinceMillis.containsKey(side.choice())) {
      passOnBallot(side);
    } else if (withTotal.contains(side.choice())) {
      passWithTotal(side);
    } else {
      keep(side);
    }
  }

  /** Not in {@code finish}: by then Flink's timers are off, and no attempt would be made again. */
  @Override
  public void endInput() throws Exception {
    while (sides > 0) {
      mailbox.yield();
    }
    if (holdsLastWatermark) {
      super.processWatermark(Watermark.MAX_WATERMARK);
    }
  }

  /** The last watermark is the end of the input: what waits here must go before it. */
  @Override
  public void processWatermark(Watermark watermark) throws Exception {
    if (watermark.equals(Watermark.MAX_WATERMARK) && sides > 0) {
      holdsLastWatermark = true;
    } else {
      super.processWatermark(watermark);
    }
  }

  @Override
  public void close() throws Exception {
    if (admission.ballot() != null) {
      admission.ballot().close();
    }
    admission.totals().close();
    super.close();
  }

  private void keep(UndecidedSide side) {
    WaitingSides waits = waiting.computeIfAbsent(side.choice(), WaitingSides::new);
    lastNeeded = Math.max(lastNeeded, neededReading());
    waits.sides.add(new WaitingSide(side, lastNeeded));
    sides++;
    bytes += side.size();
    if (lastNeeded <= lastRead) {
      lookUp(waits);
    } else if (!isReading) {
      read();
    }
  }

  private long neededReading() {
    if (admission.ballot() == null) {
      return 0;
    }
    return lastBegun > lastOutdated ? lastBegun : lastBegun + 1;
  }

  // --- The ballot -------------------------------------------------------------------------------

  private void read() {
    isReading = true;
    long begun = ++lastBegun;
    getProcessingTimeService()
        .registerTimer(nowMillis() + admission.refreshMillis(), now -> lastOutdated = begun);
    answer(
        Objects.requireNonNull(admission.ballot()).read(),
        this::read,
        failure -> pause("The ballot", backoff, failure, this::read),
        "Take in the ballot");
  }

  private void read(Set<Choice> choices) {
    failuresInARow = 0;
    backoff.reset();
    isReading = false;
    lastRead = lastBegun;
    long nowMillis = nowMillis();
    for (Choice key : Admission.withTurnout(choices)) {
      onBallotSinceMillis.putIfAbsent(key, nowMillis);
    }
    for (WaitingSides each : new ArrayList<>(waiting.values())) {
      if (onBallotSinceMillis.containsKey(each.choice)) {
        removeAll(each).forEach(this::passOnBallot);
      } else if (each.isDue(lastRead)) {
        lookUp(each);
      }
    }
    if (lastNeeded > lastRead) {
      read();
    }
  }

  // --- The totals -------------------------------------------------------------------------------

  private void lookUp(WaitingSides waits) {
    if (!waits.isLookedUp) {
      waits.isLookedUp = true;
      toLookUp.add(waits);
      sendLookups();
    }
  }

  private void sendLookups() {
    while (lookups < TotalsReader.MAX_CONCURRENCY && !toLookUp.isEmpty()) {
      WaitingSides next = toLookUp.remove();
      // Its choice may have come to the ballot by now.
      if (next.isDue(lastRead)) {
        lookups++;
        send(next);
      }
    }
  }

  private void send(WaitingSides waits) {
    int asked = waits.due(lastRead);
    answer(
        admission.totals().hasTotal(waits.choice),
        hasTotal -> lookedUp(waits, asked, hasTotal),
        failure -> pause("A total", waits.backoff, failure, () -> sendAgain(waits)),
        "Take in whether there is a total");
  }

  /** In its place, so that while DynamoDB is away no others take their turns to fail. */
  private void sendAgain(WaitingSides waits) {
    toLookUp.addFirst(waits);
    ended();
  }

  private void lookedUp(WaitingSides waits, int asked, boolean hasTotal) {
    failuresInARow = 0;
    waits.backoff.reset();
    waits.isLookedUp = false;
    if (hasTotal) {
      withTotal.add(waits.choice);
      removeAll(waits).forEach(this::passWithTotal);
    } else {
      for (int i = 0; i < asked && !waits.sides.isEmpty(); i++) {
        refuse(removeFirst(waits));
      }
      if (waits.isDue(lastRead)) {
        lookUp(waits);
      }
    }
    ended();
  }

  private void ended() {
    lookups--;
    sendLookups();
  }

  // --- What becomes of a side -------------------------------------------------------------------

  private void passOnBallot(UndecidedSide side) {
    long sinceMillis = Objects.requireNonNull(onBallotSinceMillis.get(side.choice()));
    pass(side, admission.mayHaveRefused(sinceMillis, side.change));
  }

  /**
   * Passes the side on as possibly refused: other readers may have refused the choice while it had
   * no total.
   */
  private void passWithTotal(UndecidedSide side) {
    pass(side, true);
  }

  private void pass(UndecidedSide side, boolean mayHaveBeenRefused) {
    output.collect(new StreamRecord<>(mayHaveBeenRefused ? side.change.recastable() : side.change));
  }

  private void refuse(UndecidedSide side) {
    votesRejected.inc();
    output.collect(REJECTED, new StreamRecord<>(side.refusal));
  }

  private List<UndecidedSide> removeAll(WaitingSides waits) {
    List<UndecidedSide> all = new ArrayList<>(waits.sides.size());
    while (!waits.sides.isEmpty()) {
      all.add(removeFirst(waits));
    }
    return all;
  }

  private UndecidedSide removeFirst(WaitingSides waits) {
    UndecidedSide first = waits.sides.remove().side;
    sides--;
    bytes -= first.size();
    if (waits.sides.isEmpty()) {
      waiting.remove(waits.choice, waits);
    }
    return first;
  }

  // --- Answers and pauses -----------------------------------------------------------------------

  private <T> void answer(
      CompletableFuture<T> question,
      Consumer<T> answered,
      Consumer<Throwable> failed,
      String description) {
    question.whenComplete(
        (answer, failure) ->
            mailbox.execute(
                () -> {
                  if (failure == null) {
                    answered.accept(answer);
                  } else {
                    failed.accept(failure);
                  }
                },
                description));
  }

  private void pause(String what, Backoff backoff, Throwable failure, Runnable next) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof UnavailableException)) {
      throw cause instanceof RuntimeException
          ? (RuntimeException) cause
          : new IllegalStateException(cause);
    }
    failuresInARow++;
    if (Long.bitCount(failuresInARow) == 1) {
      LOG.warn(
          "{} could not be read, the failure number {} in a row; trying again. Sides that wait: {}",
          what,
          failuresInARow,
          sides,
          cause);
    }
    getProcessingTimeService()
        .registerTimer(nowMillis() + backoff.next().toMillis(), now -> next.run());
  }

  private long nowMillis() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  /** The sides of one choice, in the order in which they came. */
  private static final class WaitingSides {

    private final Choice choice;
    private final Deque<WaitingSide> sides = new ArrayDeque<>();
    private final Backoff backoff = new Backoff();
    private boolean isLookedUp;

    WaitingSides(Choice choice) {
      this.choice = choice;
    }

    /** Whether a reading is young enough for the first of them. */
    boolean isDue(long reading) {
      return !sides.isEmpty() && sides.element().neededReading <= reading;
    }

    /** How many of them, from the first, a reading is young enough for. */
    int due(long reading) {
      int due = 0;
      for (WaitingSide each : sides) {
        if (each.neededReading > reading) {
          break;
        }
        due++;
      }
      return due;
    }
  }

  private static final class WaitingSide {

    private final UndecidedSide side;
    private final long neededReading;

    WaitingSide(UndecidedSide side, long neededReading) {
      this.side = side;
      this.neededReading = neededReading;
    }
  }

  /** Makes the operator, in a task of its own: what comes before it must never yield. */
  public static final class Factory extends AbstractStreamOperatorFactory<VoteChange>
      implements OneInputStreamOperatorFactory<UndecidedSide, VoteChange> {

    private static final long serialVersionUID = 1L;

    private final Admission admission;

    /**
     * @param admission which choices count
     */
    public Factory(Admission admission) {
      this.admission = admission;
      setChainingStrategy(ChainingStrategy.HEAD);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature
    public <T extends StreamOperator<VoteChange>> T createStreamOperator(
        StreamOperatorParameters<VoteChange> parameters) {
      AdmitSides operator =
          new AdmitSides(admission, parameters.getMailboxExecutor(), processingTimeService);
      operator.setup(
          parameters.getContainingTask(), parameters.getStreamConfig(), parameters.getOutput());
      return (T) operator;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return AdmitSides.class;
    }
  }
}
