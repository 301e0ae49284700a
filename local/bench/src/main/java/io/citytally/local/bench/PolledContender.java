package io.citytally.local.bench;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.source.kinesis.KinesisVoteSource;
import io.citytally.source.kinesis.ShardConsumer;
import io.citytally.vote.SourceKind;
import java.net.URI;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job with its Kinesis consumer in front: the connector polls, takes aggregates apart and hands
 * records on, as it does on AWS. It does not end.
 *
 * @param name what it is called in a table
 * @param port where a {@link SyntheticKinesis} answers
 */
record PolledContender(String name, int port) implements Contender {

  /** At which Kinesis lets a shard be polled, and the job's default. */
  static final Duration POLL_INTERVAL = Duration.ofMillis(200);

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    CitytallyContender.pipeline(new Polled(source, port), source).addTo(env);
  }

  private record Polled(SyntheticSource votes, int port) implements VoteSource {

    @Override
    public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
      return consumed().addTo(env).map(new CountSent(votes.courseId()));
    }

    @Override
    public SourceKind kind() {
      return consumed().kind();
    }

    @Override
    public VoteChangeDecoder decoder(long epoch) {
      return consumed().decoder(epoch);
    }

    private VoteSource consumed() {
      return new KinesisVoteSource(
          SyntheticKinesis.STREAM,
          SyntheticVotes.TABLE,
          new ShardConsumer(
              "us-east-1",
              URI.create("http://127.0.0.1:" + port),
              true,
              null,
              POLL_INTERVAL,
              Duration.ofHours(1)),
          MEMORY);
    }
  }

  private static final class CountSent extends RichMapFunction<RawRecord, RawRecord> {

    private static final long serialVersionUID = 1L;

    private final String courseId;

    private transient Measurement course;
    private transient long sent;

    CountSent(String courseId) {
      this.courseId = courseId;
    }

    @Override
    public void open(OpenContext context) {
      course = Measurement.of(courseId);
      sent = 0;
    }

    @Override
    public RawRecord map(RawRecord record) {
      if (sent % SyntheticSource.VOTES_PER_REPORT == 0) {
        course.sent(sent == 0 ? 0 : SyntheticSource.VOTES_PER_REPORT);
      }
      sent++;
      return record;
    }
  }
}
