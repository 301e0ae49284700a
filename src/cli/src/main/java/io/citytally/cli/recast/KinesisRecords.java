package io.citytally.cli.recast;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Puts records on a Kinesis stream, spread over its shards. */
final class KinesisRecords implements Recast.RecordStream {

  /** Kinesis refuses some records of a request while a shard has enough to do. */
  private static final int ATTEMPTS = 20;

  private static final long PAUSE_MILLIS = 250;

  private final KinesisClient kinesis;
  private final String stream;

  /**
   * @param kinesis stays the caller's to close
   */
  KinesisRecords(KinesisClient kinesis, String stream) {
    this.kinesis = kinesis;
    this.stream = stream;
  }

  @Override
  public void put(List<String> records) {
    List<PutRecordsRequestEntry> left = new ArrayList<>();
    for (String record : records) {
      left.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(UUID.randomUUID().toString())
              .data(SdkBytes.fromUtf8String(record))
              .build());
    }
    String error = null;
    for (int attempt = 0; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
      if (attempt > 0) {
        pause();
      }
      List<PutRecordsRequestEntry> request = left;
      List<PutRecordsResultEntry> results =
          kinesis.putRecords(put -> put.streamName(stream).records(request)).records();
      left = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).errorCode() != null) {
          error = results.get(i).errorCode();
          left.add(request.get(i));
        }
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "the stream %s does not take all records, lastly for %s: try again later"
              .formatted(stream, error));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
