package io.citytally.feed;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.Messages;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.Messages.AggregatedRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.GetRecordsResult;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.HashKeyRange;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Record;
import org.apache.flink.kinesis.shaded.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.proxy.GetShardListResult;
import org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxyInterface;

/**
 * Reads one shard, and sees to it that each aggregate of the Kinesis Producer Library is taken
 * apart as a whole, or not at all.
 *
 * <p>An aggregate is four bytes, a protocol buffer, and its MD5 (awslabs/amazon-kinesis-producer,
 * aggregation-format.md). Where the buffer is none, or the MD5 is wrong, the connector hands the
 * record on as it is, and the decoder rejects it. But where both are right, and an index in it
 * points nowhere, or a hash key is no number, the connector's library (the Kinesis Client Library's
 * {@code UserRecord}) drops the rest of it, and says so through a class that Java has not had since
 * version 11: the error fails the job, at each restart again. And where a hash key lies outside of
 * the shard, all that is in the aggregate disappears without a word.
 *
 * <p>So an aggregate of which something would be lost is handed on with another MD5. It is then no
 * aggregate any more, and comes to the decoder, and among the rejected votes, in one piece.
 */
final class WholeAggregates implements KinesisProxyInterface {

  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int MD5_BYTES = 16;

  private final KinesisProxyInterface kinesis;
  private BigInteger firstHashKey;
  private BigInteger lastHashKey;

  WholeAggregates(KinesisProxyInterface kinesis) {
    this.kinesis = kinesis;
  }

  @Override
  public String getShardIterator(StreamShardHandle shard, String type, Object startingMarker)
      throws InterruptedException {
    HashKeyRange range = shard.getShard().getHashKeyRange();
    firstHashKey = new BigInteger(range.getStartingHashKey());
    lastHashKey = new BigInteger(range.getEndingHashKey());
    return kinesis.getShardIterator(shard, type, startingMarker);
  }

  @Override
  public GetShardListResult getShardList(Map<String, String> lastSeenShardIds)
      throws InterruptedException {
    return kinesis.getShardList(lastSeenShardIds);
  }

  @Override
  public GetRecordsResult getRecords(String iterator, int maxRecords) throws InterruptedException {
    GetRecordsResult result = kinesis.getRecords(iterator, maxRecords);
    for (Record record : result.getRecords()) {
      byte[] data = bytes(record.getData());
      if (isAggregate(data) && !isWhole(data)) {
        data[data.length - 1] ^= 1;
        record.setData(ByteBuffer.wrap(data));
      }
    }
    return result;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static boolean isAggregate(byte[] data) {
    return data.length > MAGIC.length + MD5_BYTES
        && Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        && Arrays.equals(
            md5(message(data)), Arrays.copyOfRange(data, data.length - MD5_BYTES, data.length));
  }

  private static byte[] message(byte[] data) {
    return Arrays.copyOfRange(data, MAGIC.length, data.length - MD5_BYTES);
  }

  private boolean isWhole(byte[] data) {
    try {
      AggregatedRecord aggregate = AggregatedRecord.parseFrom(message(data));
      return aggregate.getRecordsCount() > 0
          && aggregate.getRecordsList().stream().allMatch(record -> isInShard(aggregate, record));
    } catch (InvalidProtocolBufferException e) {
      // The connector finds out, too, and hands it on.
      return true;
    }
  }

  private boolean isInShard(AggregatedRecord aggregate, Messages.Record record) {
    String partitionKey = at(aggregate.getPartitionKeyTableList(), record.getPartitionKeyIndex());
    if (partitionKey == null) {
      return false;
    }
    if (!record.hasExplicitHashKeyIndex()) {
      return isInShard(new BigInteger(1, md5(partitionKey.getBytes(StandardCharsets.UTF_8))));
    }
    String hashKey = at(aggregate.getExplicitHashKeyTableList(), record.getExplicitHashKeyIndex());
    try {
      return hashKey != null && isInShard(new BigInteger(hashKey));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Null if the index points nowhere, also where it is beyond what an int can hold. */
  private static String at(List<String> table, long index) {
    return 0 <= index && index < table.size() ? table.get((int) index) : null;
  }

  private boolean isInShard(BigInteger hashKey) {
    return firstHashKey.compareTo(hashKey) <= 0 && hashKey.compareTo(lastHashKey) <= 0;
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
