package io.citytally.source.kinesis;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.Messages;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.Messages.AggregatedRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.GetRecordsResult;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.HashKeyRange;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Record;
import org.apache.flink.kinesis.shaded.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.proxy.GetShardListResult;
import org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxyInterface;
import org.jspecify.annotations.Nullable;

/**
 * Reads one shard, and loses no record of an aggregate of the Kinesis Producer Library.
 *
 * <p>An aggregate is four bytes, a protocol buffer, and its MD5 (awslabs/amazon-kinesis-producer,
 * aggregation-format.md). If the bytes are no protocol buffer, or the MD5 is wrong, the connector
 * hands the record on as it is, and the decoder rejects it. But if both are right, and an index in
 * the buffer points nowhere, or a hash key is no number, the connector's library (the Kinesis
 * Client Library's {@code UserRecord}) drops the rest of the aggregate, and reports that through a
 * class that Java has not had since version 11. That error fails the job, again at each restart. So
 * this class changes the MD5 of such an aggregate before it hands it on. It is then no aggregate
 * any more, and comes to the decoder, and among the rejected votes, in one piece.
 *
 * <p>A record whose hash key lies outside of the shard is not malformed: its producer had not heard
 * yet of a split or merge. The producer's library then puts that record on the stream again, where
 * it belongs. But the connector's library silently drops the aggregate that holds it, and the other
 * records would be lost. So each such record gets the shard's first hash key, and comes with them.
 * Where it comes again, it is a repetition like any other, for a change is known by what it says
 * and not by where it lies.
 */
final class WholeAggregates implements KinesisProxyInterface {

  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int MD5_BYTES = 16;

  /** The digits of the greatest, 2<sup>128</sup> - 1. To read a longer one may take seconds. */
  private static final int MAX_HASH_KEY_DIGITS = 39;

  /** Kinesis takes 256 characters, of up to two units each. */
  private static final int MAX_PARTITION_KEY_LENGTH = 2 * 256;

  private final KinesisProxyInterface kinesis;
  private @Nullable BigInteger firstHashKey;
  private @Nullable BigInteger lastHashKey;

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
      if (mayBeAggregate(record.getData())) {
        byte[] data = bytes(record.getData());
        if (hasDigest(data)) {
          record.setData(ByteBuffer.wrap(whole(data)));
        }
      }
    }
    return result;
  }

  /** Compares in place: most records are single votes, and copying each costs. */
  private static boolean mayBeAggregate(ByteBuffer data) {
    return data.remaining() > MAGIC.length + MD5_BYTES
        && ByteBuffer.wrap(MAGIC).mismatch(data) == MAGIC.length;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static boolean hasDigest(byte[] data) {
    int end = data.length - MD5_BYTES;
    MessageDigest md5 = md5();
    md5.update(data, MAGIC.length, end - MAGIC.length);
    return Arrays.equals(md5.digest(), 0, MD5_BYTES, data, end, data.length);
  }

  /** The same if nothing of it would get lost. */
  private byte[] whole(byte[] data) {
    AggregatedRecord aggregate;
    try {
      aggregate =
          AggregatedRecord.PARSER.parseFrom(
              data, MAGIC.length, data.length - MAGIC.length - MD5_BYTES);
    } catch (InvalidProtocolBufferException e) {
      // The connector finds out, too, and hands it on.
      return data;
    }
    BigInteger first = Objects.requireNonNull(firstHashKey);
    BigInteger last = Objects.requireNonNull(lastHashKey);
    AggregatedRecord.Builder whole = aggregate.toBuilder();
    int firstHashKeyIndex = aggregate.getExplicitHashKeyTableCount();
    boolean hasStrays = false;
    for (Messages.Record.Builder record : whole.getRecordsBuilderList()) {
      BigInteger hashKey = hashKey(aggregate, record);
      if (hashKey == null) {
        return inOnePiece(data);
      }
      if (first.compareTo(hashKey) > 0 || hashKey.compareTo(last) > 0) {
        record.setExplicitHashKeyIndex(firstHashKeyIndex);
        hasStrays = true;
      }
    }
    if (aggregate.getRecordsCount() == 0) {
      return inOnePiece(data);
    }
    return hasStrays ? bytes(whole.addExplicitHashKeyTable(first.toString())) : data;
  }

  private static byte[] inOnePiece(byte[] data) {
    data[data.length - 1] ^= 1;
    return data;
  }

  private static byte[] bytes(AggregatedRecord.Builder aggregate) {
    byte[] message = aggregate.build().toByteArray();
    return ByteBuffer.allocate(MAGIC.length + message.length + MD5_BYTES)
        .put(MAGIC)
        .put(message)
        .put(md5(message))
        .array();
  }

  /** Null if there is none. */
  private static @Nullable BigInteger hashKey(
      AggregatedRecord aggregate, Messages.RecordOrBuilder record) {
    String partitionKey = at(aggregate.getPartitionKeyTableList(), record.getPartitionKeyIndex());
    if (partitionKey == null || partitionKey.length() > MAX_PARTITION_KEY_LENGTH) {
      return null;
    }
    if (!record.hasExplicitHashKeyIndex()) {
      return new BigInteger(1, md5(partitionKey.getBytes(StandardCharsets.UTF_8)));
    }
    String hashKey = at(aggregate.getExplicitHashKeyTableList(), record.getExplicitHashKeyIndex());
    if (hashKey == null || hashKey.length() > MAX_HASH_KEY_DIGITS) {
      return null;
    }
    try {
      return new BigInteger(hashKey);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Null if the index points nowhere, also where it is beyond what an int can hold. */
  private static @Nullable String at(List<String> table, long index) {
    return 0 <= index && index < table.size() ? table.get((int) index) : null;
  }

  private static byte[] md5(byte[] bytes) {
    return md5().digest(bytes);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
