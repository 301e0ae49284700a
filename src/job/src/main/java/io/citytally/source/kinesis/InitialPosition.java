package io.citytally.source.kinesis;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.jspecify.annotations.Nullable;

/** Where a job without state begins, as the connector and the job's state have it. */
final class InitialPosition {

  /** With the oldest record of the stream. */
  static final String OLDEST = "TRIM_HORIZON";

  /** {@link ConsumerConfigConstants#DEFAULT_STREAM_TIMESTAMP_DATE_FORMAT}. */
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private InitialPosition() {}

  /**
   * The position in words.
   *
   * @param timestamp in whole milliseconds; null for the oldest record
   */
  static String of(@Nullable Instant timestamp) {
    return timestamp == null ? OLDEST : FORMAT.format(timestamp);
  }

  /** Tells the connector a position that {@link #of} has made. */
  static void set(Properties properties, String position) {
    if (position.equals(OLDEST)) {
      properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_POSITION, OLDEST);
    } else {
      properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_POSITION, "AT_TIMESTAMP");
      properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_TIMESTAMP, position);
    }
  }
}
