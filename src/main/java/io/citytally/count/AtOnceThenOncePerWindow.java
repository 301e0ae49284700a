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
 * <p>Seen from one key, time is either quiet or a row of windows. The first element in a quiet time
 * fires at once and opens a window. What comes while the window is open is gathered. When it ends,
 * either something was gathered: it fires, and the next window opens; or nothing was, and the key
 * is quiet again.
 *
 * <pre>
 *   element   x           x  x x                  x
 *   fires     x           x      x                x
 *   window    |-----|     |------|------|         |------|
 * </pre>
 *
 * <p>So two firings of a key are never closer than a window, and no element waits longer than one.
 * No counter that is at most a window stale can fire less often: whoever shows the first element
 * later is staler, and whoever shows the gathered ones later is, too.
 *
 * <p>It is processing time on purpose. An event-time window closes when later events move the
 * watermark; at night there are none, and the evening's last votes would stand uncounted until the
 * morning. And no vote can be late.
 *
 * <p>It belongs on {@link org.apache.flink.streaming.api.windowing.assigners.GlobalWindows}, which
 * never end by themselves: it fires and purges, so that a quiet key holds neither contents nor
 * trigger state nor timer. The one event-time timer, at the end of time, fires when the input ends
 * or the job is stopped with {@code --drain}: then nothing may wait for a clock that no longer
 * ticks.
 */
public class AtOnceThenOncePerWindow extends Trigger<Object, GlobalWindow> {

  private static final long serialVersionUID = 1L;

  /** Null while quiet; false in a window without, true in one with something gathered. */
  private static final ValueStateDescriptor<Boolean> GATHERED =
      new ValueStateDescriptor<>("gathered", Types.BOOLEAN);

  private final long windowMillis;

  /**
   * @param window the least time between two firings of a key; at least a millisecond
   */
  public AtOnceThenOncePerWindow(Duration window) {
    windowMillis = window.toMillis();
    if (windowMillis < 1) {
      throw new IllegalArgumentException("a window of at least 1 ms, not " + window);
    }
  }

  @Override
  public TriggerResult onElement(
      Object element, long timestamp, GlobalWindow window, TriggerContext context)
      throws Exception {
    ValueState<Boolean> gathered = context.getPartitionedState(GATHERED);
    Boolean before = gathered.value();
    if (before == null) {
      context.registerEventTimeTimer(window.maxTimestamp());
      return fireAndOpen(gathered, context);
    }
    if (!before) {
      gathered.update(true);
    }
    return TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext context)
      throws Exception {
    ValueState<Boolean> gathered = context.getPartitionedState(GATHERED);
    if (Boolean.TRUE.equals(gathered.value())) {
      return fireAndOpen(gathered, context);
    }
    clear(window, context);
    return TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext context) {
    return TriggerResult.FIRE_AND_PURGE;
  }

  @Override
  public void clear(GlobalWindow window, TriggerContext context) throws Exception {
    context.getPartitionedState(GATHERED).clear();
    context.deleteEventTimeTimer(window.maxTimestamp());
  }

  private TriggerResult fireAndOpen(ValueState<Boolean> gathered, TriggerContext context)
      throws Exception {
    gathered.update(false);
    context.registerProcessingTimeTimer(context.getCurrentProcessingTime() + windowMillis);
    return TriggerResult.FIRE_AND_PURGE;
  }

  @Override
  public String toString() {
    return "AtOnceThenOncePerWindow(" + windowMillis + " ms)";
  }
}
