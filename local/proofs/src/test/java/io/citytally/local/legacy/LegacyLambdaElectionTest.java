package io.citytally.local.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.count.ChoiceChange;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.MemoryKey;
import io.citytally.count.MemoryKeySerializer;
import io.citytally.local.city.Elections;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.local.cloud.CreationClock;
import io.citytally.local.election.Election;
import io.citytally.local.memory.InMemoryDynamoDb;
import io.citytally.sink.InMemoryConnection;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.table.CounterState;
import io.citytally.table.Decision;
import io.citytally.table.IdempotentAdd;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * A whole election in batches, one of which is delivered twice: to the Lambda function that
 * Citytally replaces, and to Citytally.
 */
@Tag("proof")
class LegacyLambdaElectionTest {

  private static final int BATCH = 100;

  private record Delivered(CastVote vote, long createdAtMicros) {}

  private final InMemoryDynamoDb table = new InMemoryDynamoDb();
  private final InMemoryConnection connection = new InMemoryConnection(table);
  private final List<List<Delivered>> deliveries = new ArrayList<>();
  private List<Delivered> retried;
  private Map<Choice, Long> published;

  @BeforeEach
  void deliver() throws Exception {
    table.answerAtOnce(true);
    Election election = Election.read(Elections.real("toulouse-2022").orElse(Elections.lunden()));
    published = new HashMap<>(election.published());
    published.values().removeIf(votes -> votes == 0);

    CreationClock clock = new CreationClock();
    for (Iterator<CastVote> votes = election.votesInOrder(1); votes.hasNext(); ) {
      List<Delivered> batch = new ArrayList<>();
      while (batch.size() < BATCH && votes.hasNext()) {
        batch.add(new Delivered(votes.next(), clock.next()));
      }
      deliveries.add(batch);
    }
    retried = deliveries.get(1);
    deliveries.add(2, retried);
  }

  @Test
  void theLambdaCountsTheVotesOfTheRetriedBatchTwice() {
    LegacyLambda lambda = new LegacyLambda(connection, TotalVotesTable.DEFAULT_NAME);

    for (List<Delivered> batch : deliveries) {
      lambda.handle(batch.stream().map(delivered -> delivered.vote.choice()).toList());
    }

    Map<Choice, Long> wrong = new HashMap<>(published);
    retried.forEach(delivered -> wrong.merge(delivered.vote.choice(), 1L, Long::sum));
    assertThat(retried).hasSize(BATCH);
    assertThat(table.totals()).isEqualTo(wrong);
  }

  @Test
  void citytallyCountsEachVoteOnce() throws Exception {
    Map<Choice, Tally> tallies = new HashMap<>();
    VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis(VotesTable.DEFAULT_NAME, 1);
    try (var deduplicate = openDeduplicate()) {
      for (List<Delivered> batch : deliveries) {
        for (Delivered delivered : batch) {
          deduplicate.processElement(decoder.decode(record(delivered)).change(), 0);
        }
        for (ChoiceChange change : deduplicate.extractOutputValues()) {
          tallies.merge(
              change.choice, new Tally(change.choice, 1, 1, 0), (tally, one) -> tally.plus(1, 0));
        }
        deduplicate.getOutput().clear();
        tallies.values().forEach(this::write);
      }
    }

    Map<Choice, Long> totals = new HashMap<>(table.totals());
    totals.keySet().removeIf(Choice::isTurnout);
    assertThat(totals).isEqualTo(published);
  }

  private static RawRecord record(Delivered delivered) {
    byte[] payload =
        ChangeRecord.cast(
                VotesTable.DEFAULT_NAME,
                delivered.vote.id(),
                delivered.vote.choice().improvement,
                delivered.vote.choice().region,
                delivered.createdAtMicros)
            .toJson();
    return new RawRecord(payload, "shardId-000000000000", "1", delivered.createdAtMicros / 1_000);
  }

  private static KeyedOneInputStreamOperatorTestHarness<MemoryKey, VoteChange, ChoiceChange>
      openDeduplicate() throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new DeduplicateChanges(Duration.ofHours(25), Duration.ofDays(31)),
            (VoteChange change) -> MemoryKey.of(change.identity),
            MemoryKeySerializer.TYPE);
    harness.open();
    return harness;
  }

  /** As a job that has just restarted: knowing nothing of how the item stands. */
  private void write(Tally tally) {
    Decision decision = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, tally);
    while (decision.kind() == Decision.Kind.WRITE) {
      decision = IdempotentAdd.decide(tried(tally.key, decision), tally);
    }
  }

  private CounterState tried(Choice key, Decision decision) {
    try {
      connection
          .updateItem(TotalVotesTable.update(TotalVotesTable.DEFAULT_NAME, key, decision))
          .join();
      return decision.next();
    } catch (CompletionException e) {
      return TotalVotesTable.stateOf(((ConditionalCheckFailedException) e.getCause()).item());
    }
  }
}
