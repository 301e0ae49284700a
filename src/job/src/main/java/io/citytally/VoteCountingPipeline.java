package io.citytally;

import io.citytally.count.ChoiceChange;
import io.citytally.count.ChoiceChangeSerializer;
import io.citytally.count.ChoiceSerializer;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.GatherHistory;
import io.citytally.count.GatherNewest;
import io.citytally.count.GatherTallies;
import io.citytally.count.KeepNewest;
import io.citytally.count.KeyIncrement;
import io.citytally.count.KeyIncrementSerializer;
import io.citytally.count.ListChanges;
import io.citytally.count.MemoryKey;
import io.citytally.count.MemoryKeySerializer;
import io.citytally.count.MergeNewest;
import io.citytally.count.Origin;
import io.citytally.count.TallyThrottle;
import io.citytally.count.TallyVotes;
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
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;

/**
 * The topology, the same on AWS, on a laptop and in tests: the source and the sinks are handed in.
 *
 * <pre>
 *   source ─ decode ─┬──(identity)── deduplicate ─┬─ gather-tallies ──(choice)── tally ─┬─ total-votes
 *             │  │   │                            │                                     └─ turnout
 *             │ admit┘                            ├─ gather-newest ──(list)── newest ── recent-votes
 *             │  │                                └─ gather-history ──(bucket)── history ── vote-history
 *             └──┴─ rejected-votes
 * </pre>
 *
 * <p>{@code admit} takes only the sides of changes whose choice {@code decode} does not know. The
 * turnout of a region is a tally of one more key, without an improvement; a bucket of the vote
 * history is a tally of one more, too. When a job with a history first starts from a snapshot
 * without one, {@code tally} sends to the history what it had counted before.
 *
 * <p>What is gathered is summed up in the task that deduplicates, and sent ahead of each barrier,
 * so few records are shuffled and no state is needed for them.
 *
 * <p>A name in brackets is a key by which the stream is shuffled. The {@code uid} of each operator
 * is its name. A snapshot finds an operator's state by the uid, so a name never changes. The source
 * has the uid {@code feed}.
 */
public final class VoteCountingPipeline {

  /**
   * How long a record waits in a quiet shuffle so that others are sent with it, and how long
   * changes are summed up before a shuffle. Flink's default of 100 ms, spent twice on the way,
   * would be most of the time from the stream to the table.
   *
   * <p>Set for each operator and not in the environment's configuration: Managed Flink 2.2 and
   * later fail a job whose code sets {@code execution.buffer-timeout.interval}.
   */
  public static final Duration MAX_IN_BUFFER = Duration.ofMillis(5);

  /**
   * The upper bound of an operator's parallelism. Flink divides the state into as many key groups;
   * a snapshot can't be restored with another number.
   */
  public static final int MAX_PARALLELISM = MemoryKey.GROUPS;

  private final VoteSource source;
  private final Admission admission;
  private final CountingSettings settings;
  private final CountingSinks sinks;

  /**
   * @param source where records come from
   * @param admission which choices count
   */
  public VoteCountingPipeline(
      VoteSource source, Admission admission, CountingSettings settings, CountingSinks sinks) {
    this.source = source;
    this.admission = admission;
    this.settings = settings;
    this.sinks = sinks;
  }

  /** Adds the whole topology to an environment, from the source to the sinks. */
  public void addTo(StreamExecutionEnvironment env) {
    configure(env);

    SingleOutputStreamOperator<VoteChange> decoded = decode(env);
    SingleOutputStreamOperator<VoteChange> admitted = admit(decoded);
    SingleOutputStreamOperator<ChoiceChange> changes = deduplicate(decoded.union(admitted));
    SingleOutputStreamOperator<Tally> tallies = tally(changes);

    write("total-votes", tallies.sinkTo(sinks.totalVotes));
    write("turnout", tallies.getSideOutput(TallyThrottle.TURNOUT).sinkTo(sinks.turnout));
    write("vote-history", history(changes, tallies).sinkTo(sinks.voteHistory));
    // One writer only: after a change of parallelism, two could put the states of a list in
    // disorder.
    write("recent-votes", newest(changes).sinkTo(sinks.recentVotes).setParallelism(1));
    write("rejected-votes", rejected(decoded, admitted).sinkTo(sinks.rejectedVotes));
  }

