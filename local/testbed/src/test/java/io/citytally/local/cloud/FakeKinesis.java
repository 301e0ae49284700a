package io.citytally.local.cloud;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Takes records for two open shards and a closed one. */
public final class FakeKinesis implements KinesisClient {

  final List<PutRecordsRequest> requests = new ArrayList<>();
  public final List<PutRecordsRequestEntry> stored = new ArrayList<>();
  public final List<RuntimeException> failures = new ArrayList<>();
  public RuntimeException failureAfterStoring;
  boolean failEveryThirdRecordOnce;

  @Override
  public synchronized PutRecordsResponse putRecords(PutRecordsRequest request) {
    if (!failures.isEmpty()) {
      throw failures.remove(0);
    }
    requests.add(request);
    List<PutRecordsResultEntry> results = new ArrayList<>();
    for (int i = 0; i < request.records().size(); i++) {
      PutRecordsRequestEntry entry = request.records().get(i);
      if (failEveryThirdRecordOnce && requests.size() == 1 && i % 3 == 0) {
        results.add(PutRecordsResultEntry.builder().errorCode("InternalFailure").build());
      } else {
        stored.add(entry);
        results.add(
            PutRecordsResultEntry.builder()
                .shardId("shardId-000000000000")
                .sequenceNumber(Integer.toString(stored.size()))
                .build());
      }
    }
    if (failureAfterStoring != null) {
      RuntimeException failure = failureAfterStoring;
      failureAfterStoring = null;
      throw failure;
    }
    return PutRecordsResponse.builder().records(results).build();
  }

  @Override
  public ListShardsResponse listShards(ListShardsRequest request) {
    return ListShardsResponse.builder()
        .shards(shard("0", null), shard("500", "1"), shard("1000", null))
        .build();
  }

  private static Shard shard(String startingHashKey, String endingSequenceNumber) {
    return Shard.builder()
        .hashKeyRange(range -> range.startingHashKey(startingHashKey))
        .sequenceNumberRange(range -> range.endingSequenceNumber(endingSequenceNumber))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
