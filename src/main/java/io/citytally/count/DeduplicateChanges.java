package io.citytally.count;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets each change through once, as its one or two sides, and drops every further delivery.
 *
 * <p>An identity is remembered for a time to live, counted from the moment it was first seen. It
 * must be longer than the stream's retention (24 hours unless raised), plus the time by which the
 * stream may repeat a record: a job that goes back to an old snapshot reads again at most what the
 * stream still holds, so whatever it forgets in the meantime can't come again.
 */
public class DeduplicateChanges
    extends KeyedProcessFunction<ChangeIdentity, VoteChange, ChoiceChange> {

  private static final long serialVersionUID = 1L;

  private final Duration timeToLive;

  private transient ValueState<Boolean> seen;
  private transient Counter votesCounted;
  private transient Counter duplicatesDropped;

  public DeduplicateChanges(Duration timeToLive) {
    this.timeToLive = timeToLive;
  }

  @Override
  public void open(Configuration parameters) {
    ValueStateDescriptor<Boolean> descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(timeToLive)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .build());
    seen = getRuntimeContext().getState(descriptor);
    MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("kinesisanalytics");
    votesCounted = metrics.counter("votesCounted");
    duplicatesDropped = metrics.counter("duplicatesDropped");
  }

  @Override
  public void processElement(VoteChange change, Context context, Collector<ChoiceChange> out)
      throws Exception {
    if (seen.value() != null) {
      duplicatesDropped.inc();
      return;
    }
    seen.update(true);
    votesCounted.inc();
    if (change.oldChoice != null) {
      out.collect(ChoiceChange.left(change));
    }
    if (change.newChoice != null) {
      out.collect(ChoiceChange.taken(change));
    }
  }
}
