package io.citytally.web;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The claims of a token, with the types that its JSON has. */
record Claims(Map<String, ?> values) {

  /** A text, or a whole number as a text; none if the claim is absent or something else. */
  Optional<String> text(String name) {
    return textOf(values.get(name));
  }

  /** The texts of a list; of a single text, that one. */
  List<String> texts(String name) {
    return values.get(name) instanceof List<?> list
        ? list.stream().flatMap(each -> textOf(each).stream()).toList()
        : text(name).stream().toList();
  }

  private static Optional<String> textOf(@Nullable Object value) {
    if (value instanceof String text) {
      return Optional.of(text);
    }
    return value instanceof Integer || value instanceof Long || value instanceof BigInteger
        ? Optional.of(value.toString())
        : Optional.empty();
  }
}
