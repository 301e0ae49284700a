package io.citytally.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a plain decimal number above 0: neither NaN, nor infinite, nor hexadecimal. */
public final class AboveZeroConverter implements ITypeConverter<Double> {

  @Override
  public Double convert(String value) {
    if (!value.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") || Double.parseDouble(value) == 0) {
      throw new TypeConversionException(
          "'" + value + "' is not a number above 0. Use for example 5 or 0.1.");
    }
    return Double.valueOf(value);
  }
}
