package io.citytally.local.cloud;

import io.citytally.local.lifecycle.Retry;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Writes changes to a Kinesis stream, in batches, as Kinesis Data Streams for DynamoDB would, or
 * aggregated as the Kinesis Producer Library does. Each accepted change is delivered at least once;
 * with {@link Faults} some are delivered twice, and out of order.
 *
 * <p>Methods may be called from any thread; a put waits while the stream is full.
 */
public final class VoteStream implements AutoCloseable {

  /** What one PutRecords takes (Amazon Kinesis Data Streams API Reference, PutRecords). */
  private static final int MAX_BATCH_RECORDS = 500;

  private static final int MAX_BATCH_BYTES = 5 * 1024 * 1024;

  /** The size at which the Kinesis Producer Library, too, closes an aggregate. */
  private static final int MAX_AGGREGATE_BYTES = 50 * 1024;

  /** Aggregates are filled side by side, each for an equal part of the hash keys, 2^123 wide. */
  private static final int LANES = 32;

  private static final int LANE_BITS = 123;

  /** How changes reach the stream. */
  public enum Packing {
    /** One record for each change, as the real service. */
    SINGLE,
    /** Many changes in a record: the faster path. */
    AGGREGATED
  }

  /**
   * What goes wrong on purpose.
   *
   * @param duplicates the fraction of changes that is delivered twice, from 0 to 1
   * @param shuffle how far changes come out of order, in changes
   * @param seed of the chance in it; the same one gives the same faults
   */
  public record Faults(double duplicates, int shuffle, long seed) {

    public static final Faults NONE = new Faults(0, 0, 0);
  }

  /**
   * A record that says that a shard was read up to it.
   *
   * @param sequenceNumber of the record in the shard
   * @param payload what it says
   */
  public record Marker(String shard, String sequenceNumber, String payload) {}

  private final KinesisClient kinesis;
  private final Optional<TableStreaming> tables;
  private final String stream;
  private final Packing packing;
  private final DeliveryOrder order;
  private final List<PutRecordsRequestEntry> batch = new ArrayList<>();
  private final KinesisAggregate[] aggregates = new KinesisAggregate[LANES];
  private int batchBytes;
  private long changes;
  private long delivered;

  /**
   * A stream that nobody else puts to.
   *
   * @param kinesis stays the caller's to close
   */
  public VoteStream(KinesisClient kinesis, String stream, Packing packing, Faults faults) {
    this(kinesis, Optional.empty(), stream, packing, faults);
  }

  /**
   * @param kinesis stays the caller's to close
   * @param tables whose changes go to the stream as well
   */
  VoteStream(
      KinesisClient kinesis,
      Optional<TableStreaming> tables,
      String stream,
      Packing packing,
      Faults faults) {
    this.kinesis = kinesis;
    this.tables = tables;
    this.stream = stream;
    this.packing = packing;
    this.order =
        new DeliveryOrder(faults.duplicates(), faults.shuffle(), new Random(faults.seed()));
    IntStream.range(0, LANES).forEach(this::openAggregate);
  }

  /**
   * Takes a change. It is in the stream after {@link #flush}, perhaps before.
   *
   * @throws RuntimeException if the stream is out of reach for half a minute
   */
  public synchronized void put(ChangeRecord change) {
    changes++;
    order.accept(change, this::deliver);
  }

  /** Puts what is due; changes that faults hold back stay so. */
  public synchronized void send() {
    for (int lane = 0; lane < LANES; lane++) {
      closeAggregate(lane);
    }
    sendBatch();
  }

  /** Puts all that was taken, with what faults held back. */
  public synchronized void flush() {
    order.drain(this::deliver);
    send();
  }

  /**
   * Puts all that was taken, and after it, as the last record of every open shard, one that can't
   * be counted: {@code {"drained":"ID"}}. The job rejects it; once each of them stands in the table
   * of rejected votes, all before has been read.
   */
  public synchronized List<Marker> putMarkers(String id) {
    flush();
    return mark(openShards(), id);
  }

