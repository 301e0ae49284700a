package io.citytally.local.simulation;

import io.citytally.local.simulation.Topology.Edge;
import io.citytally.local.simulation.Topology.Operator;
import io.citytally.local.simulation.Topology.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.metrics.Gauge;

/** One instance of the job, from its start, with a checkpoint or without, to its end. */
final class Job {

  /** What a job has to do with the rest of a run. */
  interface Surroundings {

    /** The time that no clock sets, in milliseconds. */
    long now();

    /** The job's clock, in milliseconds. */
    long clock();

    void log(Supplier<String> line);

    void completed(Job job, Checkpoint checkpoint);
  }

  private final int number;
  private final Shape shape;
  private final Topology.Settings settings;
  private final Sabotage sabotage;
  private final Surroundings surroundings;
  private final List<Operator> operators;
  private final List<Task> tasks = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<Work> work = new ArrayList<>();
  private final List<Subtask> subtasks = new ArrayList<>();
  private Checkpoint underway;

  /**
   * Starts a job.
   *
   * @param restored null to start without state, at the stream's oldest records
   */
  Job(
      int number,
      Shape shape,
      Topology.Settings settings,
      Sabotage sabotage,
      SimulatedStream stream,
      Checkpoint restored,
      Surroundings surroundings)
      throws Exception {
    this.number = number;
    this.shape = shape;
    this.settings = settings;
    this.sabotage = sabotage;
    this.surroundings = surroundings;
    this.operators = Topology.of(shape, settings, sabotage).operators();
    Map<Integer, List<Task>> byOperator = new HashMap<>();
    for (Operator operator : operators) {
      byOperator.put(operator.index(), tasksOf(operator, byOperator));
      for (int i = 0; i < operator.parallelism(); i++) {
        Task task = byOperator.get(operator.index()).get(i);
        if (operator.isSource()) {
          addSource(new Source(this, operator, task, i, stream), restored);
        } else {
          task.add(newSubtask(operator, i, stateOf(operator, restored)));
        }
      }
    }
    for (Operator operator : operators) {
      for (Edge edge : operator.outputs()) {
        if (edge.route() != Route.CHAINED) {
          connect(byOperator.get(operator.index()), edge, byOperator.get(edge.target()));
        }
      }
    }
  }

  /** The instances of the operator before it, if the two are chained. */
  private List<Task> tasksOf(Operator operator, Map<Integer, List<Task>> byOperator) {
    if (operator.chained()) {
      for (Operator before : operators) {
        for (Edge edge : before.outputs()) {
          if (edge.target() == operator.index()) {
            return byOperator.get(before.index());
          }
        }
      }
    }
    List<Task> added = new ArrayList<>();
    for (int i = 0; i < operator.parallelism(); i++) {
      added.add(new Task(this, i));
    }
    tasks.addAll(added);
    return added;
  }

  private Subtask newSubtask(Operator operator, int index, List<SubtaskState> restored)
      throws Exception {
    Subtask subtask =
        new Subtask(operator, index, restored, surroundings.now(), surroundings.clock());
    subtasks.add(subtask);
    return subtask;
  }

  private void addSource(Source source, Checkpoint restored) {
    if (restored == null || settings.tablesOwnStream()) {
      // Another stream has other shards, of which the checkpoint knows nothing.
      source.discover();
    } else {
      source.restore(restored.positions());
    }
    sources.add(source);
    work.add(source);
  }

  private List<SubtaskState> stateOf(Operator operator, Checkpoint restored) {
    return restored == null || !sabotage.restores(operator.uid())
        ? null
        : restored.states(operator.uid());
  }

  private void connect(List<Task> from, Edge edge, List<Task> to) {
    for (int i = 0; i < from.size(); i++) {
      List<Task> targets = edge.route() == Route.FORWARD ? List.of(to.get(i)) : to;
      List<Channel> channels = targets.stream().map(Task::newInput).toList();
      work.addAll(channels);
      from.get(i).addOutput(edge, channels);
    }
  }

  int number() {
    return number;
  }

  Shape shape() {
    return shape;
  }

  Topology.Settings settings() {
    return settings;
  }

  Sabotage sabotage() {
    return sabotage;
  }

  Operator operator(int index) {
    return operators.get(index);
  }

  long now() {
    return surroundings.now();
  }

  /** The sum of what a gauge says in each subtask that has it; nothing if none has. */
  OptionalLong gauge(String name) {
    return subtasks.stream()
        .flatMap(subtask -> Stream.ofNullable(subtask.metrics().get(name)))
        .mapToLong(metric -> ((Number) ((Gauge<?>) metric).getValue()).longValue())
        .reduce(Long::sum);
  }

  void log(Supplier<String> line) {
    surroundings.log(() -> "job " + number + " " + line.get());
  }

  /** Adds what the job can do now. */
  void addWork(List<Work> ready) {
    for (Work each : work) {
      if (each.isReady()) {
        ready.add(each);
      }
    }
  }

  /** How far each shard was read that the job knows. */
  SortedMap<Integer, Integer> positions() {
    SortedMap<Integer, Integer> positions = new TreeMap<>();
    sources.forEach(source -> positions.putAll(source.positions()));
    return positions;
  }

  /**
   * The first record of each shard that this job, or one that goes on from its checkpoint under
   * way, still has to read. It needs all of a shard that it does not know.
   */
  SortedMap<Integer, Integer> needed() {
    SortedMap<Integer, Integer> needed = new TreeMap<>();
    sources.forEach(source -> needed.putAll(source.needed(underway)));
    return needed;
  }

  void discover() {
    sources.forEach(Source::discover);
  }

  /** The checkpoint that is not yet complete, or null. */
  Checkpoint underway() {
    return underway;
  }

  void startCheckpoint(long checkpoint, boolean savepoint) {
    underway = new Checkpoint(checkpoint, shape, savepoint, tasks.size());
    sources.forEach(source -> source.trigger(underway));
  }

  void acknowledge(Checkpoint checkpoint) throws Exception {
    checkpoint.acknowledge();
    if (checkpoint.isComplete()) {
      underway = null;
      if (!sabotage.keepsPositionsOfTheBarrier()) {
        checkpoint.positions().putAll(positions());
      }
      for (Subtask subtask : subtasks) {
        subtask.notifyCheckpointComplete(checkpoint.number());
      }
      surroundings.completed(this, checkpoint);
    }
  }

  /** Lets time pass up to that of its surroundings. */
  void advance() throws Exception {
    for (Task task : tasks) {
      task.advanceTo(surroundings.now(), surroundings.clock());
    }
  }

  /** Takes in what DynamoDB has answered. */
  void readMail() throws Exception {
    for (Task task : tasks) {
      task.readMail();
    }
  }

  /** Ends it, as a crash does: what is on its way in it is lost. */
  void close() throws Exception {
    for (Task task : tasks) {
      task.close();
    }
    tasks.clear();
  }
}
