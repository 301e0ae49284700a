package io.citytally.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.count.ChoiceChange;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.MemoryKey;
import io.citytally.count.MemoryKeySerializer;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A plain vote that is refused, delivered again and counted, and cast again later. */
class RecastPlainVoteTest {

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Duration DEDUPE = Duration.ofHours(25);
  private static final Duration REFRESH = Duration.ofSeconds(10);

  private final FakeBallot ballot = new FakeBallot(PARK);
  private AdmittingReader reader;
  private KeyedOneInputStreamOperatorTestHarness<MemoryKey, VoteChange, ChoiceChange> deduplicate;
  private long now = 1_700_000_000_000L;

  @BeforeEach
  void open() throws Exception {
    reader =
        new AdmittingReader(Admission.byBallot(ballot, REFRESH, new FakeTotals()), 1, 0, null, now);
    deduplicate =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new DeduplicateChanges(DEDUPE, Duration.ofDays(30).plus(DEDUPE)),
            change -> MemoryKey.of(change.identity),
            MemoryKeySerializer.TYPE,
            128,
            1,
            0);
    deduplicate.setStateTtlProcessingTime(now);
    deduplicate.open();
  }

  @AfterEach
  void close() throws Exception {
    deduplicate.close();
    reader.close();
  }

  private void pass(Duration time) throws Exception {
    now += time.toMillis();
    reader.setTime(now);
    deduplicate.setStateTtlProcessingTime(now);
  }

  /** Delivers a record. As in Kinesis, each delivery has a time of its own. */
  private void deliver(String record) throws Exception {
    reader.read(new RawRecord(record.getBytes(StandardCharsets.UTF_8), "shard", "" + now, now));
    for (VoteChange change : List.copyOf(reader.changes())) {
      deduplicate.processElement(change, 0);
    }
    reader.changes().clear();
  }

  private long votesFor(Choice choice) {
    return deduplicate.extractOutputValues().stream()
        .filter(change -> change.choice.equals(choice))
        .count();
  }

  @Test
  void countsOnceAlsoIfItIsCastAgainAfterTheTimeToLive() throws Exception {
    String vote = ChangeRecords.plain("x-1", POOL).toString();
    deliver(vote);
    RejectedVote refused = reader.rejected().get(0);
    ballot.put(PARK, POOL);
    pass(Duration.ofMinutes(30));
    deliver(ChangeRecords.plain("another", POOL).toString());
    pass(Duration.ofMinutes(20));
    deliver(vote);
    assertThat(votesFor(POOL)).isEqualTo(2);
    deduplicate.snapshot(1, now);

    pass(DEDUPE.plusHours(1));
    deliver(refused.recast);

    assertThat(votesFor(POOL)).isEqualTo(2);
  }
}
