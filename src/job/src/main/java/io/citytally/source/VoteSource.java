package io.citytally.source;

import io.citytally.vote.SourceKind;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A stream of votes, and what its records mean. */
public interface VoteSource {

  /** The uid and the name of the source. */
  String UID = "feed";

  /** Adds the source to the job, under {@link #UID}. It delivers each record at least once. */
  SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env);

  /** Which kind of stream it reads. A job can't go on from a snapshot of another kind. */
  SourceKind kind();

  /** What understands this source's records, in a job of this epoch. */
  VoteChangeDecoder decoder(long epoch);
}
