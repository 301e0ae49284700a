package io.citytally.count;

import io.citytally.vote.RecentVotes;
import java.util.Arrays;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * Adds what a window gathered to the newest changes of its feed, and says which votes are now
 * shown, if these are others than before.
 */
public class KeepNewest
    extends ProcessWindowFunction<FeedChanges, RecentVotes, String, GlobalWindow> {

  private static final long serialVersionUID = 1L;

  private static final ValueStateDescriptor<FeedChanges> NEWEST =
      new ValueStateDescriptor<>("newest", TypeInformation.of(FeedChanges.class));

  private final int shown;

  /**
   * @param shown how many votes a list of recent votes shows
   */
  public KeepNewest(int shown) {
    this.shown = shown;
  }

  @Override
  public void process(
      String feed, Context context, Iterable<FeedChanges> windows, Collector<RecentVotes> out)
      throws Exception {
    ValueState<FeedChanges> state = context.globalState().getState(NEWEST);
    FeedChanges before = state.value() == null ? new FeedChanges(feed) : state.value();
    FeedChanges after = before;
    for (FeedChanges gathered : windows) {
      after = after.merge(gathered, shown);
    }
    state.update(after);
    RecentVotes recent = show(after);
    if (!recent.equals(show(before))) {
      out.collect(recent);
    }
  }

  private RecentVotes show(FeedChanges newest) {
    return new RecentVotes(
        newest.feed,
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
