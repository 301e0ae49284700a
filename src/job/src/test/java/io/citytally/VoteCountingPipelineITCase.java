package io.citytally;

import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.raw;
import static io.citytally.source.ChangeRecords.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.source.Admission;
import io.citytally.source.RawRecord;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.Tally;
import io.citytally.vote.TotalsReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pipeline in Flink, with an input that ends. */
class VoteCountingPipelineITCase {

  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Choice TREES = new Choice("South", "trees");

  private static final Choice NORTH = Choice.turnoutOf("North");
  private static final Choice SOUTH = Choice.turnoutOf("South");

  private static final long NOON = 1_700_000_000_000_000L;

  /** Longer than any test: what is written after the first change is written at the end. */
  private static final Duration WINDOW = Duration.ofHours(1);

  private final RecordedResults results = new RecordedResults();

  @Test
  void writesAllThatWasGatheredWhenTheInputEnds() throws Exception {
    List<RawRecord> records = new ArrayList<>();
    for (int vote = 0; vote < 1_000; vote++) {
      records.add(raw(insert("vote-" + vote, vote % 4 == 0 ? TREES : PARK, NOON + vote)));
    }
    records.add(raw(modify("vote-1", PARK, POOL, NOON + 2_000_000)));
    records.add(raw(remove("vote-0", TREES, NOON + 3_000_000)));
    records.addAll(records.subList(0, 500));
    Collections.shuffle(records, new Random(1));
    records.add(raw("no vote"));

    run(records);

    assertThat(results.lastTallies())
        .containsOnly(
            Map.entry(PARK, new Tally(PARK, 1, 750, 1)),
            Map.entry(POOL, new Tally(POOL, 1, 1, 0)),
            Map.entry(TREES, new Tally(TREES, 1, 250, 1)));
    assertThat(results.lastTurnout())
        .containsOnly(
            Map.entry(NORTH, new Tally(NORTH, 1, 750, 0)),
            Map.entry(SOUTH, new Tally(SOUTH, 1, 250, 1)));
    assertThat(results.lastRecentVotes())
        .containsOnly(
            Map.entry(RecentVotes.listOf("North"), List.of(POOL, PARK, PARK)),
            Map.entry(RecentVotes.listOf("South"), List.of(TREES, TREES, TREES)),
            Map.entry(RecentVotes.CITY, List.of(POOL, PARK, PARK)));
    assertThat(results.rejectedVotes())
        .singleElement()
        .satisfies(rejected -> assertThat(rejected.payload).isEqualTo("** vote"));
  }

  @Test
  void writesAKeyAtOnceAndThenNoMoreThanOncePerWindow() throws Exception {
    List<RawRecord> records = new ArrayList<>();
    for (int vote = 0; vote < 1_000; vote++) {
      records.add(raw(insert("vote-" + vote, PARK, NOON + vote)));
    }

    run(records);

    assertThat(results.tallies())
        .containsExactly(new Tally(PARK, 1, 1, 0), new Tally(PARK, 1, 1_000, 0));
  }

  private void run(List<RawRecord> records) throws Exception {
    try (StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment()) {
      env.setParallelism(2);
      new VoteCountingPipeline(
              new RecordedSource(records),
              Admission.ofAtMost(10, TotalsReader.NONE),
              new CountingSettings(
                  1, WriteWindows.of(WINDOW), Duration.ofHours(25), Duration.ofDays(30), 3),
              results.sinks())
          .addTo(env);
      env.execute();
    }
  }
}
