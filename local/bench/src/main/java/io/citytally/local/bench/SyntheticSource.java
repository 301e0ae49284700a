package io.citytally.local.bench;

import io.citytally.source.RawRecord;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Delivers synthetic votes from memory, as fast as they are taken, and ends.
 *
 * @param count of votes
 * @param courseId of the {@link Measurement} that is told
 */
record SyntheticSource(SyntheticVotes votes, long count, String courseId)
    implements SourceOfSyntheticVotes {

  /** How many votes a source sends between two reports to the {@link Measurement}. */
  static final int VOTES_PER_REPORT = 1_000;

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    return env.fromSequence(0, count - 1).uid(UID).name(UID).map(new Write(votes, courseId));
  }

  private static final class Write extends RichMapFunction<Long, RawRecord> {

    private static final long serialVersionUID = 1L;

    private final SyntheticVotes votes;
    private final String courseId;

    private transient Measurement course;
    private transient String shard;
    private transient long beginMillis;
    private transient long sent;

    Write(SyntheticVotes votes, String courseId) {
      this.votes = votes;
      this.courseId = courseId;
    }

    @Override
    public void open(OpenContext context) {
      course = Measurement.of(courseId);
      shard = "shard-" + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      // A little ahead: a choice's first second is another case, and over in the real job at once.
      beginMillis = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(5);
      sent = 0;
    }

    @Override
    public RawRecord map(Long number) {
      if (sent % VOTES_PER_REPORT == 0) {
        course.sent(sent == 0 ? 0 : VOTES_PER_REPORT);
      }
      sent++;
      byte[] record = votes.record(number, TimeUnit.MILLISECONDS.toMicros(beginMillis) + 10 * sent);
      return new RawRecord(record, shard, "49590338271490256608559692538361571095921", beginMillis);
    }
  }
}
