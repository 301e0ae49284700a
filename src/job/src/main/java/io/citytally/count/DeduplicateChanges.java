package io.citytally.count;

import io.citytally.metric.Metric;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets each side of each change through once, and drops every further delivery.
 *
 * <h2>Why a side, not a change</h2>
 *
 * <p>A change may come in part: a side whose choice is refused is cut off before it comes here, and
 * comes later, under the same identity, when its choice is admitted and it is cast again, alone or
 * beside a side that was counted long ago. So what is remembered of an identity is which of its
 * sides went through, and a delivery is a repetition if it brings none that is new. However often
 * and in whatever parts a change is delivered, each side counts once. So a vote's choices and what
 * it changes in the turnout share one identity, and cost one entry.
 *
 * <h2>For how long</h2>
 *
 * <p>An identity is remembered for a time to live, counted from the moment it was last added to. It
 * must be longer than the stream's retention (24 hours unless raised), plus the time by which the
 * stream may repeat a record: a job that goes back to an old snapshot reads again at most what the
 * stream still holds, so whatever it forgets in the meantime can't come again.
 *
 * <p>But what lies among the rejected votes can come for much longer, and may have been counted all
 * the same: cast again by a command that was interrupted before it took the item away, or counted
 * from a second delivery, or after a restart. Such a change is marked {@link
 * VoteChange#recastable}, and remembered in a second memory, too, with a longer time to live. They
 * are few; so only for them that memory is looked into, and the rest costs what it did.
 *
 * <p>Of most changes an {@link IdentityFilter} knows that they are new: for them, the memory is
 * written without being read.
 */
public class DeduplicateChanges
    extends KeyedProcessFunction<ChangeIdentity, VoteChange, ChoiceChange>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;

  private static final Side[] SIDES = Side.values();

  /** 16 MB of memory. */
  private static final int FILTERED_IDENTITIES = 1 << 22;

  /** Of each subtask one; each is told those of all, for keys move between them. */
  private static final ListStateDescriptor<Long> LATEST_MICROS =
      new ListStateDescriptor<>("latest-micros", Types.LONG);

  /**
   * The greatest time to live that the longer memory ever had. A refused choice can be cast again
   * until its item expires, by the time to live of the day on which it was refused: so a restart
   * with a lower one must not shorten the memory.
   */
  private static final ListStateDescriptor<Long> RECASTABLE_TTL_MILLIS =
      new ListStateDescriptor<>("recastable-ttl-millis", Types.LONG);

  private final Duration timeToLive;
  private final Duration leastRecastableTimeToLive;

  private transient Duration recastableTimeToLive;
  private transient IdentityFilter filter;
  private transient ListState<Long> latestMicros;
  private transient ListState<Long> recastableTtlMillis;
  private transient ValueState<Byte> counted;
  private transient ValueState<Byte> recastableCounted;
  private transient Counter changesCounted;
  private transient Counter duplicatesDropped;

  /**
   * @param timeToLive how long a change is remembered
   * @param recastableTimeToLive how long one that may lie among the rejected votes is: as long as
   *     it may lie there, and {@code timeToLive} on top, since it is then read from the stream. A
   *     greater one of before a restart stays.
   */
  public DeduplicateChanges(Duration timeToLive, Duration recastableTimeToLive) {
    this.timeToLive = timeToLive;
    this.leastRecastableTimeToLive = recastableTimeToLive;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    filter = new IdentityFilter(FILTERED_IDENTITIES);
    latestMicros = context.getOperatorStateStore().getUnionListState(LATEST_MICROS);
    if (context.isRestored()) {
      Iterator<Long> each = latestMicros.get().iterator();
      // A snapshot without them may hold identities of any time.
      filter.forget(each.hasNext() ? each.next() : Long.MAX_VALUE);
      each.forEachRemaining(filter::forget);
    }
    recastableTimeToLive = leastRecastableTimeToLive;
    recastableTtlMillis = context.getOperatorStateStore().getUnionListState(RECASTABLE_TTL_MILLIS);
    for (long millis : recastableTtlMillis.get()) {
      Duration restored = Duration.ofMillis(millis);
      if (restored.compareTo(recastableTimeToLive) > 0) {
        recastableTimeToLive = restored;
      }
    }
    counted = sides(context.getKeyedStateStore(), "counted", timeToLive);
    recastableCounted =
        sides(context.getKeyedStateStore(), "recastable-counted", recastableTimeToLive);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    latestMicros.update(List.of(filter.latestMicros()));
    recastableTtlMillis.update(List.of(recastableTimeToLive.toMillis()));
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    changesCounted = Metric.CHANGES_COUNTED.counterOf(metrics);
    duplicatesDropped = Metric.DUPLICATES_DROPPED.counterOf(metrics);
  }

  @Override
  public void processElement(VoteChange change, Context context, Collector<ChoiceChange> out)
      throws Exception {
    int before = remembered(change);
    int after = before | sidesOf(change);
    if (after == before) {
      duplicatesDropped.inc();
      return;
    }
    counted.update((byte) after);
    filter.add(change.identity);
    if (change.recastable) {
      recastableCounted.update((byte) after);
    }
    changesCounted.inc();
    int fresh = after & ~before;
    for (Side side : SIDES) {
      if ((fresh & bit(side)) != 0) {
        out.collect(ChoiceChange.of(change, side));
      }
    }
  }

  private int remembered(VoteChange change) throws IOException {
    if (change.recastable) {
      return sidesIn(counted) | sidesIn(recastableCounted);
    }
    return filter.isNew(change.identity) ? 0 : sidesIn(counted);
  }

  private static ValueState<Byte> sides(KeyedStateStore store, String name, Duration timeToLive) {
    ValueStateDescriptor<Byte> descriptor = new ValueStateDescriptor<>(name, Types.BYTE);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(timeToLive)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .build());
    return store.getState(descriptor);
  }

  private static int sidesIn(ValueState<Byte> state) throws IOException {
    Byte sides = state.value();
    return sides == null ? 0 : sides;
  }

  private static int sidesOf(VoteChange change) {
    int sides = 0;
    for (Side side : SIDES) {
      if (change.key(side) != null) {
        sides |= bit(side);
      }
    }
    return sides;
  }

  /** A set of sides is kept as bits. */
  @SuppressWarnings("EnumOrdinal") // the order of the sides stays
  private static int bit(Side side) {
    return 1 << side.ordinal();
  }
}
