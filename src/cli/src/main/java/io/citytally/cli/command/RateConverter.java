package io.citytally.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number per second, or {@code max}, which is infinite. */
public final class RateConverter implements ITypeConverter<Double> {

  @Override
  public Double convert(String value) {
    if (value.equals("max")) {
      return Double.POSITIVE_INFINITY;
    }
    if (!value.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") || Double.parseDouble(value) == 0) {
      throw new TypeConversionException(
          "'" + value + "' is not a rate: write a number of votes per second above 0, or max");
    }
    return Double.valueOf(value);
  }
}
