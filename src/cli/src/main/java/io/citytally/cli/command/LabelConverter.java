package io.citytally.cli.command;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of a few values by the label that people know it by.
 *
 * @param <T> what the labels stand for
 */
public abstract class LabelConverter<T> implements ITypeConverter<T> {

  private final List<T> values;
  private final Function<T, String> label;

  protected LabelConverter(List<T> values, Function<T, String> label) {
    this.values = values;
    this.label = label;
  }

  @Override
  public T convert(String text) {
    return values.stream()
        .filter(value -> label.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of the values. Use one of %s."
                        .formatted(
                            text, values.stream().map(label).collect(Collectors.joining(", ")))));
  }
}
