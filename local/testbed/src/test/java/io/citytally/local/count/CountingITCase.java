package io.citytally.local.count;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.local.city.City;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.Messages.AggregatedRecord;
import org.apache.flink.kinesis.shaded.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The whole system, from the {@code votes} table over Kinesis to the totals. */
class CountingITCase {

  private static final String LAST_HASH_KEY =
      BigInteger.TWO.pow(128).subtract(BigInteger.ONE).toString();

  private static City city;
  private static LocalFlink job;

  @BeforeAll
  static void start() throws Exception {
    city = City.withKinesis(VoteStream.Faults.NONE);
    job = city.startJob(city.settings(Duration.ofMillis(200), 2, 1), Optional.empty());
  }

  @AfterAll
  static void stop() throws Exception {
    city.close();
  }

  @Test
  void followsAVoteThatIsCastChangedAndWithdrawn() {
    Choice bench = new Choice("Followed", "bench");
    Choice fountain = new Choice("Followed", "fountain");

    city.votes().cast("followed", bench);
    city.awaitTotal(bench, 1);
    awaitRecent("Followed", bench);

    city.votes().cast("followed", fountain);
    city.awaitTotal(fountain, 1);
    city.awaitTotal(bench, 0);
    awaitRecent("Followed", fountain);

    city.votes().withdraw("followed");
    city.awaitTotal(fountain, 0);
    awaitRecent("Followed");
  }

  @Test
  void followsAVoteThatMovesToAnotherRegion() {
    Choice here = new Choice("Here", "bench");
    Choice there = new Choice("There", "bench");

    city.votes().cast("moved", here);
    awaitRecent("Here", here);
    city.votes().cast("moved", there);

    awaitRecent("There", there);
    awaitRecent("Here");
    city.awaitTotal(here, 0);
    city.awaitTotal(there, 1);
  }

  @Test
  void showsTheVotesOfAllRegionsInTheCitysList() {
    city.votes().cast("in-the-city", PARK);

    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(() -> assertThat(recent(RecentVotes.CITY)).contains(PARK));
  }

  @Test
  void addsToTheTotalThatTheOldLambdaLeft() {
    Choice tower = new Choice("Inherited", "tower");
    Map<String, AttributeValue> inherited = new HashMap<>(TotalVotesTable.keyOf(tower));
    inherited.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN("41"));
    city.cloud()
        .dynamoDb()
        .putItem(put -> put.tableName(TotalVotesTable.DEFAULT_NAME).item(inherited));

    city.votes().cast("heir", tower);

