package io.citytally;

import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.vote.SourceKind;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** Delivers records that are known from the start, and goes on without any until it is stopped. */
final class EndlessSource implements VoteSource {

  /** A job works on a copy of the source: the two find each other here. */
  private static final Map<String, Sending> SENDING = new ConcurrentHashMap<>();

  private static final long PAUSE_NANOS = 1_000_000;

  private final String id = UUID.randomUUID().toString();

  EndlessSource(List<RawRecord> records) {
    SENDING.put(id, new Sending(List.copyOf(records), new CountDownLatch(1)));
  }

  /** A snapshot that begins after this holds every record. */
  void awaitAllSent() throws InterruptedException {
    SENDING.get(id).all().await();
  }

  @Override
  public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
    return env.fromSource(
            new NumberSequenceSource(0, Long.MAX_VALUE - 1),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .setParallelism(1)
        .uid("numbers")
        .flatMap(new Send(id))
        .returns(TypeInformation.of(RawRecord.class))
        .setParallelism(1)
        .uid(UID)
        .name(UID);
  }

  @Override
  public SourceKind kind() {
    return SourceKind.KINESIS;
  }

  @Override
  public VoteChangeDecoder decoder(long epoch) {
    return VoteChangeDecoder.forKinesis("votes", epoch);
  }

  private record Sending(List<RawRecord> records, CountDownLatch all) {}

  private record Send(String id) implements FlatMapFunction<Long, RawRecord> {

    @Override
    public void flatMap(Long number, Collector<RawRecord> out) {
      Sending sending = SENDING.get(id);
      if (number < sending.records.size()) {
        out.collect(sending.records.get(number.intValue()));
      } else {
        sending.all.countDown();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
