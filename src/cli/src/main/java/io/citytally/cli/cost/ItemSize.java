package io.citytally.cli.cost;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How large an item is to DynamoDB, and what it costs to write and read (docs.aws.amazon.com/
 * amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
public final class ItemSize {

  private static final int WRITE_UNIT_BYTES = 1024;
  private static final int READ_UNIT_BYTES = 4096;

  /** What a list or map takes: three bytes, and one for each element or pair. */
  private static final int NESTED_BYTES = 3;

  private ItemSize() {}

  /** Returns the size of names and values together, without what it takes to store them. */
  public static long bytes(Map<String, AttributeValue> item) {
    long bytes = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      bytes += utf8(attribute.getKey()) + bytes(attribute.getValue());
    }
    return bytes;
  }

  private static long bytes(AttributeValue value) {
    switch (value.type()) {
      case S:
        return utf8(value.s());
      case N:
        // A byte for two digits, and one more.
        return (value.n().length() + 1L) / 2 + 1;
      case SS:
        return value.ss().stream().mapToLong(ItemSize::utf8).sum();
      case L:
        return NESTED_BYTES + value.l().stream().mapToLong(element -> 1 + bytes(element)).sum();
      case M:
        return NESTED_BYTES + value.m().size() + bytes(value.m());
      default:
        throw new IllegalArgumentException("no table has a " + value.type());
    }
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** To write an item of that size: one for each kilobyte that is begun. */
  public static long writeUnits(long bytes) {
    return Math.max(1, ceil(bytes, WRITE_UNIT_BYTES));
  }

  /** To scan so many bytes, eventually consistent, which takes half a unit for each 4 KB. */
  static double scanUnits(long bytes) {
    return Math.max(1, ceil(bytes, READ_UNIT_BYTES)) / 2.0;
  }

  private static long ceil(long bytes, int unit) {
    return (bytes + unit - 1) / unit;
  }
}
