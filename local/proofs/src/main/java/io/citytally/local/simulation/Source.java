package io.citytally.local.simulation;

import io.citytally.local.simulation.SimulatedStream.Delivery;
import io.citytally.local.simulation.SimulatedStream.Shard;
import io.citytally.local.simulation.Topology.Operator;
import io.citytally.source.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A subtask of the source, as {@code FlinkKinesisConsumer} behaves: it has its part of the shards,
 * reads each of them in order and all of them next to each other, a child also before its parent's
 * end; a shard that it comes to know is read from its oldest record, or from the timestamp at which
 * the job first started; and a checkpoint holds, for each shard, how far it was read when the
 * barrier was sent.
 *
 * <p>The real one can't be here: it reads on threads of its own, in real time.
 */
final class Source implements Work {

  private final Job job;
  private final Operator operator;
  private final Task task;
  private final int index;
  private final SimulatedStream stream;

  /** By shard, how many records were read. */
  private final Map<Integer, Integer> positions = new TreeMap<>();

  private Checkpoint triggered;

  Source(Job job, Operator operator, Task task, int index, SimulatedStream stream) {
    this.job = job;
    this.operator = operator;
    this.task = task;
    this.index = index;
    this.stream = stream;
  }

  /** Takes up the shards of this subtask that it doesn't know yet. */
  void discover() {
    for (Shard shard : stream.shards()) {
      if (shard.number() % operator.parallelism() == index) {
        positions.putIfAbsent(
            shard.number(), job.sabotage().beginsAtItsTimestamp() ? shard.first() : shard.size());
      }
    }
  }

  /** Goes on where a checkpoint was; what is not in it is read from its beginning. */
  void restore(Map<Integer, Integer> checkpointed) {
    discover();
    positions.replaceAll(checkpointed::getOrDefault);
  }

  /** Has the barrier of a checkpoint sent, some time from now. */
  void trigger(Checkpoint checkpoint) {
    triggered = checkpoint;
  }

  Map<Integer, Integer> positions() {
    return positions;
  }

  /**
   * The first record of each shard that is still to be read, by this job or by one that goes on
   * from its checkpoint under way: once the barrier is sent, what is read after it is read again.
   *
   * @param underway the checkpoint under way, or null
   */
  Map<Integer, Integer> needed(Checkpoint underway) {
    if (underway == null || triggered != null || !job.sabotage().holdsWhatACheckpointNeeds()) {
      return positions;
    }
    Map<Integer, Integer> needed = new TreeMap<>(positions);
    needed.replaceAll((shard, position) -> underway.positions().getOrDefault(shard, 0));
    return needed;
  }

  @Override
  public Job job() {
    return job;
  }

  @Override
  public boolean isReady() {
    return triggered != null || hasUnread();
  }

  private boolean hasUnread() {
    for (Map.Entry<Integer, Integer> each : positions.entrySet()) {
      if (stream.shard(each.getKey()).hasMoreThan(each.getValue())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void perform(int choice) throws Exception {
    if (triggered != null && (choice % 2 == 0 || !hasUnread())) {
      Checkpoint checkpoint = triggered;
      triggered = null;
      checkpoint.positions().putAll(positions);
      task.snapshot(checkpoint, operator);
    } else {
      read(choice / 2);
    }
  }

  private void read(int choice) throws Exception {
    List<Integer> unread = new ArrayList<>();
    positions.forEach(
        (shard, position) -> {
          if (stream.shard(shard).hasMoreThan(position)) {
            unread.add(shard);
          }
        });
    Shard shard = stream.shard(unread.get(choice % unread.size()));
    int position = Math.max(positions.get(shard.number()), shard.expired());
    Delivery delivery = shard.delivery(position);
    positions.put(shard.number(), position + 1);
    byte[] payload =
        job.settings().tablesOwnStream()
            ? delivery.payloadOnTablesOwnStream()
            : delivery.change().payload();
    if (payload == null) {
      return;
    }
    job.log(() -> "reads " + shard.name() + " at " + position + ": " + delivery.change());
    task.send(
        operator,
        null,
        new RawRecord(
            payload, shard.name(), delivery.sequenceNumber(), delivery.arrivedAtMillis()));
  }
}
