package io.citytally.count;

import io.citytally.vote.RecentVotes;
import java.util.Arrays;
import java.util.UUID;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * Adds what a window gathered to the newest changes of its list, and says which votes are now
 * shown, if these are others than before.
 *
 * <p>After a restart it says so in any case, once for each list: what it remembers is the list of
 * its snapshot, but what stands in the table is the last that was written before the crash. A vote
 * that the table shows may be withdrawn by now, and this run may never see it.
 */
public class KeepNewest
    extends ProcessWindowFunction<ListChanges, RecentVotes, String, GlobalWindow> {

  private static final long serialVersionUID = 1L;

  private static final ValueStateDescriptor<ListChanges> NEWEST =
      new ValueStateDescriptor<>("newest", TypeInformation.of(ListChanges.class));

  /** The run that last said which votes are shown. */
  private static final ValueStateDescriptor<Long> SAID_BY =
      new ValueStateDescriptor<>("said-by", Types.LONG);

  private final int shown;

  private transient Long run;

  /**
   * @param shown how many votes a list of recent votes shows
   */
  public KeepNewest(int shown) {
    this.shown = shown;
  }

  @Override
  public void open(OpenContext context) {
    run = UUID.randomUUID().getMostSignificantBits();
  }

  @Override
  public void process(
      String list, Context context, Iterable<ListChanges> windows, Collector<RecentVotes> out)
      throws Exception {
    ValueState<ListChanges> state = context.globalState().getState(NEWEST);
    ListChanges before = state.value() == null ? new ListChanges(list) : state.value();
    ListChanges after = before;
    for (ListChanges gathered : windows) {
      after = after.merge(gathered, shown);
    }
    state.update(after);
    RecentVotes recent = show(after);
    ValueState<Long> saidBy = context.globalState().getState(SAID_BY);
    if (!run.equals(saidBy.value()) || !recent.equals(show(before))) {
      saidBy.update(run);
      out.collect(recent);
    }
  }

  private RecentVotes show(ListChanges newest) {
    return new RecentVotes(
        newest.list,
        Arrays.stream(newest.changes)
            .filter(change -> change.taken)
            .limit(shown)
            .map(KeepNewest::show)
            .toArray(RecentVotes.Vote[]::new));
  }

  private static RecentVotes.Vote show(ChoiceChange change) {
    return new RecentVotes.Vote(change.choice, Math.floorDiv(change.changedAtMicros, 1_000L));
  }
}
