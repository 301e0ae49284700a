package io.citytally.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.Messages.AggregatedRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.UserRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.GetRecordsResult;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.HashKeyRange;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Record;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Shard;
import org.apache.flink.kinesis.shaded.com.google.protobuf.ByteString;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.proxy.GetShardListResult;
import org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxyInterface;
import org.junit.jupiter.api.Test;

/** What the connector's library makes of records that went through {@link WholeAggregates}. */
class WholeAggregatesTest {

  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final BigInteger FIRST = BigInteger.valueOf(1_000);
  private static final BigInteger LAST = BigInteger.valueOf(2_000);

  @Test
  void anAggregateInOrderIsTakenApart() throws Exception {
    AggregatedRecord aggregate = aggregate("1000", "2000").build();

    assertThat(taken(bytes(aggregate))).containsExactly("vote 0", "vote 1");
  }

  @Test
  void aRecordThatIsNoAggregateStaysAsItIs() throws Exception {
    assertThat(taken("{}".getBytes(StandardCharsets.UTF_8))).containsExactly("{}");
    assertComesAsOne(MAGIC);
    assertComesAsOne(aggregate(new byte[] {-1, -1, -1}));
  }

  @Test
  void anAggregateWithAWrongDigestComesAsOne() throws Exception {
    byte[] bytes = bytes(aggregate("1000").build());
    bytes[bytes.length - 1] ^= 1;

    assertComesAsOne(bytes);
  }

  /** By the very bit by which that of a broken aggregate is made wrong. */
  @Test
  void aBrokenAggregateWithAWrongDigestIsNotGivenTheRightOne() throws Exception {
    byte[] bytes = bytes(aggregate("many").build());
    bytes[bytes.length - 1] ^= 1;

    assertComesAsOne(bytes);
  }

  @Test
  void anAggregateWithoutARecordComesAsOne() throws Exception {
    assertComesAsOne(bytes(AggregatedRecord.newBuilder().addPartitionKeyTable("key").build()));
  }

  @Test
  void anAggregateOfWhichOneKeyIsMissingComesAsOne() throws Exception {
    for (long index : new long[] {7, -1, 1L << 32}) {
      AggregatedRecord.Builder noPartitionKey = aggregate("1000", "1001");
      noPartitionKey.getRecordsBuilder(1).setPartitionKeyIndex(index);
      assertComesAsOne(bytes(noPartitionKey.build()));

      AggregatedRecord.Builder noHashKey = aggregate("1000", "1001");
      noHashKey.getRecordsBuilder(1).setExplicitHashKeyIndex(index);
      assertComesAsOne(bytes(noHashKey.build()));
    }
  }

  @Test
  void anAggregateOfWhichOneHashKeyIsNoNumberComesAsOne() throws Exception {
    assertComesAsOne(bytes(aggregate("1000", "many").build()));
  }

  /** To read a number of so many digits takes as long as their square. */
  @Test
  void anAggregateWithAKeyThatIsTooLongComesAsOneWithoutReadingIt() throws Exception {
    AggregatedRecord.Builder longHashKey = aggregate("9".repeat(200_000));
    for (int i = 0; i < 5_000; i++) {
      longHashKey.addRecords(longHashKey.getRecords(0));
    }
    assertComesAsOne(bytes(longHashKey.build()));
    assertComesAsOne(bytes(aggregate("0".repeat(36) + "1000").build()));

    AggregatedRecord.Builder longPartitionKey =
        aggregate("1000").addPartitionKeyTable("k".repeat(513));
    longPartitionKey.getRecordsBuilder(0).setPartitionKeyIndex(1);
    assertComesAsOne(bytes(longPartitionKey.build()));
  }

  /** Its producer has not heard of a split yet. */
  @Test
  void recordsOfAnotherShardComeWithTheOthersAndInTheirOrder() throws Exception {
    assertThat(taken(bytes(aggregate("1000", "999", "1500", "2001", "2000").build())))
        .containsExactly("vote 0", "vote 1", "vote 2", "vote 3", "vote 4");
    assertThat(taken(bytes(aggregate("0").build()))).containsExactly("vote 0");
  }

  @Test
  void withoutAHashKeyThatOfThePartitionKeyCounts() throws Exception {
    AggregatedRecord.Builder aggregate = aggregate("1000", "1001");
    aggregate.getRecordsBuilder(0).clearExplicitHashKeyIndex();

    // This shard has a thousand of some 2^128 hash keys.
    assertThat(taken(bytes(aggregate.build()))).containsExactly("vote 0", "vote 1");
  }

