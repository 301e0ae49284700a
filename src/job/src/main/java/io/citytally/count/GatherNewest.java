package io.citytally.count;

import io.citytally.vote.RecentVotes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Gathers the newest changes of each region and of the city, so that however many vote, only a few
 * changes per window go on to the place that keeps each list.
 *
 * <p>The first change in a quiet time goes on at once, and opens a window, for the whole operator;
 * further ones go on when it ends.
 *
 * <p>What is not {@link ChoiceChange#isListed} goes no further. All choices that a ballot leaves go
 * on, because this operator does not know which of them a list shows. So if many ballots with many
 * choices each are withdrawn at once, a list stays short until newer votes come.
 */
public class GatherNewest extends GatherChanges<ListChanges> {

  private static final long serialVersionUID = 1L;

  /** Bounds the memory that ever new regions can take up within a window. */
  private static final int MAX_CHANGES = 100_000;

  private final int shown;

  private transient Map<String, GatheredChanges> byRegion;
  private transient int gathered;

  /**
   * @param window the time for which changes are gathered
   * @param shown how many votes a list of recent votes shows
   */
  public GatherNewest(Duration window, int shown) {
    super(window);
    this.shown = shown;
  }

  @Override
  public void open() throws Exception {
    super.open();
    byRegion = new HashMap<>();
    gathered = 0;
  }

  @Override
  public void processElement(StreamRecord<ChoiceChange> record) {
    ChoiceChange change = record.getValue();
    if (!change.isListed()) {
      return;
    }
    GatheredChanges region =
        byRegion.computeIfAbsent(change.choice.region, any -> new GatheredChanges(shown));
    gathered -= region.size();
    region.add(change);
    gathered += region.size();
    sendAtOnceOrAtEndOfWindow();
    if (gathered >= MAX_CHANGES) {
      send();
    }
  }

  @Override
  boolean isEmpty() {
    return byRegion.isEmpty();
  }

  /**
   * What is among the newest of the city is among those of its region, so the city's are chosen
   * from theirs.
   */
  @Override
  void send() {
    if (byRegion.isEmpty()) {
      return;
    }
    NewestChanges city = new NewestChanges(shown);
    byRegion.forEach(
        (region, changes) -> {
          ChoiceChange[] newest = changes.newestFirst();
          send(RecentVotes.listOf(region), newest);
          city.addAll(newest);
        });
    send(RecentVotes.CITY, city.newestFirst());
    byRegion.clear();
    gathered = 0;
  }

  private void send(String list, ChoiceChange[] newestFirst) {
    output.collect(new StreamRecord<>(new ListChanges(list, newestFirst)));
  }

  /** Makes the operator, and chains it to the one before it. */
  public static final class Factory extends SimpleOperatorFactory<ListChanges>
      implements OneInputStreamOperatorFactory<ChoiceChange, ListChanges> {

    private static final long serialVersionUID = 1L;

    /**
     * @param window the time for which changes are gathered
     * @param shown how many votes a list of recent votes shows
     */
    public Factory(Duration window, int shown) {
      super(new GatherNewest(window, shown));
      setChainingStrategy(ChainingStrategy.ALWAYS);
    }
  }
}
