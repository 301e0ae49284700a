package io.citytally.count;

import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * Adds what a window gathered to the running totals of its key, and says where they now stand.
 *
 * <p>The totals live as long as the job: they are the message from which the sink derives each
 * amount. They count in one epoch, and can't be carried into another, where they would look like
 * votes not yet written and be added a second time. So a snapshot holds its epoch, and a job of
 * another epoch doesn't start from it.
 *
 * <p>That is checked once, before the first vote, and not for each key when its next vote comes: by
 * then keys that are new would stand in the table with the new epoch, and the way back to the
 * former one would be closed.
 */
public class KeepTally extends ProcessWindowFunction<Gathered, Tally, TallyKey, GlobalWindow>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;

  private static final ValueStateDescriptor<Gathered> TOTALS =
      new ValueStateDescriptor<>("totals", TypeInformation.of(Gathered.class));

  /** One entry, of the same name. Broadcast state, for each subtask is to find it in a snapshot. */
  private static final MapStateDescriptor<String, Long> EPOCH =
      new MapStateDescriptor<>("epoch", Types.STRING, Types.LONG);

  private final long epoch;

  /**
   * @param epoch the epoch in which the job counts, from 1
   */
  public KeepTally(long epoch) {
    if (epoch < 1) {
      throw new IllegalArgumentException("an epoch is a number from 1, not " + epoch);
    }
    this.epoch = epoch;
  }

  /**
   * @throws ChangedEpochException if the snapshot was counted in another epoch
   */
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    BroadcastState<String, Long> state = context.getOperatorStateStore().getBroadcastState(EPOCH);
    Long counted = state.get(EPOCH.getName());
    if (counted != null && counted != epoch) {
      throw new ChangedEpochException(counted, epoch);
    }
    state.put(EPOCH.getName(), epoch);
  }

  /** The state is up to date at all times. */
  @Override
  public void snapshotState(FunctionSnapshotContext context) {}

  @Override
  public void process(
      TallyKey key, Context context, Iterable<Gathered> windows, Collector<Tally> out)
      throws Exception {
    ValueState<Gathered> state = context.globalState().getState(TOTALS);
    Gathered totals = state.value() == null ? new Gathered() : state.value();
    for (Gathered gathered : windows) {
      totals = totals.plus(gathered.added, gathered.removed);
    }
    state.update(totals);
    out.collect(new Tally(key, epoch, totals.added, totals.removed));
  }
}
