package io.citytally.local.simulation;

import io.citytally.local.simulation.SubtaskState.Dealing;
import io.citytally.local.simulation.SubtaskState.Elements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Collectors;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.DoneFuture;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;

/** Operator state in plain lists; see {@link KeyedState} for why. */
final class OperatorState implements OperatorStateBackend {

  private static final ExecutionConfig CONFIG = new ExecutionConfig();

  private final Map<String, Kept> states = new HashMap<>();

  private record Kept(Dealing dealing, TypeSerializer<Object> serializer, Listed<Object> list) {}

  OperatorState(Map<String, Elements> restored) {
    restored.forEach(
        (name, elements) -> {
          Kept kept = new Kept(elements.dealing(), elements.serializer(), new Listed<>());
          elements.elements().forEach(each -> kept.list.add(elements.serializer().copy(each)));
          states.put(name, kept);
        });
  }

  Map<String, Elements> copy() {
    Map<String, Elements> copy = new HashMap<>();
    states.forEach(
        (name, kept) -> {
          List<Object> elements = new ArrayList<>();
          kept.list.get().forEach(each -> elements.add(kept.serializer().copy(each)));
          copy.put(name, new Elements(kept.dealing(), kept.serializer(), elements));
        });
    return copy;
  }

  @Override
  public <S> ListState<S> getListState(ListStateDescriptor<S> descriptor) {
    return list(descriptor, Dealing.SPLIT);
  }

  @Override
  public <S> ListState<S> getUnionListState(ListStateDescriptor<S> descriptor) {
    return list(descriptor, Dealing.UNION);
  }

  @SuppressWarnings("unchecked")
  private <S> ListState<S> list(ListStateDescriptor<S> descriptor, Dealing dealing) {
    descriptor.initializeSerializerUnlessSet(CONFIG);
    return (ListState<S>)
        states
            .computeIfAbsent(
                descriptor.getName(),
                any ->
                    new Kept(
                        dealing,
                        (TypeSerializer<Object>) descriptor.getElementSerializer(),
                        new Listed<>()))
            .list();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> descriptor) {
    descriptor.initializeSerializerUnlessSet(CONFIG);
    Kept kept =
        states.computeIfAbsent(
            descriptor.getName(),
            any ->
                new Kept(
                    Dealing.BROADCAST,
                    (TypeSerializer<Object>)
                        (TypeSerializer<?>)
                            new MapSerializer<>(
                                descriptor.getKeySerializer(), descriptor.getValueSerializer()),
                    new Listed<>()));
    if (!kept.list().get().iterator().hasNext()) {
      kept.list().add(new LinkedHashMap<K, V>());
    }
    return new Mapped<>((Map<K, V>) kept.list().get().iterator().next());
  }

  @Override
  public Set<String> getRegisteredStateNames() {
    return names(false);
  }

  @Override
  public Set<String> getRegisteredBroadcastStateNames() {
    return names(true);
  }

  private Set<String> names(boolean broadcast) {
    return states.keySet().stream()
        .filter(name -> broadcast == (states.get(name).dealing() == Dealing.BROADCAST))
        .collect(Collectors.toSet());
  }

  /** Nothing: a {@link SubtaskState} is made of the copies. */
  @Override
  public RunnableFuture<SnapshotResult<OperatorStateHandle>> snapshot(
      long checkpoint, long time, CheckpointStreamFactory streams, CheckpointOptions options) {
    return DoneFuture.of(SnapshotResult.empty());
  }

  @Override
  public void close() {}

  @Override
  public void dispose() {}

  private static final class Listed<S> implements ListState<S> {

    private final List<S> elements = new ArrayList<>();

    @Override
    public Iterable<S> get() {
      return elements;
    }

    @Override
    public void add(S element) {
      elements.add(element);
    }

    @Override
    public void addAll(List<S> added) {
      elements.addAll(added);
    }

    @Override
    public void update(List<S> replacement) {
      List<S> copy = List.copyOf(replacement);
      elements.clear();
      elements.addAll(copy);
    }

    @Override
    public void clear() {
      elements.clear();
    }
  }

  private record Mapped<K, V>(Map<K, V> map) implements BroadcastState<K, V> {

    @Override
    public V get(K key) {
      return map.get(key);
    }

    @Override
    public boolean contains(K key) {
      return map.containsKey(key);
    }

    @Override
    public void put(K key, V value) {
      map.put(key, value);
    }

    @Override
    public void putAll(Map<K, V> added) {
      map.putAll(added);
    }

    @Override
    public void remove(K key) {
      map.remove(key);
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
      return map.entrySet().iterator();
    }

    @Override
    public Iterable<Map.Entry<K, V>> entries() {
      return map.entrySet();
    }

    @Override
    public Iterable<Map.Entry<K, V>> immutableEntries() {
      return Map.copyOf(map).entrySet();
    }

    @Override
    public void clear() {
      map.clear();
    }
  }
}
