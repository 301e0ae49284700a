package io.citytally.sink;

import io.citytally.metric.RecordedMetrics;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.MetricsGroupTestUtils;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.flink.util.function.RunnableWithException;

/** The task around a writer: a mailbox and a clock that move when the test says so, and metrics. */
final class SinkWriterTestContext implements WriterInitContext {

  private final TaskMailbox taskMailbox = new TaskMailboxImpl(Thread.currentThread());
  private final MailboxExecutor mailbox =
      new MailboxExecutorImpl(taskMailbox, 0, StreamTaskActionExecutor.IMMEDIATE);
  private final TestProcessingTimeService clock = new TestProcessingTimeService();
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final SinkWriterMetricGroup metricGroup =
      MetricsGroupTestUtils.mockWriterMetricGroup(
          metrics.group(),
          UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup().getIOMetricGroup());

  /** Runs what stands in the mailbox, and what comes to stand there by it. */
  void runMailbox() {
    boolean ran = true;
    while (ran) {
      ran = mailbox.tryYield();
    }
  }

  /** Ends the task as a stop with a savepoint does: what stands in the mailbox is still run. */
  void endTask() {
    taskMailbox.quiesce();
    runMailbox();
  }

  void passMillis(long millis) throws Exception {
    clock.advance(millis);
    runMailbox();
  }

  /**
   * Whether the action waits for the mailbox. There it then meets the reliefs, one at a time, each
   * after all that the one before has brought about.
   */
  boolean holdsBack(RunnableWithException action, RunnableWithException... reliefs)
      throws Exception {
    AtomicBoolean held = new AtomicBoolean();
    mailbox.execute(() -> relieve(List.of(reliefs), held), "relief");
    action.run();
    return held.get();
  }

  private void relieve(List<RunnableWithException> reliefs, AtomicBoolean held) throws Exception {
    held.set(true);
    if (!reliefs.isEmpty()) {
      reliefs.get(0).run();
      mailbox.execute(() -> relieve(reliefs.subList(1, reliefs.size()), held), "relief");
    }
  }

  RecordedMetrics metrics() {
    return metrics;
  }

  @Override
  public MailboxExecutor getMailboxExecutor() {
    return mailbox;
  }

  @Override
  public ProcessingTimeService getProcessingTimeService() {
    return clock;
  }

  @Override
  public SinkWriterMetricGroup metricGroup() {
    return metricGroup;
  }

  @Override
  public OptionalLong getRestoredCheckpointId() {
    return OptionalLong.empty();
  }

  @Override
  public boolean isObjectReuseEnabled() {
    return false;
  }

  @Override
  public UserCodeClassLoader getUserCodeClassLoader() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> TypeSerializer<T> createInputSerializer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public JobInfo getJobInfo() {
    throw new UnsupportedOperationException();
  }

  @Override
  public TaskInfo getTaskInfo() {
    throw new UnsupportedOperationException();
  }
}
