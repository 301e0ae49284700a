package io.citytally.local.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** What a job can go on from: where it stood in each shard, and what each operator knew there. */
final class Checkpoint {

  private final long number;
  private final Shape shape;
  private final boolean savepoint;
  private final Map<String, OperatorSubtaskState[]> states = new HashMap<>();
  private final SortedMap<Integer, Integer> positions = new TreeMap<>();
  private final int tasks;
  private int acknowledged;

  /**
   * @param tasks how many have to take part
   */
  Checkpoint(long number, Shape shape, boolean savepoint, int tasks) {
    this.number = number;
    this.shape = shape;
    this.savepoint = savepoint;
    this.tasks = tasks;
  }

  long number() {
    return number;
  }

  Shape shape() {
    return shape;
  }

  boolean isSavepoint() {
    return savepoint;
  }

  /** By shard, how many records were read; a shard that was not yet known is missing. */
  SortedMap<Integer, Integer> positions() {
    return positions;
  }

  void add(Subtask subtask, int index, OperatorSubtaskState state) throws IOException {
    states
            .computeIfAbsent(
                subtask.operator().uid(),
                uid -> new OperatorSubtaskState[subtask.operator().parallelism()])[index] =
        named(subtask.operator().uid() + "-" + index, state);
  }

  /**
   * The parts of state that a subtask gets from several are read in the order of their handles'
   * hashes: with Flink's own names, which are random, a seed would not reproduce its run.
   */
  private static OperatorSubtaskState named(String name, OperatorSubtaskState state)
      throws IOException {
    List<OperatorStateHandle> handles = new ArrayList<>();
    for (OperatorStateHandle handle : state.getManagedOperatorState()) {
      try (InputStream bytes = handle.openInputStream()) {
        handles.add(
            new OperatorStreamStateHandle(
                handle.getStateNameToPartitionOffsets(),
                new ByteStreamStateHandle(name + "-" + handles.size(), bytes.readAllBytes())));
      }
    }
    return state.toBuilder().setManagedOperatorState(new StateObjectCollection<>(handles)).build();
  }

  /** A task has added all of its own. */
  void acknowledge() {
    acknowledged++;
  }

  boolean isComplete() {
    return acknowledged == tasks;
  }

  /**
   * What one of {@code parallelism} subtasks goes on from, as Flink deals out keyed and other
   * state.
   */
  OperatorSubtaskState restore(String uid, int index, int parallelism) throws Exception {
    OperatorSubtaskState[] before = states.get(uid);
    if (before == null) {
      return null;
    }
    if (before.length == parallelism) {
      return before[index];
    }
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        AbstractStreamOperatorTestHarness.repackageState(before),
        Topology.KEY_GROUPS,
        before.length,
        parallelism,
        index);
  }
}
