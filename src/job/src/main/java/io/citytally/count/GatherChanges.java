package io.citytally.count;

import java.time.Duration;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Gathers changes for the time of a window, so that only a few elements go on from it. There is one
 * window for the whole operator, and none while it is quiet.
 *
 * <p>It needs no state. What it gathers is sent ahead of every checkpoint's barrier, so a
 * checkpoint never has any of it in between.
 *
 * @param <O> what goes on
 */
abstract class GatherChanges<O> extends AbstractStreamOperator<O>
    implements OneInputStreamOperator<ChoiceChange, O>, ProcessingTimeCallback {

  private static final long serialVersionUID = 1L;

  private final long windowMillis;

  private transient boolean windowIsOpen;

  GatherChanges(Duration window) {
    windowMillis = window.toMillis();
  }

  abstract boolean isEmpty();

  /** Sends all that is gathered, if there is any. */
  abstract void send();

  /** After a quiet time, sends at once; else when the window ends. */
  final void sendAtOnceOrAtEndOfWindow() {
    if (!windowIsOpen) {
      send();
      openWindow();
    }
  }

  /** Sends when the window ends; after a quiet time, that is a whole window later. */
  final void sendAtEndOfWindow() {
    if (!windowIsOpen) {
      openWindow();
    }
  }

  private void openWindow() {
    windowIsOpen = true;
    long now = getProcessingTimeService().getCurrentProcessingTime();
    getProcessingTimeService().registerTimer(now + windowMillis, this);
  }

  @Override
  public void open() throws Exception {
    super.open();
    windowIsOpen = false;
  }

  @Override
  public void onProcessingTime(long time) {
    if (isEmpty()) {
      windowIsOpen = false;
    } else {
      send();
      openWindow();
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    send();
  }

  /**
   * The last watermark is the end of the input. An operator behind this one, such as {@link
   * ThrottleTrigger}'s, lets go by it, and must have everything by then.
   */
  @Override
  public void processWatermark(Watermark watermark) throws Exception {
    if (watermark.equals(Watermark.MAX_WATERMARK)) {
      send();
    }
    super.processWatermark(watermark);
  }
}
