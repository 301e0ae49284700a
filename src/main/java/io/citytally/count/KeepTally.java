package io.citytally.count;

import io.citytally.vote.Tally;
import io.citytally.vote.TallyKey;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * Adds what a window gathered to the running totals of its key, and says where they now stand.
 *
 * <p>The totals live as long as the job: they are the message from which the sink derives each
 * amount.
 */
public class KeepTally extends ProcessWindowFunction<Gathered, Tally, TallyKey, GlobalWindow> {

  private static final long serialVersionUID = 1L;

  private static final ValueStateDescriptor<Gathered> TOTALS =
      new ValueStateDescriptor<>("totals", TypeInformation.of(Gathered.class));

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
    out.collect(new Tally(key, totals.added, totals.removed));
  }
}
