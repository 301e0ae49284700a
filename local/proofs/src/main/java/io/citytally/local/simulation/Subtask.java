package io.citytally.local.simulation;

import io.citytally.local.simulation.Topology.Operator;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.state.AsyncKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupStatePartitionStreamProvider;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.runtime.state.StatePartitionStreamProvider;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.api.operators.InternalTimeServiceManager;
import org.apache.flink.streaming.api.operators.InternalTimeServiceManagerImpl;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.StreamOperatorStateContext;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskCancellationContext;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.CloseableIterable;
import org.apache.flink.util.OutputTag;

/** One parallel instance of an operator, with state and time of its own. */
public final class Subtask {

  private static final CheckpointStreamFactory NO_STREAMS = new MemCheckpointStreamFactory(1);
  private static final CheckpointOptions OPTIONS =
      CheckpointOptions.forCheckpointWithDefaultLocation();

  private final Operator operator;
  private final StreamOperator<Object> instance;
  private final Input<Object> input;
  private final VirtualTime time = new VirtualTime();
  private final Mailbox mailbox = new Mailbox();
  private final Map<String, Metric> metrics = new HashMap<>();
  private final Queue<Sent> sent = new ArrayDeque<>();
  private KeyedState<?> keyed;
  private OperatorState lists;

  /**
   * What the operator has sent.
   *
   * @param tag of the side output, or null
   */
  public record Sent(OutputTag<?> tag, Object element) {}

  /**
   * @param restored of all subtasks that the operator had; null to begin without state
   * @param now by the clock, in milliseconds
   */
  public Subtask(Operator operator, int index, List<SubtaskState> restored, long now)
      throws Exception {
    this(operator, index, restored, now, now);
  }

  /**
   * @param restored of all subtasks that the operator had; null to begin without state
   * @param elapsed the time that no clock sets, in milliseconds
   * @param clock in milliseconds
   */
  @SuppressWarnings("unchecked")
  Subtask(Operator operator, int index, List<SubtaskState> restored, long elapsed, long clock)
      throws Exception {
    this.operator = operator;
    time.advanceTo(elapsed, clock);
    Target place = Target.of(index, operator.parallelism());
    place.register(metrics);
    StreamOperatorFactory<Object> factory = (StreamOperatorFactory<Object>) operator.newFactory();
    if (factory instanceof AbstractStreamOperatorFactory<Object> aware) {
      aware.setProcessingTimeService(time);
      aware.setMailboxExecutor(mailbox);
    }
    instance =
        factory.createStreamOperator(
            new StreamOperatorParameters<>(
                place.task(), operator.config(), new Sending(), () -> time, null, mailbox));
    input = (Input<Object>) instance;
    instance.initializeState(
        (id, name, service, keyContext, keys, registry, group, fraction, raw) ->
            stateContext(place.environment(), keyContext, index, restored));
    instance.open();
  }

  @SuppressWarnings("unchecked")
  private StreamOperatorStateContext stateContext(
      Environment environment, KeyContext keyContext, int index, List<SubtaskState> restored)
      throws Exception {
    int parallelism = operator.parallelism();
    lists =
        new OperatorState(
            restored == null ? Map.of() : SubtaskState.lists(restored, index, parallelism));
    InternalTimeServiceManager<?> timers = null;
    if (operator.keySelector() != null) {
      keyed =
          new KeyedState<>(
              operator.keySerializer(),
              environment.getExecutionConfig(),
              environment.getTaskKvStateRegistry(),
              time::getCurrentProcessingTime,
              KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                  Topology.KEY_GROUPS, parallelism, index),
              restored == null
                  ? List.of()
                  : restored.size() == parallelism ? List.of(restored.get(index)) : restored);
      timers =
          InternalTimeServiceManagerImpl.create(
              environment.getMetricGroup().getIOMetricGroup(),
              (KeyedState<Object>) keyed,
              Subtask.class.getClassLoader(),
              keyContext,
              time,
              List.of(),
              StreamTaskCancellationContext.alwaysRunning());
    }
    return new Context(
        restored == null ? OptionalLong.empty() : OptionalLong.of(restored.get(0).checkpoint()),
        lists,
        keyed,
        timers);
  }

  public Operator operator() {
    return operator;
  }

  /** What the operator tells of itself, by name. */
  Map<String, Metric> metrics() {
    return metrics;
  }

  public void process(Object element) throws Exception {
    StreamRecord<Object> record = new StreamRecord<>(element);
    input.setKeyContextElement(record);
    input.processElement(record);
  }

  public void advanceTo(long now) throws Exception {
    advanceTo(now, now);
  }

  void advanceTo(long elapsed, long clock) throws Exception {
    time.advanceTo(elapsed, clock);
  }

  /** When the first of its timers is due; nothing if it has none. */
  public OptionalLong nextTimer() {
    return time.nextTimer();
  }

  /** Takes in what others have left for this task's thread, such as answers of DynamoDB. */
  public void readMail() {
    while (!mailbox.isEmpty()) {
      mailbox.tryYield();
    }
  }

  /** Hands over what the operator has sent, one after the other; null if it was all. */
  public Sent poll() {
    return sent.poll();
  }

  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    instance.prepareSnapshotPreBarrier(checkpoint);
  }

  public SubtaskState snapshot(long checkpoint, long now) throws Exception {
    OperatorSnapshotFutures none = instance.snapshotState(checkpoint, now, OPTIONS, NO_STREAMS);
    // The task, which outlives this subtask, holds on to them until they have run.
    none.getKeyedStateRawFuture().run();
    none.getOperatorStateRawFuture().run();
    return new SubtaskState(
        checkpoint,
        keyed == null ? Map.of() : keyed.copyOfTables(),
        keyed == null ? Map.of() : keyed.copyOfTimers(),
        lists.copy());
  }

  void notifyCheckpointComplete(long checkpoint) throws Exception {
    instance.notifyCheckpointComplete(checkpoint);
  }

  public void close() throws Exception {
    mailbox.close();
    instance.close();
  }

  private final class Sending implements Output<StreamRecord<Object>> {

    @Override
    public void collect(StreamRecord<Object> record) {
      sent.add(new Sent(null, record.getValue()));
    }

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
      sent.add(new Sent(tag, record.getValue()));
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {}

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    public void close() {}
  }

  private static final CloseableIterable<StatePartitionStreamProvider> NO_STATE =
      CloseableIterable.empty();

  private static final CloseableIterable<KeyGroupStatePartitionStreamProvider> NO_KEYED_STATE =
      CloseableIterable.empty();

  private record Context(
      OptionalLong getRestoredCheckpointId,
      OperatorStateBackend operatorStateBackend,
      CheckpointableKeyedStateBackend<?> keyedStateBackend,
      InternalTimeServiceManager<?> internalTimerServiceManager)
      implements StreamOperatorStateContext {

    @Override
    public AsyncKeyedStateBackend asyncKeyedStateBackend() {
      return null;
    }

    @Override
    public CloseableIterable<StatePartitionStreamProvider> rawOperatorStateInputs() {
      return NO_STATE;
    }

    @Override
    public CloseableIterable<KeyGroupStatePartitionStreamProvider> rawKeyedStateInputs() {
      return NO_KEYED_STATE;
    }
  }
}
