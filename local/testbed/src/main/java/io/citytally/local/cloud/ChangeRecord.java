package io.citytally.local.cloud;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.citytally.cli.aws.LocalAws;
import io.citytally.table.VotesTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A change of an item, as DynamoDB writes it to Kinesis (Amazon DynamoDB Developer Guide, "Using
 * Kinesis Data Streams to capture changes to DynamoDB").
 *
 * @param eventId of this delivery; no source says that a second one has the same
 * @param eventName {@code INSERT}, {@code MODIFY} or {@code REMOVE}
 * @param createdAtMicros in microseconds since the epoch
 * @param newImage the item after the change, or null if it is gone
 * @param oldImage the item before the change, or null if there was none
 * @param sizeBytes as DynamoDB counts it
 */
public record ChangeRecord(
    String eventId,
    String eventName,
    String tableName,
    long createdAtMicros,
    Map<String, AttributeValue> keys,
    Map<String, AttributeValue> newImage,
    Map<String, AttributeValue> oldImage,
    long sizeBytes) {

  private static final JsonFactory JSON = new JsonFactory();

  /** A new vote. */
  public static ChangeRecord cast(
      String tableName, String id, String improvement, String region, long createdAtMicros) {
    AttributeValue key = AttributeValue.fromS(id);
    Map<String, AttributeValue> vote =
        Map.of(
            "id", key,
            "improvement", AttributeValue.fromS(improvement),
            "region", AttributeValue.fromS(region));
    return new ChangeRecord(
        UUID.randomUUID().toString(),
        "INSERT",
        tableName,
        createdAtMicros,
        Map.of("id", key),
        vote,
        null,
        "ididimprovementregion".length()
            + 2L * id.length()
            + improvement.length()
            + region.length());
  }

  /**
   * A ballot that is cast, or changed.
   *
   * @param before the ballot that it takes the place of, or null
   */
  public static ChangeRecord cast(
      String tableName, CastBallot ballot, @Nullable CastBallot before, long createdAtMicros) {
    Map<String, AttributeValue> keys = VotesTable.keyOf(ballot.id());
    Map<String, AttributeValue> item = ballot.item();
    Map<String, AttributeValue> old = before == null ? null : before.item();
    return new ChangeRecord(
        UUID.randomUUID().toString(),
        old == null ? "INSERT" : "MODIFY",
        tableName,
        createdAtMicros,
        keys,
        item,
        old,
        sizeOf(keys) + sizeOf(item) + (old == null ? 0 : sizeOf(old)));
  }

  private static long sizeOf(Map<String, AttributeValue> item) {
    long size = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      List<String> texts =
          attribute.getValue().hasSs()
              ? attribute.getValue().ss()
              : List.of(attribute.getValue().s());
      size += attribute.getKey().length() + texts.stream().mapToInt(String::length).sum();
    }
    return size;
  }

  /** The same change, delivered once more. */
  public ChangeRecord withEventId(String eventId) {
    return new ChangeRecord(
        eventId, eventName, tableName, createdAtMicros, keys, newImage, oldImage, sizeBytes);
  }

  /** By which Kinesis chooses the shard: all changes of an item go to the same one. */
  public String partitionKey() {
    return UUID.nameUUIDFromBytes(json(generator -> writeItem(generator, keys))).toString();
  }

  /** The record's data. */
  public byte[] toJson() {
    return json(this::write);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("awsRegion", LocalAws.REGION.id());
    json.writeStringField("eventID", eventId);
    json.writeStringField("eventName", eventName);
    json.writeNullField("userIdentity");
    json.writeStringField("recordFormat", "application/json");
    json.writeStringField("tableName", tableName);
    json.writeObjectFieldStart("dynamodb");
    json.writeNumberField("ApproximateCreationDateTime", createdAtMicros);
    json.writeFieldName("Keys");
    writeItem(json, keys);
    if (newImage != null) {
      json.writeFieldName("NewImage");
      writeItem(json, newImage);
    }
    if (oldImage != null) {
      json.writeFieldName("OldImage");
      writeItem(json, oldImage);
    }
    json.writeNumberField("SizeBytes", sizeBytes);
    json.writeStringField("ApproximateCreationDateTimePrecision", "MICROSECOND");
    json.writeEndObject();
    json.writeStringField("eventSource", "aws:dynamodb");
    json.writeEndObject();
  }

  private static void writeItem(JsonGenerator json, Map<String, AttributeValue> item)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      json.writeFieldName(attribute.getKey());
      writeValue(json, attribute.getValue());
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, AttributeValue value) throws IOException {
    json.writeStartObject();
    json.writeFieldName(value.type() == AttributeValue.Type.NUL ? "NULL" : value.type().name());
    switch (value.type()) {
      case S -> json.writeString(value.s());
      case N -> json.writeString(value.n());
      case B -> json.writeString(base64(value.b()));
      case BOOL -> json.writeBoolean(value.bool());
      case NUL -> json.writeBoolean(value.nul());
      case SS -> writeStrings(json, value.ss());
      case NS -> writeStrings(json, value.ns());
      case BS -> writeStrings(json, value.bs().stream().map(ChangeRecord::base64).toList());
      case M -> writeItem(json, value.m());
      case L -> {
        json.writeStartArray();
        for (AttributeValue element : value.l()) {
          writeValue(json, element);
        }
        json.writeEndArray();
      }
      default -> throw new IllegalArgumentException("no DynamoDB value: " + value);
    }
    json.writeEndObject();
  }

  private static void writeStrings(JsonGenerator json, List<String> strings) throws IOException {
    json.writeStartArray();
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
  }

  private static byte[] json(JsonContent content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      content.writeTo(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private interface JsonContent {
    void writeTo(JsonGenerator generator) throws IOException;
  }
}