    city.awaitTotal(tower, 42);
  }

  @Test
  void rejectsWhatItCannotCountAndGoesOn() {
    put("{\"id\":\"broken\",");
    put("{\"id\":\"homeless\",\"improvement\":\"bench\"}");
    put(
        new String(
            ChangeRecord.cast("another_table", "stranger", "bench", "Elsewhere", 1).toJson(),
            StandardCharsets.UTF_8));
    put("{\"id\":\"plain\",\"improvement\":\"bench\",\"region\":\"Plain\"}");

    city.awaitTotal(new Choice("Plain", "bench"), 1);
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(city.cloud().rejectedVotes())
                    .extracting(rejected -> rejected.reason)
                    .anyMatch(reason -> reason.startsWith("not JSON"))
                    .anyMatch(reason -> reason.contains("region is missing"))
                    .anyMatch(reason -> reason.contains("another_table")));
  }

  @Test
  void rejectsAnItemWithoutARegionAndCountsItOnceItHasOne() {
    Choice swing = new Choice("Repaired", "swing");
    city.cloud()
        .dynamoDb()
        .putItem(
            put ->
                put.tableName(VotesTable.DEFAULT_NAME)
                    .item(
                        Map.of(
                            "id", AttributeValue.fromS("repaired"),
                            "improvement", AttributeValue.fromS("swing"))));
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(city.cloud().rejectedVotes())
                    .anyMatch(rejected -> rejected.payload.contains("swing")));

    city.votes().cast("repaired", swing);

    city.awaitTotal(swing, 1);
  }

  @Test
  void countsTheVotesOfAnAggregatedRecord() {
    Choice bridge = new Choice("Aggregated", "bridge");
    VoteStream aggregated =
        new VoteStream(
            city.cloud().kinesis().orElseThrow(),
            city.cloud().stream().orElseThrow().name(),
            VoteStream.Packing.AGGREGATED,
            VoteStream.Faults.NONE);
    CreationClock clock = new CreationClock();
    for (int vote = 0; vote < 1_000; vote++) {
      aggregated.put(
          ChangeRecord.cast(
              VotesTable.DEFAULT_NAME, "kpl-" + vote, "bridge", "Aggregated", clock.next()));
    }
    aggregated.flush();

    city.awaitTotal(bridge, 1_000);
  }

  /**
   * As a producer puts them that has not heard yet of a split, and sends again what it then hears.
   */
  @Test
  void countsEachVoteOfAnAggregateOnceIfOneIsOfAnotherShard() {
    Choice gate = new Choice("Resharded", "gate");
    CreationClock clock = new CreationClock();
    AggregatedRecord.Builder aggregate =
        AggregatedRecord.newBuilder()
            .addPartitionKeyTable("any")
            .addExplicitHashKeyTable("0")
            .addExplicitHashKeyTable(LAST_HASH_KEY);
    List<byte[]> votes = new ArrayList<>();
    for (int vote = 0; vote < 3; vote++) {
      votes.add(
          ChangeRecord.cast(
                  VotesTable.DEFAULT_NAME, "resharded-" + vote, "gate", "Resharded", clock.next())
              .toJson());
      aggregate
          .addRecordsBuilder()
          .setPartitionKeyIndex(0)
          .setExplicitHashKeyIndex(vote == 1 ? 1 : 0)
          .setData(ByteString.copyFrom(votes.get(vote)));
    }
    long before = job.metrics().total("duplicatesDropped");

    put("0", aggregated(aggregate.build().toByteArray()));
    put(LAST_HASH_KEY, votes.get(1));

    city.awaitTotal(gate, 3);
    await()
        .atMost(City.TIMEOUT)
        .until(() -> job.metrics().total("duplicatesDropped") == before + 1);
  }

  @Test
  void writesAKeyAtMostOncePerWindow() {
    Choice busy = new Choice("Busy", "bench");
    long before = job.metrics().total("tallyWrites");

    for (int vote = 0; vote < 400; vote++) {
      city.votes().cast("busy-" + vote, busy);
    }

    city.awaitTotal(busy, 400);
    assertThat(job.metrics().total("tallyWrites") - before).isLessThan(200);
  }

  @Test
  void countsWhatItDoes() {
    city.votes().cast("measured-1", POOL);
    city.votes().cast("measured-2", TREES);

    city.awaitTotal(POOL, 1);
    city.awaitTotal(TREES, 1);
    assertThat(job.metrics().total("changesCounted")).isGreaterThanOrEqualTo(2);
    assertThat(job.metrics().total("tallyWrites")).isGreaterThanOrEqualTo(2);
  }

  private static void awaitRecent(String region, Choice... choices) {
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(
            () -> assertThat(recent(RecentVotes.listOf(region))).containsExactly(choices));
  }

  private static List<Choice> recent(String list) {
    return city.cloud().recentVotes(list).stream().map(vote -> vote.choice).toList();
  }

  private static void put(String record) {
    put("0", record.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(String hashKey, byte[] record) {
    city.cloud()
        .kinesis()
        .orElseThrow()
        .putRecord(
            put ->
                put.streamName(city.cloud().stream().orElseThrow().name())
                    .partitionKey("any")
                    .explicitHashKey(hashKey)
                    .data(SdkBytes.fromByteArray(record)));
  }

  /** In the format of the Kinesis Producer Library. */
  private static byte[] aggregated(byte[] message) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(message);
      return ByteBuffer.allocate(4 + message.length + digest.length)
          .putInt(0xF3899AC2)
          .put(message)
          .put(digest)
          .array();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
