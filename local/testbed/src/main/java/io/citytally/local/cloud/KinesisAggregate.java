package io.citytally.local.cloud;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Many records in one record of Kinesis, in the Kinesis Producer Library's format (awslabs/
 * amazon-kinesis-producer, aggregation-format.md): four bytes that no text begins with, a protocol
 * buffer, and its MD5.
 *
 * <pre>
 * message AggregatedRecord {
 *   repeated string partition_key_table     = 1;
 *   repeated string explicit_hash_key_table = 2;
 *   repeated Record records                 = 3;
 * }
 * message Record {
 *   required uint64 partition_key_index     = 1;
 *   optional uint64 explicit_hash_key_index = 2;
 *   required bytes  data                    = 3;
 * }
 * </pre>
 *
 * <p>A consumer drops each record whose hash key does not lie in the shard that it was read from.
 * So all records of an aggregate have the hash key of the aggregate itself: they stay together
 * wherever it goes, even if shards are split in between.
 */
final class KinesisAggregate {

  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private final String hashKey;
  private final Map<String, Integer> partitionKeys = new LinkedHashMap<>();
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private int keyBytes;
  private int count;

  /**
   * @param hashKey from 0 to 2^128 - 1, in decimal
   */
  KinesisAggregate(String hashKey) {
    this.hashKey = hashKey;
  }

  void add(String partitionKey, byte[] data) {
    Integer known = partitionKeys.putIfAbsent(partitionKey, partitionKeys.size());
    if (known == null) {
      keyBytes += partitionKey.length();
    }
    ByteArrayOutputStream entry = new ByteArrayOutputStream(data.length + 16);
    writeVarint(entry, 1, known == null ? partitionKeys.size() - 1 : known);
    writeVarint(entry, 2, 0);
    writeBytes(entry, 3, data);
    writeBytes(records, 3, entry.toByteArray());
    count++;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** How many records are in it. */
  int count() {
    return count;
  }

  /** About how long the data will be. */
  int sizeBytes() {
    return records.size() + keyBytes + 2 * partitionKeys.size();
  }

  String hashKey() {
    return hashKey;
  }

  byte[] toBytes() {
    ByteArrayOutputStream message = new ByteArrayOutputStream(sizeBytes() + 64);
    for (String partitionKey : partitionKeys.keySet()) {
      writeBytes(message, 1, partitionKey.getBytes(StandardCharsets.UTF_8));
    }
    writeBytes(message, 2, hashKey.getBytes(StandardCharsets.UTF_8));
    message.writeBytes(records.toByteArray());

    ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.size() + 32);
    bytes.writeBytes(MAGIC);
    bytes.writeBytes(message.toByteArray());
    bytes.writeBytes(md5(message.toByteArray()));
    return bytes.toByteArray();
  }

  static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  private static void writeVarint(ByteArrayOutputStream out, int field, int value) {
    writeVarint(out, field << 3 | VARINT);
    writeVarint(out, value);
  }

  private static void writeBytes(ByteArrayOutputStream out, int field, byte[] value) {
    writeVarint(out, field << 3 | LENGTH_DELIMITED);
    writeVarint(out, value.length);
    out.writeBytes(value);
  }

  private static void writeVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.write(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
