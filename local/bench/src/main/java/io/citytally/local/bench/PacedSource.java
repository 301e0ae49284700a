package io.citytally.local.bench;

import io.citytally.source.RawRecord;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Delivers synthetic votes at a steady pace, the same records again after a restart, and ends.
 *
 * @param first the number of the first vote
 * @param count of votes
 */
record PacedSource(SyntheticVotes votes, long first, long count, int votesPerSecond)
    implements SourceOfSyntheticVotes {

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    SyntheticVotes all = votes;
    long from = first;
    long beginMillis = System.currentTimeMillis();
    return env.fromSource(
            new DataGeneratorSource<>(
                index -> record(all, from + index, beginMillis),
                count,
                RateLimiterStrategy.perSecond(votesPerSecond),
                TypeInformation.of(RawRecord.class)),
            WatermarkStrategy.noWatermarks(),
            UID)
        .uid(UID);
  }

  private static RawRecord record(SyntheticVotes votes, long number, long beginMillis) {
    byte[] payload = votes.record(number, TimeUnit.MILLISECONDS.toMicros(beginMillis) + number);
    return new RawRecord(payload, "shard-0", Long.toString(number), beginMillis);
  }
}
