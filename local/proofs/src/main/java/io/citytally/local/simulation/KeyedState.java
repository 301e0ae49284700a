package io.citytally.local.simulation;

import io.citytally.local.simulation.SubtaskState.Slot;
import io.citytally.local.simulation.SubtaskState.Table;
import io.citytally.local.simulation.SubtaskState.Timers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.query.TaskKvStateRegistry;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.DoneFuture;
import org.apache.flink.runtime.state.InternalKeyContextImpl;
import org.apache.flink.runtime.state.KeyExtractorFunction;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.Keyed;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.PriorityComparable;
import org.apache.flink.runtime.state.PriorityComparator;
import org.apache.flink.runtime.state.SavepointResources;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSet;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.runtime.state.internal.InternalMapState;
import org.apache.flink.runtime.state.internal.InternalReducingState;
import org.apache.flink.runtime.state.internal.InternalValueState;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.util.CloseableIterator;

/**
 * Keyed state in plain maps. Flink's own backend on the heap writes each snapshot out byte by byte,
 * with a description of its serializers; in runs that are mostly starts and snapshots, that takes
 * most of the time. Time to live, key groups, priority queues and timers are Flink's own.
 */
final class KeyedState<K> extends AbstractKeyedStateBackend<K> {

  private static final LatencyTrackingStateConfig NOT_TRACKED =
      LatencyTrackingStateConfig.disabled();

  private final Map<String, Table> tables = new HashMap<>();
  private final Map<String, Queue> queues = new HashMap<>();

  /** Timers of queues that the operator has not asked for yet. */
  private final Map<String, Timers> restoredTimers = new HashMap<>();

  private record Queue(
      TypeSerializer<Object> serializer, HeapPriorityQueueSet<HeapPriorityQueueElement> queue) {}

  /**
   * @param restored of all subtasks that there were; takes what is in its own key groups
   */
  KeyedState(
      TypeSerializer<K> keySerializer,
      ExecutionConfig config,
      TaskKvStateRegistry registry,
      TtlTimeProvider time,
      KeyGroupRange range,
      Collection<SubtaskState> restored) {
    super(
        registry,
        keySerializer,
        KeyedState.class.getClassLoader(),
        config,
        time,
        NOT_TRACKED,
        new CloseableRegistry(),
        new InternalKeyContextImpl<>(range, Topology.KEY_GROUPS));
    for (SubtaskState each : restored) {
      each.keyed().forEach(this::take);
      each.timers().forEach(this::take);
    }
  }

  private void take(String name, Table from) {
    Table table =
        tables.computeIfAbsent(name, any -> new Table(from.serializer(), new HashMap<>()));
    from.values()
        .forEach(
            (slot, value) -> {
              if (isOurs(slot.key())) {
                table.values().put(slot, from.serializer().copy(value));
              }
            });
  }

  private void take(String name, Timers from) {
    Timers timers =
        restoredTimers.computeIfAbsent(
            name, any -> new Timers(from.serializer(), new ArrayList<>()));
    for (Object timer : from.timers()) {
      if (isOurs(((Keyed<?>) timer).getKey())) {
        timers.timers().add(from.serializer().copy(timer));
      }
    }
  }

  private boolean isOurs(Object key) {
    return getKeyGroupRange()
        .contains(KeyGroupRangeAssignment.assignToKeyGroup(key, Topology.KEY_GROUPS));
  }

  Map<String, Table> copyOfTables() {
    Map<String, Table> copy = new HashMap<>();
    tables.forEach((name, table) -> copy.put(name, table.copy()));
    return copy;
  }

  Map<String, Timers> copyOfTimers() {
    Map<String, Timers> copy = new HashMap<>(restoredTimers);
    queues.forEach((name, queue) -> copy.put(name, copyOf(queue)));
    return copy;
  }

