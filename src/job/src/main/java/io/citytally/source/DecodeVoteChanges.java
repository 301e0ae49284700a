package io.citytally.source;

import io.citytally.metric.Metric;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes each record to changes of votes, of which those sides go on whose choice is known to
 * count. The other sides leave through {@link #UNDECIDED}, for {@link AdmitSides} to decide. What
 * can't be counted leaves through {@link #REJECTED}, with its reason.
 *
 * <p>Counts {@code votesRejected}, and {@code votesUnchanged}: items that were written with the
 * same choice as before. The gauge {@code replayAgeMillis} is {@link ReplayAge}, and {@code
 * lagMillis} is {@link ReadLag}.
 */
public final class DecodeVoteChanges extends ProcessFunction<RawRecord, VoteChange>
    implements CheckpointedFunction, CheckpointListener {

  /*
   * A side at a time.
   *
   * A total is the sum over the sides of changes that name its choice. So what is refused is one
   * side, not the change: if a citizen changes a vote from a choice off the ballot to one on it,
   * the new choice is counted; from a choice on the ballot to one off it, the old choice loses the
   * vote. If only one side counts, the totals of the choices that do are still exact. For the same
   * reason a side may come later than the other, and nothing here waits.
   *
   * A side of the turnout counts if its region does, even if its choices do not.
   *
   * A refused side is counted after all when it comes again, with the same change's identity, and
   * its choice is admitted by then: cast again from the table of rejected votes, or because a
   * restart reads its record again. Which sides of a change have been counted, deduplication
   * remembers; here each change that may come again in that way is marked as such.
   */

  private static final long serialVersionUID = 1L;

  public static final OutputTag<RejectedVote> REJECTED =
      new OutputTag<>("rejected", Types.POJO(RejectedVote.class));

  public static final OutputTag<UndecidedSide> UNDECIDED =
      new OutputTag<>("undecided", Types.POJO(UndecidedSide.class));

  /** One element per subtask, all its choices: a snapshot's index has an entry per element. */
  private static final ListStateDescriptor<Choice[]> ADMITTED =
      new ListStateDescriptor<>("admitted", Types.OBJECT_ARRAY(Types.POJO(Choice.class)));

  private static final Side[] SIDES = Side.values();

  private final VoteChangeDecoder decoder;
  private final Admission admission;

  private transient ListState<Choice[]> admitted;
  private transient KnownChoices known;
  private transient ReplayAge replayAge;
  private transient ReadLag lag;
  private transient Counter votesRejected;
  private transient Counter votesUnchanged;

  public DecodeVoteChanges(VoteChangeDecoder decoder, Admission admission) {
    this.decoder = decoder;
    this.admission = admission;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    admitted = context.getOperatorStateStore().getUnionListState(ADMITTED);
    List<Choice> restored = new ArrayList<>();
    for (Choice[] choices : admitted.get()) {
      restored.addAll(List.of(choices));
    }
    known = admission.open(restored);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    TaskInfo task = getRuntimeContext().getTaskInfo();
    Choice[] choices =
        known
            .toKeep(task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks())
            .toArray(new Choice[0]);
    admitted.update(Collections.singletonList(choices));
    replayAge.barrier(context.getCheckpointId());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    replayAge.completed(checkpointId);
  }

  @Override
  public void open(OpenContext context) throws Exception {
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    votesRejected = Metric.VOTES_REJECTED.counterOf(metrics);
    votesUnchanged = Metric.VOTES_UNCHANGED.counterOf(metrics);
    replayAge = new ReplayAge(System::currentTimeMillis);
    Metric.REPLAY_AGE.showIn(metrics, replayAge::millis);
    lag = new ReadLag(System::currentTimeMillis);
    Metric.LAG.showIn(metrics, lag::millis);
  }

  @Override
  public void close() {
    if (admission.ballot() != null) {
      admission.ballot().close();
    }
  }

  /**
   * @throws RuntimeException if the ballot can't be read, and trying again can't help
   */
  @Override
  public void processElement(RawRecord raw, Context context, Collector<VoteChange> out) {
    replayAge.read(raw.arrivedAtMillis);
    lag.begin(raw.arrivedAtMillis);
    DecodedRecord decoded = decoder.decode(raw);
    if (decoded.change() != null) {
      admit(decoded.change(), false, raw, context, out);
    }
    for (VoteChange change : decoded.changesOfBallot()) {
      admit(change, true, raw, context, out);
    }
    if (decoded.rejection() != null) {
      votesRejected.inc();
      context.output(
          REJECTED,
          new RejectedVote(
              raw.shard,
              position(raw),
              decoded.rejection(),
              PayloadExcerpt.of(raw.payload),
              raw.arrivedAtMillis));
    }
    if (decoded.isUnchanged()) {
      votesUnchanged.inc();
    }
    lag.end();
  }

  private void admit(
      VoteChange change,
      boolean isOfBallot,
      RawRecord raw,
      Context context,
      Collector<VoteChange> out) {
    LongSupplier clock = context.timerService()::currentProcessingTime;
    VoteChange counts = change;
    boolean mayHaveBeenRefused = false;
    for (Side side : SIDES) {
      Choice key = change.key(side);
      if (key == null) {
        continue;
      }
      Long since = known.since(key, clock);
      if (since == null) {
        context.output(
            UNDECIDED,
            new UndecidedSide(change.only(side), refusal(raw, change, isOfBallot, side, key)));
        counts = counts.without(side);
      } else {
        mayHaveBeenRefused |= admission.mayHaveRefused(since, change);
      }
    }
    if (counts.hasSides()) {
      out.collect(mayHaveBeenRefused ? counts.recastable() : counts);
    }
  }

  private RejectedVote refusal(
      RawRecord raw, VoteChange change, boolean isOfBallot, Side side, Choice key) {
    // Jobs of two epochs may refuse the same side, and each refusal can be cast again in its own.
    String place = position(raw) + "-" + side.label() + "-" + decoder.epoch();
    return new RejectedVote(
        raw.shard,
        // The sides of a ballot's record share all else.
        isOfBallot ? place + "-" + change.identity : place,
        admission.refusal(side, key),
        isOfBallot ? PayloadExcerpt.ofBallot(raw.payload, key) : PayloadExcerpt.of(raw.payload),
        raw.arrivedAtMillis,
        key,
        RecastRecord.of(change, side, decoder.epoch()));
  }

  /** The records of one KPL aggregate share their sequence number: the hash keeps them apart. */
  private static String position(RawRecord raw) {
    return raw.sequenceNumber + "-" + shortHash(raw.payload);
  }

  private static String shortHash(byte[] payload) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(payload);
      return String.format("%016x", ByteBuffer.wrap(hash).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
