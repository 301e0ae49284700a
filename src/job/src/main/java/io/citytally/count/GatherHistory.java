package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sums up what came and went in each bucket of the course of the vote, so that however many vote,
 * only a few sums per window go on to the place that counts each bucket.
 *
 * <p>A change is counted where it was made in time, never when it came here: a job that goes back
 * to an old snapshot puts it in the same bucket again. A change belongs to the ten minutes of its
 * region in which it was made. From these follow the hours of the region, and those and the ten
 * minutes of the city, when the sums are sent.
 *
 * <p>The sums go on when a window ends: nobody looks at them sooner.
 */
public class GatherHistory extends GatherChanges<KeyIncrement> {

  private static final long serialVersionUID = 1L;

  /** Bounds the memory that ever new regions and times can take up within a window. */
  static final int MAX_SUMS = 100_000;

  private transient Map<String, Region> regions;
  private transient int sums;

  /**
   * @param window the time for which changes are summed up
   */
  public GatherHistory(Duration window) {
    super(window);
  }

  @Override
  public void open() throws Exception {
    super.open();
    regions = new HashMap<>();
    sums = 0;
  }

  @Override
  public void processElement(StreamRecord<ChoiceChange> record) {
    ChoiceChange change = record.getValue();
    sumAt(change.choice.region, timeOf(change)).add(change);
    sendAtEndOfWindow();
    if (sums >= MAX_SUMS) {
      send();
    }
  }

  /**
   * The ten minutes in which the change is counted, as {@link HistoryKey#tenMinutesOf}.
   *
   * @return a function of the change alone
   */
  protected long timeOf(ChoiceChange change) {
    return change.undated
        ? HistoryKey.UNDATED_TIME
        : HistoryKey.tenMinutesOf(change.changedAtMicros);
  }

  private Sum sumAt(String name, long tenMinutes) {
    Region region = regions.get(name);
    if (region == null) {
      region = new Region();
      regions.put(name, region);
    }
    Sum latest = region.latest;
    if (latest != null && latest.tenMinutes == tenMinutes) {
      return latest;
    }
    Sum sum = region.sums.get(tenMinutes);
    if (sum == null) {
      sum = new Sum(tenMinutes);
      region.sums.put(tenMinutes, sum);
      sums++;
    }
    region.latest = sum;
    return sum;
  }

  @Override
  boolean isEmpty() {
    return regions.isEmpty();
  }

  @Override
  void send() {
    Map<Choice, KeyIncrement> increments = new HashMap<>();
    regions.forEach((name, region) -> addAll(name, region.sums.values(), increments));
    for (KeyIncrement increment : increments.values()) {
      output.collect(new StreamRecord<>(increment));
    }
    regions.clear();
    sums = 0;
  }

  private static void addAll(
      String region, Collection<Sum> sums, Map<Choice, KeyIncrement> increments) {
    for (Sum sum : sums) {
      addAll(region, HistoryKey.VOTES, sum.tenMinutes, sum.votes, increments);
      addAll(region, HistoryKey.BALLOTS, sum.tenMinutes, sum.ballots, increments);
    }
  }

  private static void addAll(
      String region,
      String kind,
      long tenMinutes,
      CameAndWent sum,
      Map<Choice, KeyIncrement> increments) {
    if (sum.came == 0 && sum.went == 0) {
      return;
    }
    add(HistoryKey.ofRegion(region, kind, tenMinutes), sum, increments);
    add(HistoryKey.ofCity(kind, tenMinutes), sum, increments);
    if (tenMinutes != HistoryKey.UNDATED_TIME) {
      add(HistoryKey.ofCityTenMinutes(kind, tenMinutes), sum, increments);
    }
  }

  private static void add(Choice key, CameAndWent sum, Map<Choice, KeyIncrement> increments) {
    increments.merge(key, new KeyIncrement(key, sum.came, sum.went), KeyIncrement::plus);
  }

  /** What is gathered of one region. Most changes are of the time of the one before. */
  private static final class Region {

    final Map<Long, Sum> sums = new HashMap<>();
    @Nullable Sum latest;
  }

  /** What came and went in ten minutes. */
  private static final class Sum {

    final long tenMinutes;
    final CameAndWent votes = new CameAndWent();
    final CameAndWent ballots = new CameAndWent();

    Sum(long tenMinutes) {
      this.tenMinutes = tenMinutes;
    }

    void add(ChoiceChange change) {
      CameAndWent sum = change.choice.isTurnout() ? ballots : votes;
      if (change.taken) {
        sum.came++;
      } else {
        sum.went++;
      }
    }
  }

  private static final class CameAndWent {
    long came;
    long went;
  }

  /** Makes the operator, and chains it to the one before it. */
  public static final class Factory extends SimpleOperatorFactory<KeyIncrement>
      implements OneInputStreamOperatorFactory<ChoiceChange, KeyIncrement> {

    private static final long serialVersionUID = 1L;

    /**
     * @param window the time for which changes are summed up
     */
    public Factory(Duration window) {
      super(new GatherHistory(window));
      setChainingStrategy(ChainingStrategy.ALWAYS);
    }
  }
}