  /** Puts a marker at the end of each of these open shards. */
  synchronized List<Marker> mark(List<Shard> shards, String id) {
    String payload = "{\"drained\":\"" + id + "\"}";
    List<PutRecordsRequestEntry> entries =
        shards.stream()
            .map(
                shard ->
                    PutRecordsRequestEntry.builder()
                        .partitionKey(id)
                        .explicitHashKey(shard.hashKeyRange().startingHashKey())
                        .data(SdkBytes.fromUtf8String(payload))
                        .build())
            .toList();
    return putAll(entries).stream()
        .map(result -> new Marker(result.shardId(), result.sequenceNumber(), payload))
        .toList();
  }

  /** Does something while nothing is put; what is due has been put before. */
  synchronized <T> T whilePaused(Supplier<T> action) {
    send();
    return tables.isPresent() ? tables.get().whilePaused(action) : action.get();
  }

  /** The shards that still take records. */
  public List<Shard> openShards() {
    return Retry.with(() -> kinesis.listShards(request -> request.streamName(stream)))
        .shards()
        .stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .toList();
  }

  public String name() {
    return stream;
  }

  /** The changes that were taken. */
  public synchronized long changes() {
    return changes;
  }

  /** The second deliveries among all that were or, at the next {@link #flush}, will be put. */
  public synchronized long duplicates() {
    return order.copies();
  }

  /** All deliveries that were put, duplicates with them. */
  public synchronized long delivered() {
    return delivered;
  }

  /** Puts all that was taken. */
  @Override
  public void close() {
    flush();
  }

  private void deliver(ChangeRecord change) {
    String partitionKey = change.partitionKey();
    byte[] data = change.toJson();
    if (packing == Packing.SINGLE) {
      enqueue(
          PutRecordsRequestEntry.builder()
              .partitionKey(partitionKey)
              .data(SdkBytes.fromByteArrayUnsafe(data))
              .build());
    } else {
      int lane = laneOf(partitionKey);
      aggregates[lane].add(partitionKey, data);
      if (aggregates[lane].sizeBytes() >= MAX_AGGREGATE_BYTES) {
        closeAggregate(lane);
      }
    }
    delivered++;
  }

  /** Kinesis chooses by the MD5 of the partition key; its first five bits are the lane. */
  private static int laneOf(String partitionKey) {
    byte[] hash = KinesisAggregate.md5(partitionKey.getBytes(StandardCharsets.UTF_8));
    return (hash[0] & 0xFF) >> 3;
  }

  private void openAggregate(int lane) {
    aggregates[lane] =
        new KinesisAggregate(BigInteger.valueOf(lane).shiftLeft(LANE_BITS).toString());
  }

  private void closeAggregate(int lane) {
    KinesisAggregate aggregate = aggregates[lane];
    if (!aggregate.isEmpty()) {
      openAggregate(lane);
      enqueue(
          PutRecordsRequestEntry.builder()
              .partitionKey("aggregate")
              .explicitHashKey(aggregate.hashKey())
              .data(SdkBytes.fromByteArrayUnsafe(aggregate.toBytes()))
              .build());
    }
  }

  private void enqueue(PutRecordsRequestEntry entry) {
    int entryBytes = entry.data().asByteArrayUnsafe().length + entry.partitionKey().length();
    if (batch.size() == MAX_BATCH_RECORDS || batchBytes + entryBytes > MAX_BATCH_BYTES) {
      sendBatch();
    }
    batch.add(entry);
    batchBytes += entryBytes;
  }

  private void sendBatch() {
    if (!batch.isEmpty()) {
      putAll(batch);
      batch.clear();
      batchBytes = 0;
    }
  }

  /**
   * Puts these records, and those that fail once more until all are in. Returns the last result of
   * each.
   */
  private List<PutRecordsResultEntry> putAll(List<PutRecordsRequestEntry> entries) {
    List<PutRecordsRequestEntry> left = new ArrayList<>(entries);
    List<PutRecordsResultEntry> stored = new ArrayList<>();
    while (true) {
      List<PutRecordsRequestEntry> request = left;
      List<PutRecordsResultEntry> results =
          Retry.with(() -> kinesis.putRecords(put -> put.streamName(stream).records(request)))
              .records();
      left = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).errorCode() == null) {
          stored.add(results.get(i));
        } else {
          left.add(request.get(i));
        }
      }
      if (left.isEmpty()) {
        return stored;
      }
      Retry.pause(100);
    }
  }
}
