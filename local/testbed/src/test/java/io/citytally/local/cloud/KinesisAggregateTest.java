package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.UserRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Record;
import org.junit.jupiter.api.Test;

class KinesisAggregateTest {

  private static final String LAST_HASH_KEY =
      BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE).toString();

  @Property(tries = 200)
  void isReadAsTheRecordsThatWerePutIn(@ForAll @Size(min = 1, max = 50) List<byte[]> payloads) {
    KinesisAggregate aggregate = new KinesisAggregate("0");
    for (int i = 0; i < payloads.size(); i++) {
      aggregate.add("key" + i % 7, payloads.get(i));
    }

    List<UserRecord> read = deaggregate(aggregate, "0", LAST_HASH_KEY);

    assertThat(read).hasSameSizeAs(payloads).hasSize(aggregate.count());
    for (int i = 0; i < payloads.size(); i++) {
      assertThat(read.get(i).getData().array()).isEqualTo(payloads.get(i));
      assertThat(read.get(i).getPartitionKey()).isEqualTo("key" + i % 7);
      assertThat(read.get(i).getSubSequenceNumber()).isEqualTo(i);
    }
  }

  @Test
  void holdsRecordsLongerThanOneByteCanTell() {
    KinesisAggregate aggregate = new KinesisAggregate("0");
    byte[] payload = "x".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    aggregate.add("key", payload);

    assertThat(deaggregate(aggregate, "0", LAST_HASH_KEY))
        .singleElement()
        .satisfies(record -> assertThat(record.getData().array()).isEqualTo(payload));
  }

  @Test
  void knowsAboutHowLongItIs() {
    KinesisAggregate aggregate = new KinesisAggregate("0");
    for (int i = 0; i < 100; i++) {
      aggregate.add("key" + i, new byte[300]);
    }

    assertThat(aggregate.toBytes().length)
        .isBetween(aggregate.sizeBytes(), aggregate.sizeBytes() + 100);
  }

  /** A consumer drops what does not hash into the shard that it was read from. */
  @Test
  void keepsAllItsRecordsInTheShardOfItsOwnHashKey() {
    KinesisAggregate aggregate = new KinesisAggregate("1000");
    for (int i = 0; i < 100; i++) {
      aggregate.add("key" + i, new byte[] {1});
    }

    assertThat(deaggregate(aggregate, "1000", "1000")).hasSize(100);
    assertThat(deaggregate(aggregate, "1001", LAST_HASH_KEY)).isEmpty();
  }

  private static List<UserRecord> deaggregate(
      KinesisAggregate aggregate, String firstHashKey, String lastHashKey) {
    Record record =
        new Record()
            .withPartitionKey("aggregate")
            .withSequenceNumber("1")
            .withData(ByteBuffer.wrap(aggregate.toBytes()));
    return UserRecord.deaggregate(
        List.of(record), new BigInteger(firstHashKey), new BigInteger(lastHashKey));
  }
}
