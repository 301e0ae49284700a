package io.citytally.count;

import io.citytally.metric.Metric;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lets each side of each change through once, and drops every further delivery. Its input is keyed
 * by {@link MemoryKey}.
 */
public class DeduplicateChanges extends AbstractStreamOperator<ChoiceChange>
    implements OneInputStreamOperator<VoteChange, ChoiceChange> {

  /*
   * Why a side, not a change.
   *
   * A change may arrive in parts. A side whose choice is refused is cut off before this operator.
   * It arrives later, under the same identity, when its choice is admitted and it is cast again:
   * alone, or with a side that was counted long ago. So the state holds which sides of an identity
   * were counted, and a delivery without a new side is a repetition. Each side counts once, however
   * often and in any parts a change is delivered. The choices of a vote and its change of the
   * turnout share one identity, and cost one entry.
   *
   * For how long.
   *
   * An identity is remembered for a time to live, which starts when a side is added to the
   * identity, or when that addition is written to the state, at the next checkpoint at the latest.
   * The time to live must be longer than the stream's retention (24 hours unless raised) plus the
   * time by which the stream may repeat a record. A job that goes back to an old snapshot reads
   * again at most what the stream still holds, so what it has forgotten by then can't come again.
   *
   * A change among the rejected votes can come again much later, after it was counted: a second
   * delivery or a restart may have counted it, or an interrupted recast that had not yet deleted
   * its item. Such a change is marked VoteChange.recastable, and is also remembered in a second
   * memory with a longer time to live. These changes are few: all plain votes, and what is read
   * again or for the first time after a start. Only they are looked up in the second memory, so all
   * others cost no more than without it.
   */

  /*
   * Where identities are.
   *
   * New identities are kept in memory, by key. At a checkpoint, or earlier if there are many, they
   * are packed into a slice of the state. A slice is never changed. So a vote costs no access to
   * the state, and takes little more there than the bytes of its hash. Nothing here waits for a
   * checkpoint: while none completes, slices are still written.
   *
   * The IdentityFilter recognises nearly every new identity. The others may be in a slice, as when
   * a stream is read again after a restart. All slices of the key are searched, because sides may
   * come at different times. Only a few seconds of changes have the same key, so there are few
   * slices. While a stream is read again, the same keys are looked up many times: the SliceCache
   * holds their slices. It is emptied at each checkpoint, so that it keeps a slice hardly longer
   * than the state does.
   *
   * Each slice has its own time to live in the state, from when it was written. The change of a
   * plain vote has no time, so no other change shares its key. It is an entry of its own.
   */

  private static final long serialVersionUID = 1L;

  private static final Side[] SIDES = Side.values();

  /** 16 MB: two bytes in each of the two generations. */
  private static final int FILTERED_IDENTITIES = 1 << 22;

  private static final long MAX_CACHED_BYTES = 32 << 20;

  /**
   * One entry for each subtask. After a restart, each subtask gets the entries of all subtasks,
   * because keys move between them.
   */
  private static final ListStateDescriptor<Long> LATEST_MICROS =
      new ListStateDescriptor<>("latest-micros", Types.LONG);

  /**
   * The greatest time to live that the second memory ever had. A refused choice can be cast again
   * until its item expires. The item has the time to live of the day on which it was refused, so a
   * restart with a lower one must not shorten the memory.
   */
  private static final ListStateDescriptor<Long> RECASTABLE_TTL_MILLIS =
      new ListStateDescriptor<>("recastable-ttl-millis", Types.LONG);

  private final Duration timeToLive;
  private final Duration leastRecastableTimeToLive;

  private transient Duration recastableTimeToLive;
  private transient IdentityFilter filter;
  private transient ListState<Long> latestMicros;
  private transient ListState<Long> recastableTtlMillis;

  /** For changes with a time: slices, under random names. */
  private transient MapState<Long, byte[]> slices;

  /** For changes without a time: the counted sides of the key's only identity. */
  private transient ValueState<Byte> counted;

  private transient MapState<ChangeIdentity, Byte> recastableCounted;

  private transient PendingSlices pending;
  private transient SliceCache cache;
  private transient Counter changesCounted;
  private transient Counter duplicatesDropped;

  /**
   * @param timeToLive how long a change is remembered
   * @param recastableTimeToLive how long a change is remembered that may be among the rejected
   *     votes: as long as it may be there, plus {@code timeToLive}, because it is then read from
   *     the stream. A greater value from before a restart stays in force.
   */
  public DeduplicateChanges(Duration timeToLive, Duration recastableTimeToLive) {
    this.timeToLive = timeToLive;
    this.leastRecastableTimeToLive = recastableTimeToLive;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    filter = new IdentityFilter(FILTERED_IDENTITIES);
    latestMicros = context.getOperatorStateStore().getUnionListState(LATEST_MICROS);
    if (context.isRestored()) {
      Iterator<Long> each = latestMicros.get().iterator();
      // A snapshot without entries may hold identities of any time.
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
    slices =
        context
            .getKeyedStateStore()
            .getMapState(
                expiring(
                    new MapStateDescriptor<>(
                        "slices",
                        Types.LONG,
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO),
                    timeToLive));
    counted =
        context
            .getKeyedStateStore()
            .getState(expiring(new ValueStateDescriptor<>("counted", Types.BYTE), timeToLive));
    recastableCounted =
        context
            .getKeyedStateStore()
            .getMapState(
                expiring(
                    new MapStateDescriptor<>(
                        "recastable-counted", ChangeIdentitySerializer.TYPE, Types.BYTE),
                    recastableTimeToLive));
    pending = new PendingSlices(this::write);
    cache = new SliceCache(MAX_CACHED_BYTES);
  }

  private static <D extends StateDescriptor<?, ?>> D expiring(D descriptor, Duration timeToLive) {
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(timeToLive)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .build());
    return descriptor;
  }

  @Override
  public void open() throws Exception {
    super.open();
    changesCounted = Metric.CHANGES_COUNTED.counterOf(getMetricGroup());
    duplicatesDropped = Metric.DUPLICATES_DROPPED.counterOf(getMetricGroup());
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    pending.writeAll();
    cache.clear();
    latestMicros.update(List.of(filter.latestMicros()));
    recastableTtlMillis.update(List.of(recastableTimeToLive.toMillis()));
  }

  /** Sets no key: few elements read the state, and these set it themselves. */
  @Override
  public void setKeyContextElement(StreamRecord<VoteChange> record) {}

  @Override
  public void processElement(StreamRecord<VoteChange> record) throws Exception {
    VoteChange change = record.getValue();
    int before = remembered(change);
    int after = before | sidesOf(change);
    if (after == before) {
      duplicatesDropped.inc();
      return;
    }
    remember(change, after);
    changesCounted.inc();
    int fresh = after & ~before;
    for (Side side : SIDES) {
      if ((fresh & bit(side)) != 0) {
        output.collect(new StreamRecord<>(ChoiceChange.of(change, side)));
      }
    }
  }

  private int remembered(VoteChange change) throws Exception {
    int sides = filter.isNew(change.identity) ? 0 : counted(change.identity);
    if (change.recastable) {
      setCurrentKey(MemoryKey.of(change.identity));
      sides |= orNone(recastableCounted.get(change.identity));
    }
    return sides;
  }

  private int counted(ChangeIdentity identity) throws Exception {
    MemoryKey key = MemoryKey.of(identity);
    if (identity.atMicros == ChangeIdentity.TIMELESS) {
      setCurrentKey(key);
      return orNone(counted.value());
    }
    int sides = pending.sidesOf(key, identity);
    List<byte[]> known = cache.get(key);
    if (known == null) {
      setCurrentKey(key);
      known = cache.load(key, slices.values());
    }
    for (byte[] slice : known) {
      sides |= IdentitySlice.sidesIn(slice, identity);
    }
    return sides;
  }

  private void remember(VoteChange change, int sides) throws Exception {
    ChangeIdentity identity = change.identity;
    filter.add(identity);
    if (identity.atMicros == ChangeIdentity.TIMELESS) {
      setCurrentKey(MemoryKey.of(identity));
      counted.update((byte) sides);
    } else {
      pending.add(identity, sides);
    }
    if (change.recastable) {
      setCurrentKey(MemoryKey.of(identity));
      recastableCounted.put(identity, (byte) sides);
    }
  }

  private void write(MemoryKey key, byte[] slice) throws Exception {
    setCurrentKey(key);
    slices.put(freeName(), slice);
    cache.add(key, slice);
  }

  private long freeName() throws Exception {
    long name;
    do {
      name = ThreadLocalRandom.current().nextLong();
    } while (slices.contains(name));
    return name;
  }

  private static int orNone(@Nullable Byte sides) {
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

  /** The bit of a side in a set of sides. */
  @SuppressWarnings("EnumOrdinal") // the order of the sides stays
  private static int bit(Side side) {
    return 1 << side.ordinal();
  }
}
