package io.citytally;

import io.citytally.count.ChangeIdentitySerializer;
import io.citytally.count.ChoiceChange;
import io.citytally.count.ChoiceChangeSerializer;
import io.citytally.count.ChoiceSerializer;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.GatherNewest;
import io.citytally.count.KeepNewest;
import io.citytally.count.ListChanges;
import io.citytally.count.MergeNewest;
import io.citytally.count.Origin;
import io.citytally.count.TallyThrottle;
import io.citytally.count.ThrottleTrigger;
import io.citytally.count.VoteChangeSerializer;
import io.citytally.source.Admission;
import io.citytally.source.AdmitSides;
import io.citytally.source.DecodeVoteChanges;
import io.citytally.source.VoteSource;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;

/**
 * The topology, the same on AWS, on a laptop and in tests: the source and the sinks are handed in.
 *
 * <pre>
 *   source ─ decode ─┬──(identity)── deduplicate ─┬─(region, improvement)── tally ── total-votes
 *           │  │   │                            │
 *           │ admit┘                            └─ gather-newest ──(source)── newest ── recent-votes
 *           │  │
 *           └──┴─ rejected-votes
 * </pre>
 *
 * <p>{@code admit} takes only the sides of changes whose choice {@code decode} doesn't know.
 *
 * <p>A name in brackets is a key by which the stream is shuffled. Each operator's {@code uid} is
 * its name: a snapshot finds its state by it, so a name is for good.
 */
public final class VoteCountingPipeline {

  /**
   * How long a quiet shuffle keeps a record to send others with it. Flink's own tenth of a second,
   * twice on the way, would be most of the time from the stream to the table.
   *
   * <p>Set for each operator and not in the environment's configuration: Managed Flink 2.2 and
   * later fail a job whose code sets {@code execution.buffer-timeout.interval}.
   */
  private static final Duration MAX_IN_BUFFER = Duration.ofMillis(5);

  /**
   * How many instances of an operator there can be at most: into as many parts the state is divided
   * for good. A snapshot can't be restored with another number.
   */
  public static final int MAX_PARALLELISM = 128;

  private final VoteSource source;
  private final Admission admission;
  private final Duration window;
  private final Duration dedupeTimeToLive;
  private final Duration recastableTimeToLive;
  private final Origin origin;
  private final int recentSize;
  private final Sink<Tally> totalVotes;
  private final Sink<RecentVotes> recentVotes;
  private final Sink<RejectedVote> rejectedVotes;

  /**
   * @param source where records come from
   * @param admission which choices count
   * @param window the least time between two writes of a total, and the most that one is stale
   * @param dedupeTimeToLive how long a change is remembered to know its repetition
   * @param recastableTimeToLive how long one that may be cast again is: as long as it may lie among
   *     the rejected votes, and {@code dedupeTimeToLive} on top
   * @param origin the epoch in which votes are counted, and the kind of source; of a snapshot,
   *     those it was counted with
   * @param recentSize how many votes a list of recent votes shows
   * @param totalVotes takes where each count stands
   * @param recentVotes takes the lists of recent votes
   * @param rejectedVotes takes the records that can't be counted, and the choices that are refused
   */
  public VoteCountingPipeline(
      VoteSource source,
      Admission admission,
      Duration window,
      Duration dedupeTimeToLive,
      Duration recastableTimeToLive,
      Origin origin,
      int recentSize,
      Sink<Tally> totalVotes,
      Sink<RecentVotes> recentVotes,
      Sink<RejectedVote> rejectedVotes) {
    this.source = source;
    this.admission = admission;
    this.window = window;
    this.dedupeTimeToLive = dedupeTimeToLive;
    this.recastableTimeToLive = recastableTimeToLive;
    this.origin = origin;
    this.recentSize = recentSize;
    this.totalVotes = totalVotes;
    this.recentVotes = recentVotes;
    this.rejectedVotes = rejectedVotes;
  }

  /** Adds the whole topology to an environment, from the source to the sinks. */
  public void addTo(StreamExecutionEnvironment env) {
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            // No stage changes what it was handed, or hands on what it will change.
            .set(PipelineOptions.OBJECT_REUSE, true));

    if (env.getMaxParallelism() <= 0) {
      env.setMaxParallelism(MAX_PARALLELISM);
    }

    SingleOutputStreamOperator<VoteChange> changes =
        named(
            "decode",
            source
                .addTo(env)
                .setBufferTimeout(MAX_IN_BUFFER.toMillis())
                .process(
                    new DecodeVoteChanges(source.decoder(), admission), VoteChangeSerializer.TYPE));

    SingleOutputStreamOperator<VoteChange> admitted =
        named(
            "admit",
            changes
                .getSideOutput(DecodeVoteChanges.UNDECIDED)
                .transform("admit", VoteChangeSerializer.TYPE, new AdmitSides.Factory(admission)));

    SingleOutputStreamOperator<ChoiceChange> choices =
        named(
            "deduplicate",
            changes
                .union(admitted)
                .keyBy(change -> change.identity, ChangeIdentitySerializer.TYPE)
                .process(
                    new DeduplicateChanges(dedupeTimeToLive, recastableTimeToLive),
                    ChoiceChangeSerializer.TYPE));

    SingleOutputStreamOperator<Tally> tallies =
        named(
            "tally",
            choices
                .keyBy(change -> change.choice, ChoiceSerializer.TYPE)
                .transform(
                    "tally", TypeInformation.of(Tally.class), new TallyThrottle(window, origin)));

    SingleOutputStreamOperator<RecentVotes> recent =
        named(
            "newest",
            named(
                    "gather-newest",
                    choices.transform(
                        "gather-newest",
                        TypeInformation.of(ListChanges.class),
                        new GatherNewest.Factory(window, recentSize)))
                .keyBy(ListChanges::list, Types.STRING)
                .window(GlobalWindows.create())
                .trigger(new ThrottleTrigger(window))
                .reduce(new MergeNewest(recentSize), new KeepNewest(recentSize)));

    tallies.sinkTo(totalVotes).uid("total-votes").name("total-votes");
    // One writer only: after a change of parallelism, two could put the states of a list in
    // disorder.
    recent.sinkTo(recentVotes).setParallelism(1).uid("recent-votes").name("recent-votes");
    changes
        .getSideOutput(DecodeVoteChanges.REJECTED)
        .union(admitted.getSideOutput(AdmitSides.REJECTED))
        .sinkTo(rejectedVotes)
        .uid("rejected-votes")
        .name("rejected-votes");
  }

  private static <T> SingleOutputStreamOperator<T> named(
      String name, SingleOutputStreamOperator<T> operator) {
    return operator.uid(name).name(name).setBufferTimeout(MAX_IN_BUFFER.toMillis());
  }
}
