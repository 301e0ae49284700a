package io.citytally.table;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    return whole(value, item, name);
  }

  private static long whole(AttributeValue value, Map<String, AttributeValue> item, String name) {
    try {
      return new BigDecimal(value.n()).longValueExact();
    } catch (ArithmeticException e) {
      throw malformed(item, name, "a whole number of 64 bits");
    }
  }

  static List<String> listOfTexts(Map<String, AttributeValue> item, String name) {
    List<String> texts = new ArrayList<>();
    for (AttributeValue value : list(item, name)) {
      if (value.s() == null) {
        throw malformed(item, name, "a list of texts");
      }
      texts.add(value.s());
    }
    return texts;
  }

  static List<Long> listOfNumbers(Map<String, AttributeValue> item, String name) {
    List<Long> numbers = new ArrayList<>();
    for (AttributeValue value : list(item, name)) {
      if (value.n() == null) {
        throw malformed(item, name, "a list of numbers");
      }
      numbers.add(whole(value, item, name));
    }
    return numbers;
  }

  private static List<AttributeValue> list(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || !value.hasL()) {
      throw malformed(item, name, "a list");
    }
    return value.l();
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
