package io.citytally.local.command;

import io.citytally.local.cloud.FeedSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a feed as the job's property {@code source} has it. */
final class FeedSourceConverter implements ITypeConverter<FeedSource> {

  @Override
  public FeedSource convert(String value) {
    for (FeedSource source : FeedSource.values()) {
      if (source.label.equals(value)) {
        return source;
      }
    }
    throw new TypeConversionException(
        "'" + value + "' is neither " + FeedSource.KINESIS + " nor " + FeedSource.DYNAMODB_STREAMS);
  }
}
