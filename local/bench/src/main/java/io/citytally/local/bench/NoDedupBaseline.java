package io.citytally.local.bench;

import io.citytally.VoteCountingPipeline;
import io.citytally.count.ChoiceChange;
import io.citytally.count.ChoiceChangeSerializer;
import io.citytally.count.ChoiceSerializer;
import io.citytally.count.GatherHistory;
import io.citytally.count.GatherNewest;
import io.citytally.count.GatherTallies;
import io.citytally.count.KeepNewest;
import io.citytally.count.KeyIncrement;
import io.citytally.count.KeyIncrementSerializer;
import io.citytally.count.ListChanges;
import io.citytally.count.MergeNewest;
import io.citytally.count.Origin;
import io.citytally.count.TallyThrottle;
import io.citytally.count.TallyVotes;
import io.citytally.count.ThrottleTrigger;
import io.citytally.count.VoteChangeSerializer;
import io.citytally.source.Admission;
import io.citytally.source.DecodeVoteChanges;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.util.Collector;

/**
 * The same job without the deduplication: the difference is what exactness costs. Deduplication
 * needs a shuffle. This runs without it, or with it to show the shuffle's share.
 */
final class NoDedupBaseline implements Contender {

  private static final Origin ORIGIN = new Origin(1, "kinesis");

  private final boolean isShuffled;

  NoDedupBaseline(boolean isShuffled) {
    this.isShuffled = isShuffled;
  }

  @Override
  public String name() {
    return isShuffled
        ? "without deduplication, with its shuffle"
        : "Citytally without deduplication";
  }

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.OBJECT_REUSE, true));
    SingleOutputStreamOperator<VoteChange> decoded =
        source
            .addTo(env)
            .process(
                new DecodeVoteChanges(
                    source.decoder(ORIGIN.epoch()),
                    Admission.ofAtMost(source.votes().choices(), TotalsReader.NONE)),
                VoteChangeSerializer.TYPE)
            .setBufferTimeout(VoteCountingPipeline.MAX_IN_BUFFER.toMillis());
    SingleOutputStreamOperator<ChoiceChange> changes =
        (isShuffled ? shuffled(decoded) : decoded)
            .flatMap(new Sides())
            .returns(ChoiceChangeSerializer.TYPE)
            .setBufferTimeout(VoteCountingPipeline.MAX_IN_BUFFER.toMillis());
    SingleOutputStreamOperator<Tally> tallies =
        tally(
            changes,
            new GatherTallies.Factory(VoteCountingPipeline.MAX_IN_BUFFER),
            new TallyVotes(WINDOW, CitytallyContender.TURNOUT_WINDOW, ORIGIN));
    tallies.sinkTo(CitytallyContender.tallies(source));
    tallies.getSideOutput(TallyThrottle.TURNOUT).sinkTo(new DiscardingSink<>());
    tally(
            changes,
            new GatherHistory.Factory(WINDOW),
            new TallyThrottle(CitytallyContender.HISTORY_WINDOW, ORIGIN))
        .sinkTo(new DiscardingSink<>());
    changes
        .transform(
            "gather-newest",
            TypeInformation.of(ListChanges.class),
            new GatherNewest.Factory(WINDOW, CitytallyContender.RECENT))
        .setBufferTimeout(VoteCountingPipeline.MAX_IN_BUFFER.toMillis())
        .keyBy(ListChanges::list, Types.STRING)
        .window(GlobalWindows.create())
        .trigger(new ThrottleTrigger(WINDOW))
        .reduce(
            new MergeNewest(CitytallyContender.RECENT), new KeepNewest(CitytallyContender.RECENT))
        .sinkTo(new DiscardingSink<>())
        .setParallelism(1);
  }

  /** By the identity, as the job does, but without a key of its state. */
  private static DataStream<VoteChange> shuffled(DataStream<VoteChange> changes) {
    return changes.partitionCustom(
        (identityHash, partitions) -> Math.floorMod(identityHash, partitions),
        change -> change.identity.hashCode());
  }

  private static SingleOutputStreamOperator<Tally> tally(
      SingleOutputStreamOperator<ChoiceChange> changes,
      OneInputStreamOperatorFactory<ChoiceChange, KeyIncrement> gather,
      TallyThrottle throttle) {
    return changes
        .transform("gather", KeyIncrementSerializer.TYPE, gather)
        .setBufferTimeout(VoteCountingPipeline.MAX_IN_BUFFER.toMillis())
        .keyBy(KeyIncrement::key, ChoiceSerializer.TYPE)
        .transform("tally", TypeInformation.of(Tally.class), throttle);
  }

  /** Synthetic votes are only ever cast: each takes a choice, and is a ballot of its region. */
  private static final class Sides implements FlatMapFunction<VoteChange, ChoiceChange> {

    private static final long serialVersionUID = 1L;

    @Override
    public void flatMap(VoteChange change, Collector<ChoiceChange> out) {
      out.collect(taken(change, change.newChoice, false));
      out.collect(taken(change, change.newTurnout, true));
    }

    private static ChoiceChange taken(VoteChange change, Choice choice, boolean unlisted) {
      ChoiceChange taken = new ChoiceChange();
      taken.choice = choice;
      taken.taken = true;
      taken.unlisted = unlisted;
      taken.voteHash = change.voteHash;
      taken.changedAtMicros = change.changedAtMicros;
      taken.sequence = change.sequence;
      return taken;
    }
  }
}
