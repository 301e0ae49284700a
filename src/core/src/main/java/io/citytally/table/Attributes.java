package io.citytally.table;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Attribute values to and from plain values, with an error that names what is wrong. */
final class Attributes {

  /** Always three digits of a second, so that the order of the texts is the order in time. */
  private static final DateTimeFormatter ISO_MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Attributes() {}

  static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  static AttributeValue texts(Map<String, String> values) {
    Map<String, AttributeValue> map = new HashMap<>();
    values.forEach((name, value) -> map.put(name, text(value)));
    return AttributeValue.fromM(map);
  }

  static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  static AttributeValue time(long epochMillis) {
    return text(ISO_MILLIS.format(Instant.ofEpochMilli(epochMillis)));
  }

  /** The minute that the time is in. */
  static AttributeValue minute(long epochMillis) {
    return text(
        Instant.ofEpochMilli(epochMillis)
            .atOffset(ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.MINUTES)
            .toString());
  }

  static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || value.s() == null) {
      throw malformed(item, name, "a text");
    }
    return value.s();
  }

  static Map<String, String> texts(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || !value.hasM()) {
      throw malformed(item, name, "a map of texts");
    }
    Map<String, String> texts = new HashMap<>();
    value
        .m()
        .forEach(
            (key, each) -> {
              if (each.s() == null) {
                throw malformed(item, name, "a map of texts");
              }
              texts.put(key, each.s());
            });
    return texts;
  }

  static long number(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || value.n() == null) {
      throw malformed(item, name, "a number");
    }
    try {
      return new BigDecimal(value.n()).longValueExact();
    } catch (ArithmeticException e) {
      throw malformed(item, name, "a whole number of 64 bits");
    }
  }

  static long time(Map<String, AttributeValue> item, String name) {
    try {
      return OffsetDateTime.parse(text(item, name)).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw malformed(item, name, "a time of ISO 8601");
    }
  }

  static MalformedItemException malformed(
      Map<String, AttributeValue> item, String name, String expected) {
    return new MalformedItemException(
        "attribute '" + name + "' should be " + expected + " in the item " + item);
  }
}
