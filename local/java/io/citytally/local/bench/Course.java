package io.citytally.local.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The course of one job that runs in this virtual machine: what its sources have sent and its sinks
 * have taken, and when.
 *
 * <p>A job works on copies of its functions; they find the course by its id.
 */
final class Course implements AutoCloseable {

  private static final Map<String, Course> RUNNING = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final NavigableMap<Long, Long> nanosBySent = new ConcurrentSkipListMap<>();
  private final Map<Object, Long> totals = new ConcurrentHashMap<>();
  private volatile long lastWriteNanos;
  private volatile long firstCpuNanos;
  private volatile long lastCpuNanos;

  Course() {
    RUNNING.put(id, this);
  }

  /**
   * @throws IllegalStateException if there is none of that id
   */
  static Course of(String id) {
    Course course = RUNNING.get(id);
    if (course == null) {
      throw new IllegalStateException("a job that outlived its measurement");
    }
    return course;
  }

  String id() {
    return id;
  }

  /** A source has sent as many more votes; the first time none, when it begins. */
  void sent(long more) {
    if (nanosBySent.putIfAbsent(sent.addAndGet(more), System.nanoTime()) == null
        && nanosBySent.size() == 1) {
      firstCpuNanos = cpuNanos();
    }
  }

  /** A sink was told where a total stands. */
  void wrote(Object key, long total) {
    totals.put(key, total);
    writes.incrementAndGet();
    lastWriteNanos = System.nanoTime();
    lastCpuNanos = cpuNanos();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  double votesPerCpuSecond() {
    return counted() * 1e9 / (lastCpuNanos - firstCpuNanos);
  }

  /** The votes that the totals have. */
  long counted() {
    return totals.values().stream().mapToLong(Long::longValue).sum();
  }

  /** From the first vote that was sent to the last total that was written. */
  Duration took() {
    return Duration.ofNanos(lastWriteNanos - nanosBySent.firstEntry().getValue());
  }

  /** Over the whole course. */
  double votesPerSecond() {
    return counted() * 1e9 / took().toNanos();
  }

  /** While the votes from one number to another were sent. */
  double votesPerSecond(long from, long to) {
    Map.Entry<Long, Long> begin = nanosBySent.ceilingEntry(from);
    Map.Entry<Long, Long> end = nanosBySent.floorEntry(to);
    return (end.getKey() - begin.getKey()) * 1e9 / (end.getValue() - begin.getValue());
  }

  @Override
  public void close() {
    RUNNING.remove(id);
  }
}