  private static Timers copyOf(Queue queue) {
    List<Object> timers = new ArrayList<>();
    try (CloseableIterator<HeapPriorityQueueElement> each = queue.queue().iterator()) {
      each.forEachRemaining(timer -> timers.add(queue.serializer().copy(timer)));
    } catch (Exception e) {
      throw new IllegalStateException("timers on the heap can't be read", e);
    }
    return new Timers(queue.serializer(), timers);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N, SV, SEV, S extends State, IS extends S> IS createOrUpdateInternalState(
      TypeSerializer<N> namespaces,
      StateDescriptor<S, SV> descriptor,
      StateSnapshotTransformFactory<SEV> unused) {
    Table table =
        tables.computeIfAbsent(
            descriptor.getName(),
            any -> new Table((TypeSerializer<Object>) descriptor.getSerializer(), new HashMap<>()));
    return (IS)
        switch (descriptor.getType()) {
          case VALUE -> new Value<N, SV>(namespaces, table, descriptor.getDefaultValue());
          case REDUCING ->
              new Reducing<N, SV>(
                  namespaces,
                  table,
                  ((ReducingStateDescriptor<SV>) descriptor).getReduceFunction());
          case MAP -> new Entries<N, Object, Object>(namespaces, table);
          default ->
              throw new UnsupportedOperationException(
                  "the simulation has no keyed state of type " + descriptor.getType());
        };
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends HeapPriorityQueueElement & PriorityComparable<? super T> & Keyed<?>>
      KeyGroupedInternalPriorityQueue<T> create(String name, TypeSerializer<T> serializer) {
    Queue known = queues.get(name);
    if (known != null) {
      return (KeyGroupedInternalPriorityQueue<T>)
          (KeyGroupedInternalPriorityQueue<?>) known.queue();
    }
    HeapPriorityQueueSet<T> queue =
        new HeapPriorityQueueSet<>(
            PriorityComparator.forPriorityComparableObjects(),
            KeyExtractorFunction.forKeyedObjects(),
            4,
            getKeyGroupRange(),
            Topology.KEY_GROUPS);
    Timers restored = restoredTimers.remove(name);
    if (restored != null) {
      restored.timers().forEach(timer -> queue.add((T) timer));
    }
    queues.put(
        name,
        new Queue(
            (TypeSerializer<Object>) (TypeSerializer<?>) serializer,
            (HeapPriorityQueueSet<HeapPriorityQueueElement>) (HeapPriorityQueueSet<?>) queue));
    return queue;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N> Stream<K> getKeys(String state, N namespace) {
    Table table = tables.get(state);
    return table == null
        ? Stream.empty()
        : table.values().keySet().stream()
            .filter(slot -> slot.namespace().equals(namespace))
            .map(slot -> (K) slot.key());
  }

  @Override
  public <N> Stream<K> getKeys(List<String> states, N namespace) {
    return states.stream().flatMap(state -> getKeys(state, namespace)).distinct();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <N> Stream<Tuple2<K, N>> getKeysAndNamespaces(String state) {
    return tables.get(state).values().keySet().stream()
        .map(slot -> Tuple2.of((K) slot.key(), (N) slot.namespace()));
  }

  @Override
  public int numKeyValueStateEntries() {
    return tables.values().stream().mapToInt(table -> table.values().size()).sum();
  }

  /** Nothing: a {@link SubtaskState} is made of the copies. */
  @Override
  public RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(
      long checkpoint, long time, CheckpointStreamFactory streams, CheckpointOptions options) {
    return DoneFuture.of(SnapshotResult.empty());
  }

  @Override
  public SavepointResources<K> savepoint() {
    throw new UnsupportedOperationException("the simulation's savepoints are checkpoints");
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {}

  @Override
  public void notifyCheckpointAborted(long checkpoint) {}

  private abstract class OfKey<N, V> implements InternalKvState<K, N, V> {

    private final TypeSerializer<N> namespaces;
    private final Table table;
    private N namespace;

    OfKey(TypeSerializer<N> namespaces, Table table) {
      this.namespaces = namespaces;
      this.table = table;
    }

    @SuppressWarnings("unchecked")
    final V read() {
      return (V) table.values().get(slot());
    }

    final void write(V value) {
      table.values().put(slot(), value);
    }

    private Slot slot() {
      return new Slot(getCurrentKey(), namespace);
    }

    @Override
    public final void clear() {
      table.values().remove(slot());
    }

    @Override
    public final void setCurrentNamespace(N namespace) {
      this.namespace = namespace;
    }

    @Override
    public final TypeSerializer<K> getKeySerializer() {
      return keySerializer;
    }

    @Override
    public final TypeSerializer<N> getNamespaceSerializer() {
      return namespaces;
    }

    @Override
    @SuppressWarnings("unchecked")
    public final TypeSerializer<V> getValueSerializer() {
      return (TypeSerializer<V>) table.serializer();
    }

    @Override
    public final byte[] getSerializedValue(
        byte[] slot, TypeSerializer<K> keys, TypeSerializer<N> spaces, TypeSerializer<V> values) {
      throw new UnsupportedOperationException("the simulation's state can't be queried");
    }

    @Override
    public final StateIncrementalVisitor<K, N, V> getStateIncrementalVisitor(int recommended) {
      throw new UnsupportedOperationException("the simulation's state has no incremental cleanup");
    }
  }

  private final class Value<N, V> extends OfKey<N, V> implements InternalValueState<K, N, V> {

    private final V byDefault;

    Value(TypeSerializer<N> namespaces, Table table, V byDefault) {
      super(namespaces, table);
      this.byDefault = byDefault;
    }

    @Override
    public V value() {
      V value = read();
      return value == null ? byDefault : value;
    }

    @Override
    public void update(V value) {
      if (value == null) {
        clear();
      } else {
        write(value);
      }
    }
  }

  private final class Reducing<N, V> extends OfKey<N, V> implements InternalReducingState<K, N, V> {

    private final ReduceFunction<V> reduce;

    Reducing(TypeSerializer<N> namespaces, Table table, ReduceFunction<V> reduce) {
      super(namespaces, table);
      this.reduce = reduce;
    }

    @Override
    public V get() {
      return read();
    }

    @Override
    public void add(V value) throws Exception {
      V before = read();
      write(before == null ? value : reduce.reduce(before, value));
    }

    @Override
    public V getInternal() {
      return read();
    }

    @Override
    public void updateInternal(V value) {
      write(value);
    }

    @Override
    public void mergeNamespaces(N target, Collection<N> sources) {
      throw new UnsupportedOperationException("the simulation has no windows that merge");
    }
  }

  private final class Entries<N, A, B> extends OfKey<N, Map<A, B>>
      implements InternalMapState<K, N, A, B> {

    Entries(TypeSerializer<N> namespaces, Table table) {
      super(namespaces, table);
    }

    private Map<A, B> all() {
      Map<A, B> all = read();
      return all == null ? Map.of() : all;
    }

    @Override
    public B get(A key) {
      return all().get(key);
    }

    @Override
    public void put(A key, B value) {
      putAll(Map.of(key, value));
    }

    @Override
    public void putAll(Map<A, B> more) {
      if (isEmpty()) {
        write(new HashMap<>());
      }
      read().putAll(more);
    }

    @Override
    public void remove(A key) {
      if (contains(key)) {
        read().remove(key);
      }
      if (isEmpty()) {
        clear();
      }
    }

    @Override
    public boolean contains(A key) {
      return all().containsKey(key);
    }

    @Override
    public Iterable<Map.Entry<A, B>> entries() {
      return all().entrySet();
    }

    @Override
    public Iterable<A> keys() {
      return all().keySet();
    }

    @Override
    public Iterable<B> values() {
      return all().values();
    }

    @Override
    public Iterator<Map.Entry<A, B>> iterator() {
      return entries().iterator();
    }

    @Override
    public boolean isEmpty() {
      return all().isEmpty();
    }
  }
}