  private static void configure(StreamExecutionEnvironment env) {
    env.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            // No stage changes what it was handed, or hands on what it will change.
            .set(PipelineOptions.OBJECT_REUSE, true));
    if (env.getMaxParallelism() <= 0) {
      env.setMaxParallelism(MAX_PARALLELISM);
    }
  }

  private SingleOutputStreamOperator<VoteChange> decode(StreamExecutionEnvironment env) {
    return named(
        "decode",
        source
            .addTo(env)
            .setBufferTimeout(MAX_IN_BUFFER.toMillis())
            .process(
                new DecodeVoteChanges(source.decoder(settings.epoch()), admission),
                VoteChangeSerializer.TYPE));
  }

  private SingleOutputStreamOperator<VoteChange> admit(
      SingleOutputStreamOperator<VoteChange> decoded) {
    return named(
        "admit",
        decoded
            .getSideOutput(DecodeVoteChanges.UNDECIDED)
            .transform("admit", VoteChangeSerializer.TYPE, new AdmitSides.Factory(admission)));
  }

  private SingleOutputStreamOperator<ChoiceChange> deduplicate(DataStream<VoteChange> changes) {
    return named(
        "deduplicate",
        changes
            .keyBy(change -> MemoryKey.of(change.identity), MemoryKeySerializer.TYPE)
            .transform(
                "deduplicate",
                ChoiceChangeSerializer.TYPE,
                new DeduplicateChanges(settings.dedupeTtl(), settings.recastableTtl())));
  }

  private SingleOutputStreamOperator<Tally> tally(
      SingleOutputStreamOperator<ChoiceChange> changes) {
    return named(
        "tally",
        named(
                "gather-tallies",
                changes.transform(
                    "gather-tallies",
                    KeyIncrementSerializer.TYPE,
                    new GatherTallies.Factory(MAX_IN_BUFFER)))
            .keyBy(KeyIncrement::key, ChoiceSerializer.TYPE)
            .transform(
                "tally",
                TypeInformation.of(Tally.class),
                new TallyVotes(
                    settings.windows().totals(), settings.windows().turnout(), origin())));
  }

  private SingleOutputStreamOperator<Tally> history(
      SingleOutputStreamOperator<ChoiceChange> changes, SingleOutputStreamOperator<Tally> tallies) {
    return named(
        "history",
        named(
                "gather-history",
                changes.transform(
                    "gather-history",
                    KeyIncrementSerializer.TYPE,
                    new GatherHistory.Factory(settings.windows().totals())))
            .union(tallies.getSideOutput(TallyVotes.BEFORE_HISTORY))
            .keyBy(KeyIncrement::key, ChoiceSerializer.TYPE)
            .transform(
                "history",
                TypeInformation.of(Tally.class),
                new TallyThrottle(settings.windows().history(), origin())));
  }

  private Origin origin() {
    return new Origin(settings.epoch(), source.kind().toString());
  }

  private SingleOutputStreamOperator<RecentVotes> newest(
      SingleOutputStreamOperator<ChoiceChange> changes) {
    int size = settings.recentSize();
    return named(
        "newest",
        named(
                "gather-newest",
                changes.transform(
                    "gather-newest",
                    TypeInformation.of(ListChanges.class),
                    new GatherNewest.Factory(settings.windows().totals(), size)))
            .keyBy(ListChanges::list, Types.STRING)
            .window(GlobalWindows.create())
            .trigger(new ThrottleTrigger(settings.windows().totals()))
            .reduce(new MergeNewest(size), new KeepNewest(size)));
  }

  private static DataStream<RejectedVote> rejected(
      SingleOutputStreamOperator<VoteChange> decoded,
      SingleOutputStreamOperator<VoteChange> admitted) {
    return decoded
        .getSideOutput(DecodeVoteChanges.REJECTED)
        .union(admitted.getSideOutput(AdmitSides.REJECTED));
  }

  private static void write(String name, DataStreamSink<?> sink) {
    sink.uid(name).name(name);
  }

  private static <T> SingleOutputStreamOperator<T> named(
      String name, SingleOutputStreamOperator<T> operator) {
    return operator.uid(name).name(name).setBufferTimeout(MAX_IN_BUFFER.toMillis());
  }
}
