package io.citytally.local.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How large DynamoDB takes an item to be, and what a write of it costs (Amazon DynamoDB Developer
 * Guide, "DynamoDB item sizes and formats" and "Read and write operations").
 */
final class ItemSize {

  private static final int WRITE_UNIT_BYTES = 1_024;

  /** Of a list or a map, whatever is in it; each element takes one more. */
  private static final int OVERHEAD = 3;

  private ItemSize() {}

  /** The write units that it takes to write the item: one for each KB that is begun. */
  static int writeUnits(Map<String, AttributeValue> item) {
    return Math.max(1, (bytes(item) + WRITE_UNIT_BYTES - 1) / WRITE_UNIT_BYTES);
  }

  /** Names and values together. */
  static int bytes(Map<String, AttributeValue> item) {
    int bytes = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      bytes += bytes(attribute.getKey()) + bytes(attribute.getValue());
    }
    return bytes;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static int bytes(AttributeValue value) {
    return switch (value.type()) {
      case S -> bytes(value.s());
      case N -> 1 + (value.n().replace("-", "").length() + 1) / 2;
      case L -> OVERHEAD + value.l().stream().mapToInt(each -> 1 + bytes(each)).sum();
      case M -> OVERHEAD + value.m().size() + bytes(value.m());
      default -> throw new IllegalArgumentException("not in the job's tables: " + value);
    };
  }
}
