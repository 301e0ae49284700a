package io.citytally.feed;

import io.citytally.vote.RejectedVote;
import io.citytally.vote.TallyKey;
import io.citytally.vote.VoteChange;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.functions.OpenContext;
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
 * Decodes each record to a change of a vote, of which those sides go on whose choice is admitted.
 * What can't be counted, and each choice that is refused, leaves through {@link #REJECTED}, with
 * its reason.
 *
 * <h2>A side at a time</h2>
 *
 * <p>A total is the sum over the sides of changes that name its choice. So what is refused is one
 * side, not the change: a citizen who corrects a vote for what is not on the ballot to one for what
 * is, is counted there; one who leaves a choice for what is not on the ballot, is no longer counted
 * at the choice. What is admitted stays exact, whatever is refused beside it.
 *
 * <p>A refused side is counted after all when it comes again, with the same change's identity, and
 * its choice is admitted by then: cast again from the table of rejected votes, or because a restart
 * reads its record again. Which sides of a change have been counted, the next stage remembers; here
 * each change that may come again in that way is marked as such.
 *
 * <p>Counts {@code votesRejected}, a refused side as one, and {@code votesUnchanged}: items that
 * were written with the same choice as before.
 */
public final class DecodeVoteChanges extends ProcessFunction<RawRecord, VoteChange>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;

  public static final OutputTag<RejectedVote> REJECTED =
      new OutputTag<>("rejected", Types.POJO(RejectedVote.class));

  /** One element of each subtask, all its choices: a snapshot's index has an entry per element. */
  private static final ListStateDescriptor<TallyKey[]> ADMITTED =
      new ListStateDescriptor<>("admitted", Types.OBJECT_ARRAY(Types.POJO(TallyKey.class)));

  private final VoteChangeDecoder decoder;
  private final Admission admission;

  private transient ListState<TallyKey[]> admitted;
  private transient Counter votesRejected;
  private transient Counter votesUnchanged;

  public DecodeVoteChanges(VoteChangeDecoder decoder, Admission admission) {
    this.decoder = decoder;
    this.admission = admission;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    admitted = context.getOperatorStateStore().getUnionListState(ADMITTED);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    TallyKey[] choices = admission.admitted().toArray(new TallyKey[0]);
    admitted.update(Collections.singletonList(choices));
  }

  /**
   * @throws RuntimeException if the ballot can't be read
   */
  @Override
  public void open(OpenContext context) throws Exception {
    List<TallyKey> restored = new ArrayList<>();
    for (TallyKey[] choices : admitted.get()) {
      restored.addAll(List.of(choices));
    }
    admission.open(restored);
    MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("kinesisanalytics");
    votesRejected = metrics.counter("votesRejected");
    votesUnchanged = metrics.counter("votesUnchanged");
  }

  @Override
  public void close() {
    admission.close();
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<VoteChange> out) {
    DecodedRecord decoded = decoder.decode(raw);
    if (decoded.change() != null) {
      admit(decoded.change(), raw, context, out);
    }
    if (decoded.rejection() != null) {
      reject(
          context,
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
  }

  private void admit(VoteChange change, RawRecord raw, Context context, Collector<VoteChange> out) {
    LongSupplier clock = context.timerService()::currentProcessingTime;
    TallyKey oldChoice = change.oldChoice;
    TallyKey newChoice = change.newChoice;
    if (oldChoice != null && !admission.admits(oldChoice, clock)) {
      refuse(context, raw, "old", oldChoice, RecastRecord.ofOldChoice(change));
      oldChoice = null;
    }
    if (newChoice != null && !admission.admits(newChoice, clock)) {
      refuse(context, raw, "new", newChoice, RecastRecord.ofNewChoice(change));
      newChoice = null;
    }
    if (oldChoice != null || newChoice != null) {
      VoteChange admitted = change.withSides(oldChoice, newChoice);
      out.collect(mayHaveBeenRefused(admitted) ? admitted.recastable() : admitted);
    }
  }

  private boolean mayHaveBeenRefused(VoteChange change) {
    long changedAtMillis = Math.floorDiv(change.changedAtMicros, 1_000L);
    return change.oldChoice != null && admission.mayHaveRefused(change.oldChoice, changedAtMillis)
        || change.newChoice != null && admission.mayHaveRefused(change.newChoice, changedAtMillis);
  }

  private void refuse(Context context, RawRecord raw, String side, TallyKey choice, String recast) {
    reject(
        context,
        new RejectedVote(
            raw.shard,
            position(raw) + "-" + side,
            "the " + side + " choice " + admission.refusal() + ": " + choice,
            PayloadExcerpt.of(raw.payload),
            raw.arrivedAtMillis,
            choice,
            recast));
  }

  private void reject(Context context, RejectedVote vote) {
    votesRejected.inc();
    context.output(REJECTED, vote);
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
