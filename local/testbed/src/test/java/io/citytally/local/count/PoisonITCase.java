package io.citytally.local.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.local.city.City;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.source.DecodedRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import io.citytally.vote.RejectedVote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** Thousands of records that no one can count, between the votes of a city. */
class PoisonITCase {

  @RegisterExtension final RandomSeed randomSeed = new RandomSeed();

  private static final int VOTES = 2_000;
  private static final int POISON = 3_000;
  private static final int BATCH_RECORDS = 250;
  private static final int BATCH_BYTES = 4_000_000;
  private static final int MAX_RECORD_BYTES = 1_000_000;
  private static final byte[] AGGREGATE = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};

  private final VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis("votes", 1);

  @Test
  void countsEachVoteBetweenThemAndRejectsEachOfThemOnce() throws Exception {
    long seed = randomSeed.value();
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> records = new ArrayList<>();
    for (int vote = 0; vote < VOTES; vote++) {
      records.add(cast(vote));
    }
    for (int i = 0; i < POISON; i++) {
      records.add(random.nextInt(records.size()), poison(i, random));
    }

    try (City city = City.withKinesis(VoteStream.Faults.NONE)) {
      JobSettings settings = city.settings(Duration.ofMillis(300), 2, 1);
      LocalFlink job = city.startJob(settings, Optional.empty());
      put(city, records);

      for (Map.Entry<Choice, Integer> total :
          Map.of(City.PARK, VOTES / 2, City.POOL, VOTES / 2).entrySet()) {
        city.awaitTotal(total.getKey(), total.getValue());
      }
      await()
          .atMost(City.TIMEOUT)
          .untilAsserted(() -> assertThat(city.cloud().rejectedVotes()).hasSize(POISON));
      assertThat(job.metrics().total("votesRejected")).isEqualTo(POISON);
      assertThat(job.restarts()).isZero();
      assertThat(city.cloud().rejectedVotes())
          .extracting(rejected -> rejected.payload.getBytes(StandardCharsets.UTF_8).length)
          .allMatch(length -> length <= RejectedVote.MAX_PAYLOAD_BYTES);
    }
  }

  private static byte[] cast(int vote) {
    Choice choice = vote % 2 == 0 ? City.PARK : City.POOL;
    return ChangeRecord.cast(
            "votes",
            "good-" + vote,
            choice.improvement,
            choice.region,
            1_700_000_000_000_000L + vote)
        .toJson();
  }

  private byte[] poison(int kind, SplittableRandom random) throws Exception {
    return switch (kind % 12) {
      case 0 -> new byte[0];
      case 1 -> bytes(random, 1 + random.nextInt(2_000));
      case 2 -> utf8("[".repeat(1 + random.nextInt(10_000)));
      case 3 -> utf8("{\"dynamodb\":{\"Keys\":null}}");
      case 4 ->
          utf8("{\"eventName\":\"INSERT\",\"tableName\":\"votes\",\"dynamodb\":{\"Keys\":7}}");
      case 5 -> aggregate(bytes(random, 40), false);
      case 6 -> aggregate(bytes(random, 40), true);
      // The key of a record that is not in the table of keys; no record; a hash key that is none.
      case 7 ->
          aggregate(
              utf8(
                  List.of(
                          "\n\001p\032\005\b\005\032\001x",
                          "\n\001p",
                          "\n\001p\022\001z\032\007\b\000\020\000\032\001x")
                      .get(random.nextInt(3))),
              true);
      case 8 -> join(AGGREGATE, bytes(random, 1 + random.nextInt(30)));
      case 9 -> utf8("{\"id\":\"x\",\"region\":\"" + "\uD83C\uDF33".repeat(300) + "\"}");
      case 10 ->
          // Few of them: it is the bytes that take the time.
          kind % 240 == 10 ? utf8("7".repeat(MAX_RECORD_BYTES)) : utf8("7".repeat(20_000));
      default -> bent(random);
    };
  }

  /** A good record with a few bytes changed until it is a bad one. */
  private byte[] bent(SplittableRandom random) {
    byte[] record = cast(-1 - random.nextInt(1_000));
    while (true) {
      record[random.nextInt(record.length)] = (byte) random.nextInt(256);
      DecodedRecord decoded = decoder.decode(new RawRecord(record, "shard", "1", 1));
      if (decoded.change() == null && decoded.rejection() != null) {
        return record;
      }
    }
  }

  private static byte[] aggregate(byte[] message, boolean intact) throws Exception {
    byte[] digest = MessageDigest.getInstance("MD5").digest(message);
    digest[0] ^= (byte) (intact ? 0 : 1);
    return join(join(AGGREGATE, message), digest);
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    // Neither JSON nor a protocol buffer.
    bytes[0] = (byte) 0xFF;
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[] one, byte[] other) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(one);
    joined.writeBytes(other);
    return joined.toByteArray();
  }

  private static void put(City city, List<byte[]> records) {
    List<PutRecordsRequestEntry> batch = new ArrayList<>();
    int size = 0;
    for (int i = 0; i < records.size(); i++) {
      batch.add(
          PutRecordsRequestEntry.builder()
              .partitionKey("key-" + i)
              .data(SdkBytes.fromByteArray(records.get(i)))
              .build());
      size += records.get(i).length;
      boolean isLast = i == records.size() - 1;
      if (isLast
          || batch.size() == BATCH_RECORDS
          || size + records.get(i + 1).length > BATCH_BYTES) {
        PutRecordsResponse response =
            city.cloud()
                .kinesis()
                .orElseThrow()
                .putRecords(
                    put ->
                        put.streamName(city.cloud().stream().orElseThrow().name())
                            .records(List.copyOf(batch)));
        assertThat(response.failedRecordCount()).isZero();
        batch.clear();
        size = 0;
      }
    }
  }
}
