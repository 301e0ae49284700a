package io.citytally;

import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.modify;
import static io.citytally.source.ChangeRecords.plain;
import static io.citytally.source.ChangeRecords.raw;
import static io.citytally.source.ChangeRecords.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.source.Admission;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteSource;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.Tally;
import io.citytally.vote.TotalsReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Snapshots outlive a version. Each release leaves a savepoint here, and every later version goes
 * on from it with its totals, its memory of changes and its lists.
 *
 * <p>A new release writes its own: {@code mvn test -pl src/job -am -Dtest=SavepointTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dcitytally.release=0.10.0}.
 */
class SavepointTest {

  private static final Path RELEASES = Path.of("src/job/src/test/resources/savepoints");

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

  private static final Choice ANY = new Choice("any", "any");

  private static final long NOON = 1_700_000_000_000_000L;

  /** Longer than any test, so that a snapshot holds what is gathered and not yet written. */
  private static final Duration WINDOW = Duration.ofHours(1);

  /** A savepoint of today must remember its changes when a later version restores it. */
  private static final Duration FOR_GOOD = Duration.ofDays(36_500);

  @TempDir static Path directory;

  private final RecordedResults results = new RecordedResults();

  static Stream<Path> releases() throws IOException {
    try (Stream<Path> files = Files.list(RELEASES)) {
      return files.sorted().toList().stream();
    }
  }

  @Test
  void thereIsASavepointOfEachReleaseFrom0_9_0On() throws IOException {
    assertThat(releases()).contains(RELEASES.resolve("0.9.0"));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void goesOnFromTheSavepointOfARelease(Path savepoint) throws Exception {
    goOnFrom(savepoint);
  }

  @Test
  void goesOnFromItsOwnSavepoint() throws Exception {
    String release = System.getProperty("citytally.release");
    Path target = release == null ? directory.resolve("own") : RELEASES.resolve(release);

    writeSavepoint(target);

    goOnFrom(target);
  }

  /** What a job has read before its snapshot: 100 votes, of which one moved and one went. */
  private static List<RawRecord> before() {
    List<RawRecord> records = new ArrayList<>();
    for (int vote = 0; vote < 100; vote++) {
      records.add(raw(insert("vote-" + vote, vote % 4 == 0 ? TREES : PARK, NOON + vote)));
    }
    records.add(raw(modify("vote-1", PARK, POOL, NOON + 2_000_000)));
    records.add(raw(remove("vote-0", TREES, NOON + 3_000_000)));
    records.add(raw(plain("plain", POOL)));
    return records;
  }

  private void goOnFrom(Path savepoint) throws Exception {
    List<RawRecord> records = before();
    records.add(raw(insert("later", TREES, NOON + 4_000_000)));

    try (StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment()) {
      env.configure(
          new Configuration()
              .set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString())
              // The source is another one; without the state of the stages the totals would differ.
              .set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true));
      env.setParallelism(2);
      pipeline(new RecordedSource(records)).addTo(env);
      env.execute();
    }

    assertThat(results.lastTallies())
        .containsOnly(
            Map.entry(PARK, new Tally(PARK, 1, 75, 1)),
            Map.entry(POOL, new Tally(POOL, 1, 2, 0)),
            Map.entry(TREES, new Tally(TREES, 1, 26, 1)));
    assertThat(results.lastRecentVotes())
        .containsOnly(
            Map.entry(RecentVotes.listOf("North"), List.of(POOL, POOL, PARK)),
            Map.entry(RecentVotes.listOf("South"), List.of(TREES, TREES, TREES)),
            Map.entry(RecentVotes.CITY, List.of(TREES, POOL, POOL)));
    assertThat(votesInHistory("region:North")).isEqualTo(new Tally(ANY, 1, 77, 1));
    assertThat(votesInHistory("region:South")).isEqualTo(new Tally(ANY, 1, 26, 1));
    assertThat(votesInHistory("city")).isEqualTo(new Tally(ANY, 1, 103, 2));
    assertThat(results.rejectedVotes()).isEmpty();
  }

  /** The sum of all buckets. */
  private Tally votesInHistory(String place) {
    return results.lastHistory().values().stream()
        .filter(tally -> HistoryKey.placeOf(tally.key).equals(place))
        .filter(tally -> !HistoryKey.isOfBallots(tally.key))
        .reduce(new Tally(ANY, 1, 0, 0), (sum, tally) -> sum.plus(tally.added, tally.removed));
  }

  private void writeSavepoint(Path target) throws Exception {
    EndlessSource source = new EndlessSource(before());
    try (StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment()) {
      env.setParallelism(2);
      pipeline(source).addTo(env);
      JobClient job = env.executeAsync();
      source.awaitAllSent();
      Path written =
          Path.of(
              URI.create(
                  job.triggerSavepoint(directory.toUri().toString(), SavepointFormatType.CANONICAL)
                      .get()));
      job.cancel().get();
      Files.move(written, target);
    }
  }

  private VoteCountingPipeline pipeline(VoteSource source) {
    return new VoteCountingPipeline(
        source,
        Admission.ofAtMost(10, TotalsReader.NONE),
        new CountingSettings(1, WriteWindows.of(WINDOW), FOR_GOOD, Duration.ofDays(30), 3),
        results.sinks());
  }
}
