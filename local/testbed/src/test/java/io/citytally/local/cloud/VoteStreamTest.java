package io.citytally.local.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.local.cloud.VoteStream.Faults;
import io.citytally.local.cloud.VoteStream.Marker;
import io.citytally.local.cloud.VoteStream.Packing;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

class VoteStreamTest {

  private final FakeKinesis kinesis = new FakeKinesis();

  @Test
  void putsEachChangeAsARecordOfItsOwn() {
    VoteStream votes = stream(Packing.SINGLE, Faults.NONE);

    put(votes, 3);
    votes.send();

    assertThat(kinesis.requests).hasSize(1);
    assertThat(kinesis.stored)
        .extracting(entry -> entry.data().asUtf8String())
        .containsExactlyElementsOf(
            changes(3).stream().map(change -> new String(change.toJson())).toList());
    assertThat(votes.changes()).isEqualTo(3);
    assertThat(votes.delivered()).isEqualTo(3);
    assertThat(votes.duplicates()).isZero();
  }

  @Test
  void keepsToTheLimitsOfARequest() {
    VoteStream single = stream(Packing.SINGLE, Faults.NONE);
    put(single, 1_234);
    single.close();

    assertThat(kinesis.requests)
        .extracting(request -> request.records().size())
        .containsExactly(500, 500, 234);
    assertThat(kinesis.stored).hasSize(1_234);
  }

  @Test
  void keepsAggregatedRequestsBelowFiveMegabytes() {
    VoteStream aggregated = stream(Packing.AGGREGATED, Faults.NONE);
    put(aggregated, 40_000);
    aggregated.close();

    assertThat(kinesis.requests)
        .hasSizeGreaterThan(1)
        .allMatch(
            request ->
                request.records().stream()
                        .mapToLong(
                            entry ->
                                entry.data().asByteArray().length + entry.partitionKey().length())
                        .sum()
                    <= 5 * 1024 * 1024);
    assertThat(aggregated.delivered()).isEqualTo(40_000);
  }

  @Test
  void putsThoseOfABatchOnceMoreThatFailed() {
    kinesis.failEveryThirdRecordOnce = true;
    VoteStream votes = stream(Packing.SINGLE, Faults.NONE);

    put(votes, 100);
    votes.send();

    assertThat(kinesis.requests)
        .extracting(request -> request.records().size())
        .containsExactly(100, 34);
    assertThat(texts(kinesis.stored)).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void waitsForAStreamThatIsOutOfReach() {
    kinesis.failures.add(SdkClientException.create("connection refused"));
    kinesis.failures.add(KinesisException.builder().statusCode(503).build());
    VoteStream votes = stream(Packing.SINGLE, Faults.NONE);

    put(votes, 1);
    votes.send();

    assertThat(kinesis.stored).hasSize(1);
  }

  @Test
  void failsAtOnceWhereWaitingDoesNotHelp() {
    kinesis.failures.add(
        ResourceNotFoundException.builder()
            .statusCode(400)
            .awsErrorDetails(AwsErrorDetails.builder().errorMessage("no stream").build())
            .build());
    VoteStream votes = stream(Packing.SINGLE, Faults.NONE);
    put(votes, 1);

    assertThatThrownBy(votes::send).isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void drainsWhatFaultsHeldBack() {
    VoteStream votes = stream(Packing.SINGLE, new Faults(0.5, 100, 1));

    put(votes, 1_000);
    votes.send();
    assertThat(votes.delivered()).isLessThan(1_000 + votes.duplicates());
    votes.flush();

    assertThat(votes.duplicates()).isBetween(400L, 600L);
    assertThat(votes.delivered()).isEqualTo(1_000 + votes.duplicates());
    assertThat(kinesis.stored).hasSize((int) votes.delivered());
  }

  @Test
  void putsAMarkerAtTheEndOfEveryOpenShard() {
    VoteStream votes = stream(Packing.SINGLE, new Faults(0.5, 100, 1));
    put(votes, 100);

    List<Marker> markers = votes.putMarkers("the end");

    assertThat(kinesis.stored).hasSize((int) (100 + votes.duplicates() + 2));
    List<PutRecordsRequestEntry> last =
        kinesis.stored.subList(kinesis.stored.size() - 2, kinesis.stored.size());
    assertThat(texts(last))
        .containsExactly("{\"drained\":\"the end\"}", "{\"drained\":\"the end\"}");
    assertThat(last)
        .extracting(PutRecordsRequestEntry::explicitHashKey)
        .containsExactly("0", "1000");
    assertThat(markers)
        .extracting(Marker::payload)
        .containsExactly("{\"drained\":\"the end\"}", "{\"drained\":\"the end\"}");
    assertThat(markers)
        .extracting(Marker::sequenceNumber)
        .containsExactly(
            Integer.toString(kinesis.stored.size() - 1), Integer.toString(kinesis.stored.size()));
  }

  private VoteStream stream(Packing packing, Faults faults) {
    return new VoteStream(kinesis, "votes", packing, faults);
  }

  private static void put(VoteStream votes, int count) {
    changes(count).forEach(votes::put);
  }

  private static List<ChangeRecord> changes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ChangeRecord.cast("votes", "v" + i, "1", "Nord", i).withEventId("e" + i))
        .toList();
  }

  private static List<String> texts(List<PutRecordsRequestEntry> entries) {
    return entries.stream().map(entry -> entry.data().asUtf8String()).toList();
  }
}
