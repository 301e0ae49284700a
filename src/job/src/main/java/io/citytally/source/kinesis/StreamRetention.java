package io.citytally.source.kinesis;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.kinesis.shaded.com.amazonaws.AmazonClientException;
import org.apache.flink.kinesis.shaded.com.amazonaws.AmazonServiceException;
import org.apache.flink.kinesis.shaded.com.amazonaws.ClientConfiguration;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.AmazonKinesis;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.DescribeStreamSummaryRequest;
import org.apache.flink.streaming.connectors.kinesis.util.AWSUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a Kinesis stream keeps a record, against how long the job remembers a change: what the
 * stream may deliver again, the job must know again, or it counts twice.
 *
 * <p>The check runs where the stream is read, not where the job is put together, so that every
 * restart checks again: the retention can be raised while the job runs. A failed check does not
 * forbid further restarts, because the retention can be lowered, too.
 */
final class StreamRetention {

  /** The time for all attempts together. The stream is not read in that time. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(StreamRetention.class);

  private final Properties properties;
  private final String streamName;

  /**
   * @param properties what the connector is told
   */
  StreamRetention(Properties properties, String streamName) {
    this.properties = properties;
    this.streamName = streamName;
  }

  /**
   * Does nothing but log if the stream can't be described for another reason than a missing right.
   *
   * @param remembered how long the job remembers a change
   * @throws IllegalStateException if that is not longer than the stream keeps records, or the right
   *     is missing
   */
  void check(Duration remembered) {
    Duration kept;
    try {
      kept = retention();
    } catch (AmazonClientException e) {
      if (isDenied(e)) {
        throw new IllegalStateException(
            String.format(
                "The job may not ask how long the stream '%s' keeps records: %s. It needs that to"
                    + " know that it remembers changes for longer. Allow its role"
                    + " kinesis:DescribeStreamSummary on the stream.",
                streamName, e.getMessage()),
            e);
      }
      LOG.warn(
          "The stream {} could not be described, so whether dedupe.ttl exceeds its retention is"
              + " not checked at this start",
          streamName,
          e);
      return;
    }
    if (remembered.compareTo(kept) <= 0) {
      throw new IllegalStateException(
          String.format(
              "The stream '%s' keeps records for %d h, but the job remembers changes for %s h"
                  + " (property group citytally.count, key dedupe.ttl). It must remember longer, or"
                  + " a change that the stream delivers again counts twice. Set dedupe.ttl to %d h,"
                  + " or lower the stream's retention.",
              streamName, kept.toHours(), hours(remembered), kept.toHours() + 1));
    }
  }

  private Duration retention() {
    ClientConfiguration client =
        new ClientConfiguration()
            .withClientExecutionTimeout((int) TIMEOUT.toMillis())
            .withConnectionTimeout((int) TIMEOUT.toMillis());
    AmazonKinesis kinesis = AWSUtil.createKinesisClient(properties, client);
    try {
      return Duration.ofHours(
          kinesis
              .describeStreamSummary(new DescribeStreamSummaryRequest().withStreamName(streamName))
              .getStreamDescriptionSummary()
              .getRetentionPeriodHours());
    } finally {
      kinesis.shutdown();
    }
  }

  private static boolean isDenied(AmazonClientException e) {
    return e instanceof AmazonServiceException
        && "AccessDeniedException".equals(((AmazonServiceException) e).getErrorCode());
  }

  private static String hours(Duration duration) {
    return String.format("%.2f", duration.toMillis() / 3_600_000.0).replaceFirst("\\.?0+$", "");
  }
}