  @Test
  void anAggregateOfWhichOneRecordIsBrokenComesAsOneWhateverElseIsInIt() throws Exception {
    assertComesAsOne(bytes(aggregate("999", "many").build()));
  }

  /** The record's own: what the library finds there, and the decoder does not see. */
  @Test
  void aRecordOfAnotherShardKeepsItsPartitionKey() throws Exception {
    AggregatedRecord.Builder aggregate = aggregate("1000", "999").addPartitionKeyTable("another");
    aggregate.getRecordsBuilder(1).setPartitionKeyIndex(1);

    assertThat(records(bytes(aggregate.build())))
        .extracting(Record::getPartitionKey)
        .containsExactly("key", "another");
  }

  @Test
  void anAggregateIsFoundWhereverItLiesInABuffer() throws Exception {
    byte[] broken = bytes(AggregatedRecord.newBuilder().addPartitionKeyTable("key").build());
    ByteBuffer wider = ByteBuffer.allocate(broken.length + 12).position(7).put(broken).flip();
    wider.position(7);

    for (ByteBuffer data : List.of(wider, wider.slice(), wider.asReadOnlyBuffer())) {
      ByteBuffer whole = read(data).get(0).getData();

      assertThat(whole.remaining()).isEqualTo(broken.length);
      assertThat(whole.get(whole.limit() - 1)).isNotEqualTo(broken[broken.length - 1]);
      assertThat(data.remaining()).as("what the caller's buffer holds").isEqualTo(broken.length);
    }
  }

  @Test
  void aRecordThatIsNoAggregateIsNotCopied() throws Exception {
    int size = 8 << 20;
    ByteBuffer data = ByteBuffer.allocate(size);
    var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    read(data);

    long before = thread.getCurrentThreadAllocatedBytes();
    read(data);
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).isLessThan(size);
  }

  /** In one piece, so that nothing of it is lost; only its digest, at the end, may be another. */
  private static void assertComesAsOne(byte[] data) throws Exception {
    List<String> taken = taken(data);

    assertThat(taken).hasSize(1);
    byte[] bytes = taken.get(0).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Arrays.copyOf(bytes, bytes.length - 1))
        .isEqualTo(Arrays.copyOf(data, data.length - 1));
  }

  private static List<String> taken(byte[] data) throws Exception {
    return records(data).stream()
        .map(record -> StandardCharsets.ISO_8859_1.decode(record.getData()).toString())
        .toList();
  }

  private static List<UserRecord> records(byte[] data) throws Exception {
    return UserRecord.deaggregate(read(ByteBuffer.wrap(data)), FIRST, LAST);
  }

  private static List<Record> read(ByteBuffer data) throws Exception {
    WholeAggregates kinesis = new WholeAggregates(new OneRecord(data));
    kinesis.getShardIterator(
        new StreamShardHandle(
            "votes",
            new Shard()
                .withShardId("shard")
                .withHashKeyRange(
                    new HashKeyRange()
                        .withStartingHashKey(FIRST.toString())
                        .withEndingHashKey(LAST.toString()))),
        "TRIM_HORIZON",
        null);
    return kinesis.getRecords("", 10).getRecords();
  }

  private static AggregatedRecord.Builder aggregate(String... hashKeys) {
    AggregatedRecord.Builder aggregate = AggregatedRecord.newBuilder().addPartitionKeyTable("key");
    for (int i = 0; i < hashKeys.length; i++) {
      aggregate.addExplicitHashKeyTable(hashKeys[i]);
      aggregate
          .addRecordsBuilder()
          .setPartitionKeyIndex(0)
          .setExplicitHashKeyIndex(i)
          .setData(ByteString.copyFromUtf8("vote " + i));
    }
    return aggregate;
  }

  private static byte[] bytes(AggregatedRecord aggregate) throws Exception {
    return aggregate(aggregate.toByteArray());
  }

  private static byte[] aggregate(byte[] message) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(MAGIC);
    bytes.writeBytes(message);
    bytes.writeBytes(MessageDigest.getInstance("MD5").digest(message));
    return bytes.toByteArray();
  }

  private record OneRecord(ByteBuffer data) implements KinesisProxyInterface {

    @Override
    public String getShardIterator(StreamShardHandle shard, String type, Object startingMarker) {
      return "";
    }

    @Override
    public GetRecordsResult getRecords(String iterator, int maxRecords) {
      return new GetRecordsResult()
          .withRecords(
              new Record()
                  .withData(data)
                  .withPartitionKey("key")
                  .withSequenceNumber("1")
                  .withApproximateArrivalTimestamp(new Date(0)));
    }

    @Override
    public GetShardListResult getShardList(Map<String, String> lastSeenShardIds) {
      throw new UnsupportedOperationException();
    }
  }
}
