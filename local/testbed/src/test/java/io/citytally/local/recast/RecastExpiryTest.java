package io.citytally.local.recast;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.recast.Recast;
import io.citytally.count.ChoiceChange;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.MemoryKey;
import io.citytally.count.MemoryKeySerializer;
import io.citytally.source.Admission;
import io.citytally.source.AdmittingReader;
import io.citytally.source.ChangeRecords;
import io.citytally.source.RawRecord;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.BallotReader;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * Citizens vote for weeks for what comes onto the ballot late; what is refused expires, and is cast
 * again now and then, by a command that may be interrupted. What is taken back was counted.
 */
@Tag("proof")
class RecastExpiryTest {

  private static final Duration DEDUPE = Duration.ofHours(25);
  private static final Duration REJECTED = Duration.ofDays(3);
  private static final List<Choice> CHOICES =
      IntStream.range(0, 4).mapToObj(i -> new Choice("region", "choice-" + i)).toList();

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverIsTakenBackWasCounted(int seed) throws Exception {
    try (Town town = new Town(new Random(seed))) {
      for (int step = 0; step < 400; step++) {
        town.step();
      }
      town.settle();

      assertThat(town.countedTaken).containsAll(town.castsOfWhatWasTakenBackAgain);
      assertThat(town.rejected.refusals())
          .as("what lies there still")
          .allMatch(refusal -> refusal.position.endsWith("-old-1"))
          .allMatch(refusal -> town.leftAlone.contains(refusal.choice));
    }
  }

  private static final class Town implements AutoCloseable {

    final RejectedVotes rejected = new RejectedVotes();
    final Set<Choice> leftAlone = new HashSet<>();

    /** By the times of their changes, of which each has its own. */
    final Set<Long> countedTaken = new HashSet<>();

    final Set<Long> castsOfWhatWasTakenBackAgain = new HashSet<>();

    private final Random random;
    private final Map<String, Choice> votes = new HashMap<>();
    private final Map<String, Long> changedAt = new HashMap<>();

    /** By the time at which a vote left a choice, the time at which it had taken it. */
    private final Map<Long, Long> takenAt = new HashMap<>();

    private final Set<Choice> ballot = new HashSet<>(CHOICES.subList(0, 1));
    private final AdmittingReader reader;
    private final KeyedOneInputStreamOperatorTestHarness<MemoryKey, VoteChange, ChoiceChange>
        deduplicate;
    private int records;
    private long now = 1_700_000_000_000L;

    Town(Random random) throws Exception {
      this.random = random;
      BallotReader ballotReader = () -> CompletableFuture.completedFuture(Set.copyOf(ballot));
      reader =
          new AdmittingReader(
              Admission.byBallot(ballotReader, Duration.ofSeconds(10), TotalsReader.NONE),
              1,
              0,
              null,
              now);
      deduplicate =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new DeduplicateChanges(DEDUPE, REJECTED.plus(DEDUPE)),
              change -> MemoryKey.of(change.identity),
              MemoryKeySerializer.TYPE);
      deduplicate.open();
      pass(Duration.ofMinutes(1));
    }

    void step() throws Exception {
      pass(Duration.ofMinutes(random.nextInt(120)));
      int dice = random.nextInt(40);
      if (dice == 0) {
        ballot.add(CHOICES.get(random.nextInt(CHOICES.size())));
      } else if (dice < 4) {
        recast(random.nextBoolean());
      } else {
        vote();
      }
    }

    void settle() throws Exception {
      ballot.addAll(CHOICES);
      pass(Duration.ofMinutes(1));
      recast(false);
    }

    private void vote() throws Exception {
      String id = "vote-" + random.nextInt(20);
      Choice before = votes.get(id);
      Choice after = random.nextInt(3) == 0 ? null : CHOICES.get(random.nextInt(CHOICES.size()));
      long micros = now * 1_000 + records;
      if (before == after) {
        return;
      }
      if (before == null) {
        read(ChangeRecords.bytes(ChangeRecords.insert(id, after, micros)));
      } else if (after == null) {
        read(ChangeRecords.bytes(ChangeRecords.remove(id, before, micros)));
      } else {
        read(ChangeRecords.bytes(ChangeRecords.modify(id, before, after, micros)));
      }
      takenAt.put(micros, changedAt.put(id, micros));
      votes.put(id, after);
    }

    private void recast(boolean isInterrupted) throws Exception {
      Recast recast =
          new Recast(
              rejected,
              "rejected",
              Optional.of(Set.copyOf(ballot)),
              Clock.fixed(Instant.ofEpochMilli(now), ZoneOffset.UTC));
      rejected.fails = isInterrupted;
      try {
        recast.castAgain(this::putAgain, () -> false);
      } catch (IllegalStateException e) {
        assertThat(isInterrupted).isTrue();
      }
      leftAlone.addAll(recast.leftAlone().keySet());
    }

    private void putAgain(List<String> again) {
      for (String each : again) {
        if (each.contains("\"side\":\"old\"")) {
          long micros = Long.parseLong(each.replaceAll(".*\"changedAtMicros\":([0-9]+).*", "$1"));
          castsOfWhatWasTakenBackAgain.add(takenAt.get(micros));
        }
        try {
          read(each.getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }

    private void read(byte[] payload) throws Exception {
      reader.read(new RawRecord(payload, "shard", Integer.toString(records++), now));
      reader.rejected().forEach(rejected::put);
      reader.rejected().clear();
      for (VoteChange change : reader.changes()) {
        deduplicate.processElement(change, 0);
      }
      reader.changes().clear();
      for (ChoiceChange side : deduplicate.extractOutputValues()) {
        if (side.taken) {
          countedTaken.add(side.changedAtMicros);
        }
      }
      deduplicate.getOutput().clear();
    }

    private void pass(Duration time) throws Exception {
      now += time.toMillis();
      reader.setTime(now);
      deduplicate.setStateTtlProcessingTime(now);
    }

    @Override
    public void close() throws Exception {
      reader.close();
      deduplicate.close();
    }
  }

  /** The table, as far as {@link Recast} uses it. */
  private static final class RejectedVotes implements DynamoDbClient {

    boolean fails;

    private final Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items =
        new LinkedHashMap<>();
    private long nowSeconds;

    void put(RejectedVote vote) {
      items.put(
          RejectedVotesTable.keyOf(vote.shard, vote.position),
          RejectedVotesTable.itemOf(vote, REJECTED));
    }

    /** Those that have not expired. */
    List<RejectedVote> refusals() {
      return alive().stream().map(RejectedVotesTable::rejectedVoteOf).toList();
    }

    private List<Map<String, AttributeValue>> alive() {
      return items.values().stream()
          .filter(item -> Long.parseLong(item.get("expires_at").n()) > nowSeconds)
          .toList();
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
      nowSeconds = Long.parseLong(request.expressionAttributeValues().get(":now").n());
      return ScanResponse.builder().items(new ArrayList<>(alive())).build();
    }

    /** Each fourth one fails, with some of its items gone. */
    @Override
    public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
      for (var write : request.requestItems().get("rejected")) {
        if (fails && write.deleteRequest().key().hashCode() % 4 == 0) {
          throw new IllegalStateException("interrupted");
        }
        items.remove(write.deleteRequest().key());
      }
      return BatchWriteItemResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
