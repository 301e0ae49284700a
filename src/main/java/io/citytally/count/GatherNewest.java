package io.citytally.count;

import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Gathers the newest changes of each region and of the city, so that however many vote, only a few
 * changes per window go on to the place that keeps each feed.
 *
 * <p>The first change in a quiet time goes on at once, and opens a window, for the whole operator;
 * further ones go on when it ends.
 *
 * <p>It needs no state. What it gathers is sent ahead of every checkpoint's barrier, so a
 * checkpoint never has any of it in between.
 */
public class GatherNewest extends AbstractStreamOperator<FeedChanges>
    implements OneInputStreamOperator<ChoiceChange, FeedChanges>, ProcessingTimeCallback {

  private static final long serialVersionUID = 1L;

  /** Bounds the memory that ever new regions can take up within a window. */
  private static final int MAX_REGIONS = 10_000;

  private final long windowMillis;
  private final int shown;

  private transient Map<String, NewestChanges> byRegion;
  private transient NewestChanges city;
  private transient boolean windowIsOpen;

  /**
   * @param window the time for which changes are gathered
   * @param shown how many votes a list of recent votes shows
   */
  public GatherNewest(Duration window, int shown) {
    this.windowMillis = window.toMillis();
    this.shown = shown;
    setChainingStrategy(ChainingStrategy.ALWAYS);
  }

  @Override
  public void open() throws Exception {
    super.open();
    byRegion = new HashMap<>();
    city = new NewestChanges(shown);
    windowIsOpen = false;
  }

  @Override
  public void processElement(StreamRecord<ChoiceChange> record) {
    ChoiceChange change = record.getValue();
    byRegion.computeIfAbsent(change.choice.region, region -> new NewestChanges(shown)).add(change);
    city.add(change);
    if (!windowIsOpen) {
      sendAndOpenWindow();
    } else if (byRegion.size() == MAX_REGIONS) {
      send();
    }
  }

  @Override
  public void onProcessingTime(long time) {
    if (byRegion.isEmpty()) {
      windowIsOpen = false;
    } else {
      sendAndOpenWindow();
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    send();
  }

  /**
   * The last watermark is the end of the input. Whoever gathers further on, with {@link
   * AtOnceThenOncePerWindow}, lets go by it, and must have everything by then.
   */
  @Override
  public void processWatermark(Watermark watermark) throws Exception {
    if (watermark.equals(Watermark.MAX_WATERMARK)) {
      send();
    }
    super.processWatermark(watermark);
  }

  private void sendAndOpenWindow() {
    send();
    windowIsOpen = true;
    long now = getProcessingTimeService().getCurrentProcessingTime();
    getProcessingTimeService().registerTimer(now + windowMillis, this);
  }

  private void send() {
    if (byRegion.isEmpty()) {
      return;
    }
    byRegion.forEach((region, newest) -> send(RecentVotes.feedOf(region), newest));
    send(RecentVotes.CITY, city);
    byRegion.clear();
    city = new NewestChanges(shown);
  }

  private void send(String feed, NewestChanges newest) {
    output.collect(new StreamRecord<>(new FeedChanges(feed, newest.newestFirst())));
  }
}
