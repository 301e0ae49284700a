package io.citytally.local.bench;

import io.citytally.CountingSettings;
import io.citytally.CountingSinks;
import io.citytally.VoteCountingPipeline;
import io.citytally.WriteWindows;
import io.citytally.source.Admission;
import io.citytally.source.VoteSource;
import io.citytally.vote.Tally;
import io.citytally.vote.TotalsReader;
import java.time.Duration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** The job itself. */
final class CitytallyContender implements Contender {

  static final int RECENT = 20;

  static final Duration TURNOUT_WINDOW = Duration.ofSeconds(10);
  static final Duration HISTORY_WINDOW = Duration.ofMinutes(1);
  static final WriteWindows WINDOWS = new WriteWindows(WINDOW, TURNOUT_WINDOW, HISTORY_WINDOW);

  @Override
  public String name() {
    return "Citytally";
  }

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    pipeline(source, source).addTo(env);
  }

  /**
   * @param source where the records come from
   * @param votes what they are
   */
  static VoteCountingPipeline pipeline(VoteSource source, SyntheticSource votes) {
    return new VoteCountingPipeline(
        source,
        Admission.ofAtMost(votes.votes().choices(), TotalsReader.NONE),
        new CountingSettings(1, WINDOWS, MEMORY, MEMORY, RECENT),
        new CountingSinks(
            tallies(votes),
            new DiscardingSink<>(),
            new DiscardingSink<>(),
            new DiscardingSink<>(),
            new DiscardingSink<>()));
  }

  static CountingSink<Tally> tallies(SyntheticSource source) {
    return new CountingSink<>(source.courseId(), tally -> tally.key, Tally::votes);
  }
}
