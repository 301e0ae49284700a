package io.citytally.local.command;

import io.citytally.vote.SourceKind;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a source as the job's property {@code source} has it. */
final class SourceKindConverter implements ITypeConverter<SourceKind> {

  @Override
  public SourceKind convert(String value) {
    for (SourceKind source : SourceKind.values()) {
      if (source.toString().equals(value)) {
        return source;
      }
    }
    throw new TypeConversionException(
        "'%s' is not a source. Use %s or %s."
            .formatted(value, SourceKind.KINESIS, SourceKind.DYNAMODB_STREAMS));
  }
}
