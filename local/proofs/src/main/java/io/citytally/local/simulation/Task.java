package io.citytally.local.simulation;

import io.citytally.local.simulation.Topology.Edge;
import io.citytally.local.simulation.Topology.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.OutputTag;

/**
 * One thread of the real job: a chain of operators that call each other, with channels to and from
 * other tasks. It takes part in checkpoints as Flink does when they are aligned and exactly once.
 */
final class Task {

  private final Job job;
  private final int index;

  /** The first takes the input; each comes after what it takes elements from. */
  private final List<Subtask> chain = new ArrayList<>();

  private final Map<Integer, Subtask> byOperator = new HashMap<>();
  private final Map<Edge, List<Channel>> outputs = new HashMap<>();
  private final List<Channel> inputs = new ArrayList<>();
  private final Map<Edge, Integer> turns = new HashMap<>();
  private int barriers;

  Task(Job job, int index) {
    this.job = job;
    this.index = index;
  }

  Job job() {
    return job;
  }

  void add(Subtask subtask) {
    chain.add(subtask);
    byOperator.put(subtask.operator().index(), subtask);
  }

  /** A channel from another task. */
  Channel newInput() {
    Channel input = new Channel(this);
    inputs.add(input);
    return input;
  }

  /** The channels along an edge, to each subtask of its target, or, forward, to one. */
  void addOutput(Edge edge, List<Channel> channels) {
    outputs.put(edge, channels);
  }

  /** An element of one of the channels. */
  void process(Object element) throws Exception {
    process(chain.get(0), element);
  }

  private void process(Subtask subtask, Object element) throws Exception {
    subtask.process(element);
    drain(subtask);
  }

  private void drain(Subtask subtask) throws Exception {
    for (Subtask.Sent next = subtask.poll(); next != null; next = subtask.poll()) {
      send(subtask.operator(), next.tag(), next.element());
    }
  }

  /** Sends an element where the graph has it go. */
  void send(Operator from, OutputTag<?> tag, Object element) throws Exception {
    for (Edge edge : from.outputs()) {
      if (tag == null ? edge.tag() == null : tag.equals(edge.tag())) {
        send(edge, job.operator(edge.target()).input().copy(element));
      }
    }
  }

  private void send(Edge edge, Object element) throws Exception {
    switch (edge.route()) {
      case CHAINED -> process(byOperator.get(edge.target()), element);
      case FORWARD -> outputs.get(edge).get(0).send(element);
      case BY_KEY -> {
        Object key = job.operator(edge.target()).keySelector().getKey(element);
        List<Channel> channels = outputs.get(edge);
        channels
            .get(
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    key, Topology.KEY_GROUPS, channels.size()))
            .send(element);
      }
      case IN_TURN -> {
        List<Channel> channels = outputs.get(edge);
        channels.get(turns.merge(edge, 1, Integer::sum) % channels.size()).send(element);
      }
    }
  }

  /** A barrier of one of the channels, which waits from here on until the others have theirs. */
  void receive(Barrier barrier, Channel from) throws Exception {
    from.block(job.sabotage().alignsBarriers());
    if (++barriers == inputs.size()) {
      barriers = 0;
      snapshot(barrier.checkpoint());
      inputs.forEach(input -> input.block(false));
    }
  }

  /** For a task that begins with a source, which sends the barrier as its own. */
  void snapshot(Checkpoint checkpoint, Operator source) throws Exception {
    sendAlong(source, new Barrier(checkpoint));
    snapshot(checkpoint);
  }

  /** Sends the barrier on, and saves what the operators knew when it passed. */
  private void snapshot(Checkpoint checkpoint) throws Exception {
    if (job.sabotage().preparesForBarriers()) {
      for (Subtask subtask : chain) {
        subtask.prepareSnapshotPreBarrier(checkpoint.number());
        drain(subtask);
      }
    }
    Barrier barrier = new Barrier(checkpoint);
    for (Subtask subtask : chain) {
      sendAlong(subtask.operator(), barrier);
    }
    for (Subtask subtask : chain) {
      checkpoint.add(subtask, index, subtask.snapshot(checkpoint.number(), job.now()));
    }
    job.acknowledge(checkpoint);
  }

  /** Sends the barrier along all channels that go out from an operator. */
  private void sendAlong(Operator operator, Barrier barrier) {
    for (Edge edge : operator.outputs()) {
      outputs.getOrDefault(edge, List.of()).forEach(channel -> channel.send(barrier));
    }
  }

  void advanceTo(long elapsed, long clock) throws Exception {
    for (Subtask subtask : chain) {
      subtask.advanceTo(elapsed, clock);
      drain(subtask);
    }
  }

  void readMail() throws Exception {
    for (Subtask subtask : chain) {
      subtask.readMail();
      drain(subtask);
    }
  }

  void close() throws Exception {
    for (Subtask subtask : chain) {
      subtask.close();
    }
  }
}
