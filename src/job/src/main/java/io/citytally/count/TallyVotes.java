package io.citytally.count;

import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Tallies the choices and the turnouts.
 *
 * <p>A snapshot of a job that knew no course of the vote holds totals of which no bucket knows. The
 * first job that goes on from it sends them through {@link #BEFORE_HISTORY}, as undated. So the
 * buckets of a region sum up to its tallies from the beginning. Whether that was done stands in the
 * snapshot: a job that goes back to the older one does it again, and says the same.
 */
public class TallyVotes extends TallyThrottle {

  private static final long serialVersionUID = 1L;

  /** What was counted before there was a course of the vote. */
  public static final OutputTag<KeyIncrement> BEFORE_HISTORY =
      new OutputTag<>("before-history", KeyIncrementSerializer.TYPE);

  /**
   * Broadcast state with one entry, of the same name. Only snapshots of jobs with a history have
   * it.
   */
  private static final MapStateDescriptor<String, Boolean> HISTORY =
      new MapStateDescriptor<>("history", Types.STRING, Types.BOOLEAN);

  private transient boolean beginsHistory;

  /**
   * @param window the least time between two tallies of a choice, and the most that one waits; at
   *     least a millisecond
   * @param turnoutWindow the same for a turnout
   * @param origin from where the job counts
   */
  public TallyVotes(Duration window, Duration turnoutWindow, Origin origin) {
    super(window, turnoutWindow, origin);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    BroadcastState<String, Boolean> history =
        context.getOperatorStateStore().getBroadcastState(HISTORY);
    beginsHistory = context.isRestored() && !history.contains(HISTORY.getName());
    history.put(HISTORY.getName(), true);
  }

  @Override
  public void open() throws Exception {
    super.open();
    if (beginsHistory) {
      beginsHistory = false;
      beginHistory();
    }
  }

  private void beginHistory() throws Exception {
    Map<Choice, KeyIncrement> before = new HashMap<>();
    getKeyedStateBackend()
        .applyToAllKeys(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            TOTALS,
            (Object key, ValueState<Totals> state) -> add((Choice) key, state.value(), before));
    for (KeyIncrement increment : before.values()) {
      output.collect(BEFORE_HISTORY, new StreamRecord<>(increment));
    }
  }

  private static void add(Choice counted, Totals totals, Map<Choice, KeyIncrement> increments) {
    String kind = counted.isTurnout() ? HistoryKey.BALLOTS : HistoryKey.VOTES;
    for (Choice key :
        new Choice[] {
          HistoryKey.ofRegion(counted.region, kind, HistoryKey.UNDATED_TIME),
          HistoryKey.ofCity(kind, HistoryKey.UNDATED_TIME)
        }) {
      increments.merge(
          key, new KeyIncrement(key, totals.added, totals.removed), KeyIncrement::plus);
    }
  }
}
