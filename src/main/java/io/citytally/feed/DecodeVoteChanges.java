package io.citytally.feed;

import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteChange;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes each record to a change of a vote. What can't be counted leaves through {@link
 * #REJECTED}, with its reason.
 *
 * <p>Counts {@code votesRejected}, and {@code votesUnchanged}: items that were written with the
 * same choice as before.
 */
public final class DecodeVoteChanges extends ProcessFunction<RawRecord, VoteChange> {

  private static final long serialVersionUID = 1L;

  public static final OutputTag<RejectedVote> REJECTED =
      new OutputTag<>("rejected", Types.POJO(RejectedVote.class));

  private final VoteChangeDecoder decoder;

  private transient Counter votesRejected;
  private transient Counter votesUnchanged;

  public DecodeVoteChanges(VoteChangeDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("kinesisanalytics");
    votesRejected = metrics.counter("votesRejected");
    votesUnchanged = metrics.counter("votesUnchanged");
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<VoteChange> out) {
    DecodedRecord decoded = decoder.decode(raw);
    if (decoded.change() != null) {
      out.collect(decoded.change());
    }
    if (decoded.rejection() != null) {
      votesRejected.inc();
      context.output(REJECTED, rejected(raw, decoded.rejection()));
    }
    if (decoded.isUnchanged()) {
      votesUnchanged.inc();
    }
  }

  private static RejectedVote rejected(RawRecord raw, String reason) {
    return new RejectedVote(
        raw.shard,
        // The records of one KPL aggregate share their sequence number: the hash keeps them apart.
        raw.sequenceNumber + "-" + shortHash(raw.payload),
        reason,
        PayloadExcerpt.of(raw.payload),
        raw.arrivedAtMillis);
  }

  private static String shortHash(byte[] payload) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(payload);
      return String.format("%016x", ByteBuffer.wrap(hash).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
