package io.citytally.local.simulation;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.clock.Clock;

/**
 * The time of a subtask, as Flink's {@code SystemProcessingTimeService} has it: a timer is asked
 * for by the clock, but fires after a delay that is computed when it is registered. So a clock that
 * is set moves no timer that waits already.
 */
final class VirtualTime implements ProcessingTimeService {

  private final PriorityQueue<Timer> timers = new PriorityQueue<>(Timer.ORDER);
  private long elapsed;
  private long clock;
  private long registered;

  /** Takes the time on. */
  void advanceTo(long elapsedMillis, long clockMillis) throws Exception {
    elapsed = elapsedMillis;
    clock = clockMillis;
    while (!timers.isEmpty() && timers.peek().due <= elapsed) {
      Timer next = timers.poll();
      if (!next.isCancelled()) {
        next.callback.onProcessingTime(next.timestamp);
      }
    }
  }

  /** When the first timer is due, by the clock; nothing if there is none. */
  OptionalLong nextTimer() {
    return timers.stream()
        .filter(timer -> !timer.cancelled)
        .mapToLong(timer -> timer.timestamp)
        .min();
  }

  @Override
  public long getCurrentProcessingTime() {
    return clock;
  }

  @Override
  public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback callback) {
    Timer timer =
        new Timer(timestamp, elapsed + Math.max(0, timestamp - clock), registered++, callback);
    timers.add(timer);
    return timer;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      ProcessingTimeCallback callback, long delay, long period) {
    throw new UnsupportedOperationException("the simulation has no periodic timers");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      ProcessingTimeCallback callback, long delay, long period) {
    throw new UnsupportedOperationException("the simulation has no periodic timers");
  }

  @Override
  public CompletableFuture<Void> quiesce() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Clock getClock() {
    throw new UnsupportedOperationException("the simulation's time has no other clock");
  }

  private static final class Timer implements ScheduledFuture<Object> {

    static final Comparator<Timer> ORDER =
        Comparator.<Timer>comparingLong(timer -> timer.due).thenComparing(timer -> timer.number);

    private final long timestamp;
    private final long due;
    private final long number;
    private final ProcessingTimeCallback callback;
    private boolean cancelled;

    Timer(long timestamp, long due, long number, ProcessingTimeCallback callback) {
      this.timestamp = timestamp;
      this.due = due;
      this.number = number;
      this.callback = callback;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      cancelled = true;
      return true;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public boolean isDone() {
      return cancelled;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException("no one asks");
    }

    @Override
    public int compareTo(Delayed other) {
      return ORDER.compare(this, (Timer) other);
    }

    @Override
    public Object get() {
      throw new UnsupportedOperationException("a timer has no result");
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException("a timer has no result");
    }
  }
}
