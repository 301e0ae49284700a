package io.citytally.count;

import java.time.Duration;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;

/**
 * The window: a bound on the writes, not on the delay.
 *
 * <p>Seen from one key, an element that comes when nothing has fired for a window fires at once.
 * One that comes sooner waits for a window, and those that come while it waits wait with it: then
 * they fire together.
 *
 * <pre>
 *   element   x   x  xx     x             x
 *   fires     x         x         x       x
 *   waiting       |-----|   |-----|
 * </pre>
 *
 * <p>So no element waits longer than a window, and two firings of a key are never closer than one.
 * No trigger that keeps to these rules fires less often, because each firing comes as late as it
 * may. (A trigger that also made the first element after a quiet time wait would.) The benchmark of
 * writes per vote holds the job to that; the argument is next to its bound.
 */
public class ThrottleTrigger extends Trigger<Object, GlobalWindow> {

  /*
   * Why processing time, and where the trigger belongs.
   *
   * It is processing time on purpose. An event-time window closes when later events move the
   * watermark; at night there are none, and the evening's last votes would stand uncounted until
   * the morning. And no vote can be late.
   *
   * The clock may be set back. Flink computes a timer's delay only when the timer before it has
   * fired, so a timer may be late by as much as the clock was set back. Then the next element of
   * the key fires at once, together with those that wait.
   *
   * It belongs on org.apache.flink.streaming.api.windowing.assigners.GlobalWindows, which never end
   * by themselves: it fires and purges, so that a key for which nothing waits holds neither
   * contents nor timers, just the time of its last firing. The one event-time timer, at the end of
   * time, fires when the input ends or the job is stopped with --drain: then nothing may wait for a
   * clock that no longer ticks.
   */

  private static final long serialVersionUID = 1L;

  /**
   * When the window ends: the time from which the next element fires at once. Null: always. While
   * some wait, it is negated, and its timer is registered.
   */
  private static final ValueStateDescriptor<Long> AT_ONCE_FROM =
      new ValueStateDescriptor<>("at-once-from", Types.LONG);

  private final long windowMillis;

  /**
   * @param window the least time between two firings of a key; at least a millisecond
   */
  public ThrottleTrigger(Duration window) {
    windowMillis = window.toMillis();
    if (windowMillis < 1) {
      throw new IllegalArgumentException("a window of at least 1 ms, not " + window);
    }
  }

  @Override
  public TriggerResult onElement(
      Object element, long timestamp, GlobalWindow window, TriggerContext context)
      throws Exception {
    ValueState<Long> atOnceFrom = context.getPartitionedState(AT_ONCE_FROM);
    Long stored = atOnceFrom.value();
    if (stored == null) {
      return fire(context);
    }
    boolean someWait = stored < 0;
    long end = Math.abs(stored);
    long now = context.getCurrentProcessingTime();
    if (now >= end || wasSetBack(now, end)) {
      if (someWait) {
        context.deleteProcessingTimeTimer(end);
        context.deleteEventTimeTimer(window.maxTimestamp());
      }
      return fire(context);
    }
    if (!someWait) {
      long due = now + windowMillis;
      atOnceFrom.update(-due);
      context.registerProcessingTimeTimer(due);
      context.registerEventTimeTimer(window.maxTimestamp());
    }
    return TriggerResult.CONTINUE;
  }

  /**
   * Whether the clock shows a time before the window began. Earlier versions stored {@link
   * Long#MAX_VALUE} while some wait, which is taken for such a window, too.
   */
  private boolean wasSetBack(long now, long end) {
    return now < end - windowMillis;
  }

  @Override
  public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext context)
      throws Exception {
    context.deleteEventTimeTimer(window.maxTimestamp());
    return fire(context);
  }

  @Override
  public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext context) {
    return TriggerResult.FIRE_AND_PURGE;
  }

  @Override
  public void clear(GlobalWindow window, TriggerContext context) {
    context.getPartitionedState(AT_ONCE_FROM).clear();
  }

  private TriggerResult fire(TriggerContext context) throws Exception {
    context
        .getPartitionedState(AT_ONCE_FROM)
        .update(context.getCurrentProcessingTime() + windowMillis);
    return TriggerResult.FIRE_AND_PURGE;
  }

  @Override
  public String toString() {
    return "ThrottleTrigger(" + windowMillis + " ms)";
  }
}
