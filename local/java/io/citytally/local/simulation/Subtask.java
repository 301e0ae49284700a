package io.citytally.local.simulation;

import io.citytally.local.simulation.Topology.Operator;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.io.disk.iomanager.IOManager;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.memory.MemoryManager;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** One parallel instance of an operator, in Flink's test harness. */
public final class Subtask {

  /** Threads and memory that nothing here makes use of, but that an environment must have. */
  private static final IOManager IO = new IOManagerAsync();

  private static final MemoryManager MEMORY =
      MemoryManager.create(MemoryManager.MIN_PAGE_SIZE, MemoryManager.MIN_PAGE_SIZE);

  private final Operator operator;
  private final AbstractStreamOperatorTestHarness<Object> harness;
  private final MailboxExecutor mailbox;
  private final Input<Object> input;

  /**
   * @param restored null to begin without state
   */
  public Subtask(Operator operator, int index, OperatorSubtaskState restored, long now)
      throws Exception {
    this.operator = operator;
    MockEnvironment environment =
        new MockEnvironmentBuilder()
            .setTaskName(operator.uid())
            .setMaxParallelism(Topology.KEY_GROUPS)
            .setParallelism(operator.parallelism())
            .setSubtaskIndex(index)
            .setIOManager(IO)
            .setMemoryManager(MEMORY)
            .build();
    harness = harness(operator, environment);
    if (operator.keySelector() != null) {
      harness.getStreamConfig().setStateKeySerializer(operator.keySerializer());
      harness.getStreamConfig().setStatePartitioner(0, operator.keySelector());
      harness.getStreamConfig().serializeAllConfigs();
    }
    harness.setProcessingTime(now);
    harness.setStateTtlProcessingTime(now);
    harness.setup();
    if (restored == null) {
      harness.initializeEmptyState();
    } else {
      harness.initializeState(restored);
    }
    harness.open();
    mailbox =
        new MailboxExecutorImpl(harness.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE);
    input = input(harness);
  }

  @SuppressWarnings("unchecked")
  private static AbstractStreamOperatorTestHarness<Object> harness(
      Operator operator, MockEnvironment environment) throws Exception {
    return (AbstractStreamOperatorTestHarness<Object>)
        new AbstractStreamOperatorTestHarness<>(operator.newFactory(), environment);
  }

  @SuppressWarnings("unchecked")
  private static Input<Object> input(AbstractStreamOperatorTestHarness<Object> harness) {
    return (Input<Object>) harness.getOperator();
  }

  public Operator operator() {
    return operator;
  }

  public void process(Object element) throws Exception {
    StreamRecord<Object> record = new StreamRecord<>(element);
    input.setKeyContextElement(record);
    input.processElement(record);
  }

  public void advanceTo(long now) throws Exception {
    harness.setStateTtlProcessingTime(now);
    harness.setProcessingTime(now);
  }

  /** When the first of its timers is due; nothing if it has none. */
  public OptionalLong nextTimer() {
    return harness.getProcessingTimeService().getActiveTimerTimestamps().stream()
        .mapToLong(Long::longValue)
        .min();
  }

  /** Takes in what others have left for this task's thread, such as answers of DynamoDB. */
  public void readMail() throws Exception {
    while (harness.getTaskMailbox().hasMail()) {
      mailbox.tryYield();
    }
  }

  /** Hands over what the operator has sent since the last time. */
  public void drainTo(BiConsumer<OutputTag<?>, Object> next) {
    drain(null, harness.getOutput(), next);
    for (Topology.Edge edge : operator.outputs()) {
      if (edge.tag() != null) {
        Queue<?> side = harness.getSideOutput(edge.tag());
        if (side != null) {
          drain(edge.tag(), side, next);
        }
      }
    }
  }

  private static void drain(
      OutputTag<?> tag, Queue<?> queue, BiConsumer<OutputTag<?>, Object> next) {
    for (Object sent = queue.poll(); sent != null; sent = queue.poll()) {
      next.accept(tag, ((StreamRecord<?>) sent).getValue());
    }
  }

  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    harness.prepareSnapshotPreBarrier(checkpoint);
  }

  public OperatorSubtaskState snapshot(long checkpoint, long now) throws Exception {
    return harness.snapshot(checkpoint, now);
  }

  public void close() throws Exception {
    harness.getTaskMailbox().close();
    harness.close();
  }
}
