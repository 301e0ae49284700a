package io.citytally.local.flink;

import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.runtime.metrics.MetricNames;

/**
 * The job's own metrics, and of Flink's how often it was restarted ({@link #RESTARTS}) and for how
 * long its tasks were held back ({@link #BACK_PRESSURE}). Counters are summed over all tasks and
 * over all restarts: a task's counters end with it, their last values go on to count here. Gauges
 * are summed over the tasks that run.
 *
 * <p>What a restart does again is counted again. So {@code tallyWrites} is exact, while {@code
 * changesCounted} and {@code duplicatesDropped} grow with every crash.
 */
public final class JobMetrics implements MetricReporter {

  /** The gauge of the restarts since a job manager has taken over the job. */
  public static final String RESTARTS = MetricNames.NUM_RESTARTS;

  /** The gauge of the milliseconds of each second for which those downstream held a task back. */
  public static final String BACK_PRESSURE = MetricNames.TASK_BACK_PRESSURED_TIME;

  private static final Set<String> FLINKS = Set.of(RESTARTS, BACK_PRESSURE);
  private static final String GROUP = "kinesisanalytics";
  private static final String ID = "id";
  private static final Map<String, JobMetrics> BY_ID = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final Map<String, Long> ended = new ConcurrentHashMap<>();
  private final Map<String, Set<Counter>> running = new ConcurrentHashMap<>();
  private final Map<String, Set<Gauge<?>>> gauges = new ConcurrentHashMap<>();

  /** Lets a cluster of this configuration report here. */
  void addTo(Configuration configuration) {
    BY_ID.put(id, this);
    configuration.setString("metrics.reporter.citytally.factory.class", Factory.class.getName());
    configuration.setString("metrics.reporter.citytally." + ID, id);
  }

  /** The sum of all counters of this name so far; zero if there is none. */
  public long total(String name) {
    return ended.getOrDefault(name, 0L)
        + running.getOrDefault(name, Set.of()).stream().mapToLong(Counter::getCount).sum();
  }

  /** The sum of all gauges of this name, of whole numbers, at present; zero if there is none. */
  public long present(String name) {
    return gauges.getOrDefault(name, Set.of()).stream()
        .mapToLong(gauge -> ((Number) gauge.getValue()).longValue())
        .sum();
  }

  /** Those that Managed Flink hands on, of all that were ever reported. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>(running.keySet());
    names.addAll(gauges.keySet());
    names.removeAll(FLINKS);
    return names;
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (!isOurs(name, group)) {
      return;
    }
    if (metric instanceof Counter counter) {
      running.computeIfAbsent(name, any -> ConcurrentHashMap.newKeySet()).add(counter);
    } else if (metric instanceof Gauge<?> gauge) {
      gauges.computeIfAbsent(name, any -> ConcurrentHashMap.newKeySet()).add(gauge);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    if (!isOurs(name, group)) {
      return;
    }
    if (metric instanceof Counter counter && running.get(name).remove(counter)) {
      ended.merge(name, counter.getCount(), Long::sum);
    } else if (metric instanceof Gauge<?> gauge) {
      gauges.get(name).remove(gauge);
    }
  }

  private static boolean isOurs(String name, MetricGroup group) {
    return FLINKS.contains(name) || Arrays.asList(group.getScopeComponents()).contains(GROUP);
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {
    BY_ID.remove(id);
  }

  /** Named in {@code META-INF/services}, where Flink looks for reporters. */
  public static final class Factory implements MetricReporterFactory {

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return BY_ID.get(properties.getProperty(ID));
    }
  }
}
