package io.citytally.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.vote.Choice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Change records of the table {@code votes} in the documented format of Kinesis Data Streams for
 * DynamoDB, with microseconds. They are trees, so that a test can bend them; {@link #bytes} makes a
 * payload of one.
 */
public final class ChangeRecords {

  private ChangeRecords() {}

  public static ObjectNode insert(String id, Choice choice, long micros) {
    return change("INSERT", id, null, choice, micros);
  }

  public static ObjectNode modify(String id, Choice from, Choice to, long micros) {
    return change("MODIFY", id, from, to, micros);
  }

  public static ObjectNode remove(String id, Choice choice, long micros) {
    return change("REMOVE", id, choice, null, micros);
  }

  /** The same record, with its time in milliseconds, as a stream of default precision has it. */
  public static ObjectNode inMilliseconds(ObjectNode record) {
    ObjectNode dynamodb = record.withObject("/dynamodb");
    dynamodb.remove("ApproximateCreationDateTimePrecision");
    dynamodb.put(
        "ApproximateCreationDateTime",
        dynamodb.get("ApproximateCreationDateTime").longValue() / 1000);
    return record;
  }

  /** A plain vote, as any producer may put it on the stream. */
  public static ObjectNode plain(String id, Choice choice) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("improvement", choice.improvement)
        .put("region", choice.region);
  }

  public static byte[] bytes(JsonNode record) {
    return record.toString().getBytes(StandardCharsets.UTF_8);
  }

  public static RawRecord raw(JsonNode record) {
    return raw(bytes(record));
  }

  public static RawRecord raw(String payload) {
    return raw(payload.getBytes(StandardCharsets.UTF_8));
  }

  public static RawRecord raw(byte[] payload) {
    return new RawRecord(
        payload, "shardId-000000000000", "49590338271490256608", 1_700_000_000_123L);
  }

  /** A ballot as an item of the table, with a set of improvements. */
  public static ObjectNode ballot(String id, String region, String... improvements) {
    ObjectNode item = emptyBallot(id, region);
    ArrayNode set = item.putObject("improvements").putArray("SS");
    List.of(improvements).forEach(set::add);
    return item;
  }

  /** A ballot that names no improvement. */
  public static ObjectNode emptyBallot(String id, String region) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    item.putObject("id").put("S", id);
    item.putObject("region").put("S", region);
    return item;
  }

  private static ObjectNode change(
      String operation, String id, Choice from, Choice to, long micros) {
    return change(
        operation,
        id,
        from == null ? null : item(id, from),
        to == null ? null : item(id, to),
        micros);
  }

  /**
   * A record of any images.
   *
   * @param from null for none
   * @param to null for none
   */
  public static ObjectNode change(
      String operation, String id, ObjectNode from, ObjectNode to, long micros) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("awsRegion", "eu-west-1");
    record.put("eventID", "a1f0c3e2-6f0e-4f5e-9c5b-0d9e8f7a6b5c");
    record.put("eventName", operation);
    record.putNull("userIdentity");
    record.put("recordFormat", "application/json");
    record.put("tableName", "votes");
    ObjectNode dynamodb = record.putObject("dynamodb");
    dynamodb.put("ApproximateCreationDateTime", micros);
    dynamodb.put("ApproximateCreationDateTimePrecision", "MICROSECOND");
    dynamodb.putObject("Keys").putObject("id").put("S", id);
    if (to != null) {
      dynamodb.set("NewImage", to);
    }
    if (from != null) {
      dynamodb.set("OldImage", from);
    }
    dynamodb.put("SizeBytes", 100);
    record.put("eventSource", "aws:dynamodb");
    return record;
  }

  /** A ballot with one choice, in its older form. */
  public static ObjectNode item(String id, Choice choice) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    item.putObject("id").put("S", id);
    item.putObject("improvement").put("S", choice.improvement);
    item.putObject("region").put("S", choice.region);
    return item;
  }
}
