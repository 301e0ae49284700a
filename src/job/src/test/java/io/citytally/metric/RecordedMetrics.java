package io.citytally.metric;

import java.util.Map;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;

/** What the stages of a test register, to be read by the metric. */
public final class RecordedMetrics {

  private final MetricListener listener = new MetricListener();

  /** The group to hand to an operator or a writer. */
  public MetricGroup group() {
    return listener.getMetricGroup();
  }

  /** The group of a task, whose operators register here. */
  public TaskMetricGroup task() {
    return new Task();
  }

  public long counter(Metric metric) {
    return listener.getCounter(Metric.GROUP, metric.label()).orElseThrow().getCount();
  }

  public double gauge(Metric metric) {
    return listener
        .<Number>getGauge(Metric.GROUP, metric.label())
        .orElseThrow()
        .getValue()
        .doubleValue();
  }

  /** Hands out the listener's groups: Flink's harness itself registers no metric. */
  private final class Task extends InterceptingTaskMetricGroup {

    /** Overrides the method of Flink 1.20. */
    @SuppressWarnings("MissingOverride") // there is nothing to override in Flink 2
    public InternalOperatorMetricGroup getOrAddOperator(OperatorID id, String name) {
      return operator();
    }

    /** Overrides the method of Flink 2. */
    @SuppressWarnings("MissingOverride") // there is nothing to override in Flink 1.20
    public InternalOperatorMetricGroup getOrAddOperator(
        OperatorID id, String name, Map<String, String> variables) {
      return operator();
    }

    private InternalOperatorMetricGroup operator() {
      return new InterceptingOperatorMetricGroup() {
        @Override
        public MetricGroup addGroup(String name) {
          return group().addGroup(name);
        }
      };
    }
  }
}
