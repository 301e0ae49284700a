package io.citytally.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers, and refuses others in the words of this command line. */
public final class WholeNumber {

  private WholeNumber() {}

  /** Has a command read its whole numbers so. */
  public static void registerAt(CommandLine command) {
    command
        .registerConverter(int.class, WholeNumber::toInt)
        .registerConverter(Integer.class, WholeNumber::toInt)
        .registerConverter(long.class, WholeNumber::toLong)
        .registerConverter(Long.class, WholeNumber::toLong);
  }

  private static int toInt(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw refusal(value);
    }
  }

  private static long toLong(String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw refusal(value);
    }
  }

  private static TypeConversionException refusal(String value) {
    return new TypeConversionException(
        "'%s' is not a whole number, or is too large. Use for example 5.".formatted(value));
  }
}
