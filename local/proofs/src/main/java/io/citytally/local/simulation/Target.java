package io.citytally.local.simulation;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.memory.ManagedMemoryUseCase;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.io.disk.iomanager.IOManager;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.memory.MemoryManager;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.graph.StreamConfig;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.streaming.util.MockStreamTaskBuilder;

/**
 * What Flink puts around a subtask: its task and environment. They hold nothing that changes, but
 * take long to make; so each thread has one for all subtasks of the same number.
 */
final class Target {

  /** Threads and memory that nothing here makes use of, but that an environment must have. */
  private static final IOManager IO = new IOManagerAsync();

  private static final MemoryManager MEMORY =
      MemoryManager.create(MemoryManager.MIN_PAGE_SIZE, MemoryManager.MIN_PAGE_SIZE);

  private static final ThreadLocal<Map<Number, Target>> PLACES =
      ThreadLocal.withInitial(HashMap::new);

  private record Number(int index, int parallelism) {}

  private final MockEnvironment environment;
  private final StreamTask<Object, ?> task;
  private final Metrics metrics;

  @SuppressWarnings({"unchecked", "deprecation"})
  private Target(Number number) {
    metrics = new Metrics();
    environment =
        new MockEnvironmentBuilder()
            .setMaxParallelism(Topology.KEY_GROUPS)
            .setParallelism(number.parallelism())
            .setSubtaskIndex(number.index())
            .setIOManager(IO)
            .setMemoryManager(MEMORY)
            .setMetricGroup(new TaskMetrics(metrics))
            .build();
    try {
      task = (StreamTask<Object, ?>) new MockStreamTaskBuilder(environment).build();
    } catch (Exception e) {
      throw new IllegalStateException("Flink's task for tests can't be made", e);
    }
  }

  static Target of(int index, int parallelism) {
    return PLACES.get().computeIfAbsent(new Number(index, parallelism), Target::new);
  }

  MockEnvironment environment() {
    return environment;
  }

  StreamTask<Object, ?> task() {
    return task;
  }

  /** From here on metrics that are registered are put there, by their names. */
  void register(Map<String, Metric> registered) {
    metrics.registered = registered;
  }

  /** The configuration of an operator, without Flink's way of writing it out and reading it. */
  static StreamConfig configOf(Topology.Operator operator) {
    return new Config(operator);
  }

  private static final class Config extends StreamConfig {

    private static final long serialVersionUID = 1L;

    private final transient Topology.Operator operator;
    private final OperatorID id;

    Config(Topology.Operator operator) {
      super(new Configuration());
      this.operator = operator;
      this.id = new OperatorID(operator.index(), operator.index());
    }

    @Override
    public OperatorID getOperatorID() {
      return id;
    }

    @Override
    public String getOperatorName() {
      return operator.uid();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <I, K extends Serializable> KeySelector<I, K> getStatePartitioner(
        int input, ClassLoader loader) {
      return input == 0 ? (KeySelector<I, K>) (KeySelector<?, ?>) operator.keySelector() : null;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K> TypeSerializer<K> getStateKeySerializer(ClassLoader loader) {
      return (TypeSerializer<K>) operator.keySerializer();
    }

    @Override
    public double getManagedMemoryFractionOperatorUseCaseOfSlot(
        ManagedMemoryUseCase useCase,
        Configuration jobConfig,
        Configuration clusterConfig,
        ClassLoader loader) {
      return 1;
    }
  }

  private static final class TaskMetrics
      extends UnregisteredMetricGroups.UnregisteredTaskMetricGroup {

    private final Metrics metrics;

    TaskMetrics(Metrics metrics) {
      this.metrics = metrics;
    }

    @Override
    public InternalOperatorMetricGroup getOrAddOperator(OperatorID id, String name) {
      return metrics;
    }
  }

  /** One group for all: a simulated job reports its metrics to no one. */
  private static final class Metrics
      extends UnregisteredMetricGroups.UnregisteredOperatorMetricGroup {

    private Map<String, Metric> registered = new HashMap<>();

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      return this;
    }

    @Override
    protected void addMetric(String name, Metric metric) {
      if (registered != null) {
        registered.put(name, metric);
      }
    }
  }
}
