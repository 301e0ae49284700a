package io.citytally.local.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a job can go on from: where it stood in each shard, and what each operator knew there. */
final class Checkpoint {

  private final long number;
  private final Shape shape;
  private final boolean savepoint;
  private final Map<String, SubtaskState[]> states = new HashMap<>();
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

  void add(Subtask subtask, int index, SubtaskState state) {
    states
            .computeIfAbsent(
                subtask.operator().uid(),
                uid -> new SubtaskState[subtask.operator().parallelism()])[index] =
        state;
  }

  /** A task has added all of its own. */
  void acknowledge() {
    acknowledged++;
  }

  boolean isComplete() {
    return acknowledged == tasks;
  }

  /** The states of the operator's subtasks; null if there was no such operator. */
  List<SubtaskState> states(String uid) {
    SubtaskState[] found = states.get(uid);
    return found == null ? null : List.of(found);
  }
}
