package io.citytally.local.bench;

import io.citytally.count.ChoiceChange;
import io.citytally.count.ChoiceChangeSerializer;
import io.citytally.count.ChoiceSerializer;
import io.citytally.count.GatherNewest;
import io.citytally.count.KeepNewest;
import io.citytally.count.ListChanges;
import io.citytally.count.MergeNewest;
import io.citytally.count.Origin;
import io.citytally.count.TallyThrottle;
import io.citytally.count.ThrottleTrigger;
import io.citytally.source.Admission;
import io.citytally.source.DecodeVoteChanges;
import io.citytally.vote.Tally;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;

/**
 * The same job without the deduplication, and without the shuffle that it needs: what exactness
 * costs is the difference.
 */
final class NoDedupBaseline implements Contender {

  @Override
  public String name() {
    return "Citytally without deduplication";
  }

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.OBJECT_REUSE, true));
    SingleOutputStreamOperator<ChoiceChange> choices =
        source
            .addTo(env)
            .process(
                new DecodeVoteChanges(
                    source.decoder(),
                    Admission.ofAtMost(source.votes().choices(), TotalsReader.NONE)))
            .map(new Taken())
            .returns(ChoiceChangeSerializer.TYPE);
    choices
        .keyBy(change -> change.choice, ChoiceSerializer.TYPE)
        .transform(
            "tally",
            TypeInformation.of(Tally.class),
            new TallyThrottle<>(WINDOW, new Origin(1, "kinesis")))
        .sinkTo(CitytallyContender.tallies(source));
    choices
        .transform(
            "gather-newest",
            TypeInformation.of(ListChanges.class),
            new GatherNewest.Factory(WINDOW, CitytallyContender.RECENT))
        .keyBy(ListChanges::list, Types.STRING)
        .window(GlobalWindows.create())
        .trigger(new ThrottleTrigger(WINDOW))
        .reduce(
            new MergeNewest(CitytallyContender.RECENT), new KeepNewest(CitytallyContender.RECENT))
        .sinkTo(new DiscardingSink<>())
        .setParallelism(1);
  }

  /** Synthetic votes are only ever cast. */
  private static final class Taken implements MapFunction<VoteChange, ChoiceChange> {

    private static final long serialVersionUID = 1L;

    @Override
    public ChoiceChange map(VoteChange change) {
      ChoiceChange taken = new ChoiceChange();
      taken.choice = change.newChoice;
      taken.taken = true;
      taken.voteHash = change.voteHash;
      taken.changedAtMicros = change.changedAtMicros;
      taken.sequence = change.sequence;
      return taken;
    }
  }
}
