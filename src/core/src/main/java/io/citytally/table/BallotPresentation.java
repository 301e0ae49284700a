package io.citytally.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * What the pages show of the ballot apart from titles. It is JSON, compressed, in items next to the
 * election, of the shape {@code {id, packed, sha256}}:
 *
 * <ul>
 *   <li>{@code ballot}: {@code {currency, ordered, map, regions: [{region, budget, order,
 *       projects}]}}, where {@code order} lists improvements in the city's order, and {@code map}
 *       and {@code projects} tell whether there are such items.
 *   <li>{@code projects-REGION}: a region's improvements by name, each {@code {description, cost,
 *       image, link, place}}.
 *   <li>{@code map}: the regions as a GeoJSON FeatureCollection.
 * </ul>
 *
 * <p>The operators' command writes them, the web application reads them. The job, the audit and the
 * final result know nothing of them: the ballot's table holds choices alone.
 */
public final class BallotPresentation {

  /** The id of what belongs to the whole ballot. */
  public static final String BALLOT = "ballot";

  /** The id of the map. */
  public static final String MAP = "map";

  /** Below DynamoDB's limit for an item, 400 KB, with room for its id and hash. */
  public static final int MAX_PACKED_BYTES = 380_000;

  static final String SHA256 = "sha256";

  private static final String PROJECTS_PREFIX = "projects-";
  private static final ObjectMapper JSON = new ObjectMapper();

  private BallotPresentation() {}

  /** The id of what is known of a region's improvements. */
  public static String projectsOf(String region) {
    return PROJECTS_PREFIX + region;
  }

  public static Map<String, AttributeValue> key(String id) {
    return Map.of(ElectionTable.ID, Attributes.text(id));
  }

  public static Map<String, AttributeValue> itemOf(String id, JsonNode json) {
    return Map.of(
        ElectionTable.ID,
        Attributes.text(id),
        ElectionTable.PACKED,
        AttributeValue.fromB(SdkBytes.fromByteArray(packed(json))),
        SHA256,
        Attributes.text(hashOf(json)));
  }

  /**
   * @throws MalformedItemException if there is no such JSON in it
   */
  public static JsonNode jsonOf(Map<String, AttributeValue> item) {
    AttributeValue packed = item.get(ElectionTable.PACKED);
    if (packed != null && packed.b() != null) {
      try (InputStream in =
          new GZIPInputStream(new ByteArrayInputStream(packed.b().asByteArray()))) {
        return JSON.readTree(in.readAllBytes());
      } catch (IOException e) {
        // It is no gzip, or no JSON.
      }
    }
    throw new MalformedItemException(
        "attribute '"
            + ElectionTable.PACKED
            + "' should be JSON in gzip in the item "
            + item.get(ElectionTable.ID));
  }

  /** The hash of what stands in an item; nothing if there is no such item. */
  public static Optional<String> hashOf(Map<String, AttributeValue> item) {
    return Optional.ofNullable(item.get(SHA256)).map(AttributeValue::s);
  }

  /** SHA-256 of the text, in hexadecimal digits. */
  public static String hashOf(JsonNode json) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(json.toString().getBytes(StandardCharsets.UTF_8));
      StringBuilder hex = new StringBuilder();
      for (byte each : hash) {
        hex.append(String.format("%02x", each));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How many bytes of an item the JSON takes: at most {@link #MAX_PACKED_BYTES} can be stored. */
  public static int packedBytes(JsonNode json) {
    return packed(json).length;
  }

  /**
   * Writes an item, on the condition that it is as it was read.
   *
   * @param seen the hash of what was read; nothing if there was no such item
   */
  public static UpdateItemRequest replace(
      String table, String id, Optional<String> seen, JsonNode json) {
    Map<String, AttributeValue> item = itemOf(id, json);
    Map<String, AttributeValue> values =
        new HashMap<>(
            Map.of(":packed", item.get(ElectionTable.PACKED), ":sha256", item.get(SHA256)));
    seen.ifPresent(hash -> values.put(":seen", Attributes.text(hash)));
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(key(id))
        .updateExpression("SET #packed = :packed, #sha256 = :sha256")
        .conditionExpression(seen.isPresent() ? "#sha256 = :seen" : "attribute_not_exists(#sha256)")
        .expressionAttributeNames(Map.of("#packed", ElectionTable.PACKED, "#sha256", SHA256))
        .expressionAttributeValues(values)
        .build();
  }

  private static byte[] packed(JsonNode json) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(json.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always writable", e);
    }
    return packed.toByteArray();
  }
}
