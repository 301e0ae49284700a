package io.citytally;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.vote.SourceKind;
import java.util.List;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Delivers records that are known from the start, and ends. */
record RecordedSource(List<RawRecord> records) implements VoteSource {

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    return env.fromData(RawRecord.class, records.toArray(RawRecord[]::new)).uid(UID).name(UID);
  }

  @Override
  public SourceKind kind() {
    return SourceKind.KINESIS;
  }

  @Override
  public VoteChangeDecoder decoder(long epoch) {
    return VoteChangeDecoder.forKinesis("votes", epoch);
  }
}
