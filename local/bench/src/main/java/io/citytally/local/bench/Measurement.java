package io.citytally.local.bench;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The course of one job that runs in this virtual machine: what its sources have sent and its sinks
 * have taken, when, and at how much of the processor's time.
 *
 * <p>The processor's time is that of the whole process: of the job's threads, of RocksDB's, which
 * write and merge its files, of those that collect garbage and compile. Nothing is left out that a
 * machine has to do; and it is hardly disturbed by what else runs next to it.
 *
 * <p>A job works on copies of its functions; they find the course by its id.
 */
final class Measurement implements AutoCloseable {

  private static final Map<String, Measurement> RUNNING = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final AtomicLong sent = new AtomicLong();
  private final NavigableMap<Long, Stamp> stampsBySent = new ConcurrentSkipListMap<>();
  private final Map<Object, Long> totals = new ConcurrentHashMap<>();
  private volatile Stamp lastWrite;

  Measurement() {
    RUNNING.put(id, this);
  }

  /**
   * @throws IllegalStateException if there is none of that id
   */
  static Measurement of(String id) {
    Measurement course = RUNNING.get(id);
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
    stampsBySent.putIfAbsent(sent.addAndGet(more), Stamp.now());
  }

  /** How many votes the sources have sent, to some thousands. */
  long sent() {
    return sent.get();
  }

  /** Whether anything was. */
  boolean hasBegun() {
    return !stampsBySent.isEmpty();
  }

  /** A sink was told where a total stands. */
  void wrote(Object key, long total) {
    totals.put(key, total);
    lastWrite = Stamp.now();
  }

  /** The votes that the totals have. */
  long counted() {
    return totals.values().stream().mapToLong(Long::longValue).sum();
  }

  /** From the first vote that was sent to the last total that was written. */
  Rate rate() {
    return Rate.between(counted(), stampsBySent.firstEntry().getValue(), lastWrite);
  }

  /** While the votes from one number to another were sent. */
  Rate rate(long from, long to) {
    Map.Entry<Long, Stamp> begin = stampsBySent.ceilingEntry(from);
    Map.Entry<Long, Stamp> end = stampsBySent.floorEntry(to);
    return Rate.between(end.getKey() - begin.getKey(), begin.getValue(), end.getValue());
  }

  @Override
  public void close() {
    RUNNING.remove(id);
  }

  /**
   * How fast votes were counted.
   *
   * @param perSecond of the clock
   * @param perCoreSecond of a processor's core that does nothing else
   */
  record Rate(double perSecond, double perCoreSecond) {

    private static Rate between(long votes, Stamp begin, Stamp end) {
      return new Rate(
          votes * 1e9 / (end.nanos - begin.nanos), votes * 1e9 / (end.cpuNanos - begin.cpuNanos));
    }
  }

  private record Stamp(long nanos, long cpuNanos) {

    static Stamp now() {
      return new Stamp(System.nanoTime(), processCpuNanos());
    }
  }

  /** The processor's time that this process has taken so far. */
  private static long processCpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean platform
        ? platform.getProcessCpuTime()
        : 0;
  }
}
