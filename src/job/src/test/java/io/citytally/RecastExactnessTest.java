package io.citytally;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.count.ChoiceChange;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.MemoryKey;
import io.citytally.count.MemoryKeySerializer;
import io.citytally.source.Admission;
import io.citytally.source.AdmittingReader;
import io.citytally.source.ChangeRecords;
import io.citytally.source.RawRecord;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.UnavailableException;
import io.citytally.vote.VoteChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Citizens cast, change and withdraw votes for what is on the ballot and what is not, and another
 * producer casts some; the ballot changes, and can't be read at times; changes are delivered twice;
 * the job crashes and goes on from an earlier checkpoint with other readers; what was refused is
 * cast again, early and late, also twice. Once all is on the ballot and cast again, each total is
 * that of the votes that stand.
 */
@Tag("proof")
class RecastExactnessTest {

  private static final int SHARDS = 4;
  private static final Duration DEDUPE = Duration.ofHours(25);
  private static final Duration REJECTED = Duration.ofDays(30);
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
  private static final List<Choice> CHOICES =
      IntStream.range(0, 6)
          .mapToObj(i -> new Choice(i < 4 ? "region" : "other", "choice-" + i))
          .toList();

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void eachTotalIsExactOnceAllIsAdmittedAndCastAgain(int seed) throws Exception {
    try (Town town = new Town(new Random(seed), seed % 3 == 0)) {
      for (int step = 0; step < 400; step++) {
        town.step();
      }
      town.settle();

      assertThat(town.totals()).isEqualTo(town.truth());
      assertThat(town.rejected).isEmpty();
    }
  }

  /**
   * What stands in the table for a citizen.
   *
   * @param choices those that count
   */
  private record Ballot(ObjectNode item, List<Choice> choices) {}

  /** A checkpoint of all stages, with what the stream and the totals were then. */
  private record Checkpoint(
      AdmittingReader.Snapshot readers,
      OperatorSubtaskState deduplicate,
      int read,
      List<ChoiceChange> counted) {}

  private static final class Town implements AutoCloseable {

    private final Random random;
    private final boolean withoutBallot;
    private final Map<String, Ballot> votes = new HashMap<>();
    private final List<RawRecord> stream = new ArrayList<>();
    private final Map<String, RejectedVote> rejected = new LinkedHashMap<>();
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final Set<Choice> ballot = new HashSet<>(CHOICES.subList(0, 3));
    private final Set<Choice> written = new HashSet<>();
    private boolean isDynamoDbAway;
    private List<AdmittingReader> readers = List.of();
    private KeyedOneInputStreamOperatorTestHarness<MemoryKey, VoteChange, ChoiceChange> deduplicate;
    private List<ChoiceChange> counted = new ArrayList<>();
    private int maxChoices = 2;
    private int read;
    private long now = 1_700_000_000_000L;

    Town(Random random, boolean withoutBallot) throws Exception {
      this.random = random;
      this.withoutBallot = withoutBallot;
      start(2, null);
    }

    void step() throws Exception {
      pass(Duration.ofMillis(random.nextInt(3_000)));
      switch (random.nextInt(26)) {
        case 22 -> pass(Duration.ofMinutes(random.nextInt(20)));
        case 21, 23 -> voteOnce();
        case 20 -> isDynamoDbAway = !isDynamoDbAway;
        case 0 -> changeBallot();
        case 1 -> checkpoints.add(checkpoint());
        case 2 -> crash();
        case 3, 24, 25 -> repeat();
        case 4 -> recast(random.nextInt(3), 30);
        case 5 -> pass(Duration.ofHours(random.nextInt(40)));
        case 6, 7, 8, 9 -> read();
        default -> vote();
      }
    }

    /** Everything is admitted, read, and cast again until nothing is left. */
    void settle() throws Exception {
      isDynamoDbAway = false;
      ballot.addAll(CHOICES);
      maxChoices = CHOICES.size();
      advance(REFRESH);
      Checkpoint last = checkpoint();
      stop();
      start(1, last);
      drain();
      for (int round = 0; round < 3 && !rejected.isEmpty(); round++) {
        recast(1, Integer.MAX_VALUE);
        drain();
      }
    }

    Map<Choice, Integer> truth() {
      Map<Choice, Integer> truth = new HashMap<>();
      for (Ballot each : votes.values()) {
        each.choices.forEach(choice -> truth.merge(choice, 1, Integer::sum));
        if (!each.choices.isEmpty()) {
          truth.merge(Choice.turnoutOf(each.choices.get(0).region), 1, Integer::sum);
        }
      }
      return truth;
    }

    Map<Choice, Integer> totals() {
      Map<Choice, Integer> totals = new HashMap<>();
      counted.forEach(side -> totals.merge(side.choice, side.taken ? 1 : -1, Integer::sum));
      totals.values().removeIf(total -> total == 0);
      return totals;
    }

    private void vote() {
      String id = "vote-" + random.nextInt(30);
      Ballot before = votes.get(id);
      Ballot after = random.nextInt(4) == 0 ? null : ballot(id);
      if (before == null && after == null) {
        return;
      }
      String operation = before == null ? "INSERT" : after == null ? "REMOVE" : "MODIFY";
      ObjectNode record =
          ChangeRecords.change(
              operation,
              id,
              before == null ? null : before.item,
              after == null ? null : after.item,
              now * 1_000 + stream.size() % 1_000);
      put(shardOf(id), ChangeRecords.bytes(record));
      if (after == null) {
        votes.remove(id);
      } else {
        votes.put(id, after);
      }
    }

    /** A vote by another producer than the table. Each delivery has a time of its own. */
    private void voteOnce() {
      String id = "once-" + stream.size();
      Choice choice = CHOICES.get(random.nextInt(CHOICES.size()));
      votes.put(id, new Ballot(null, List.of(choice)));
      put(shardOf(id), ChangeRecords.bytes(ChangeRecords.plain(id, choice)));
    }

    /** One choice in the older form, or several; now and then with names that can't count. */
    private Ballot ballot(String id) {
      Choice first = CHOICES.get(random.nextInt(CHOICES.size()));
      if (isOlder(id)) {
        return new Ballot(ChangeRecords.item(id, first), List.of(first));
      }
      List<Choice> choices =
          CHOICES.stream()
              .filter(choice -> choice.region.equals(first.region))
              .filter(choice -> choice.equals(first) || random.nextBoolean())
              .toList();
      List<String> names = new ArrayList<>();
      choices.forEach(choice -> names.add(choice.improvement));
      int kind = random.nextInt(12);
      if (kind == 0) {
        names.add("");
      } else if (kind == 1) {
        IntStream.range(0, 100).forEach(i -> names.add("name-" + i));
      }
      Collections.shuffle(names, random);
      return new Ballot(
          ChangeRecords.ballot(id, first.region, names.toArray(new String[0])),
          kind == 1 ? List.of() : choices);
    }

    /** Some voting applications write the older form, and never another. */
    private static boolean isOlder(String id) {
      return id.endsWith("7");
    }

    private static int shardOf(String id) {
      return Math.floorMod(id.hashCode(), SHARDS);
    }

    private void put(int shard, byte[] payload) {
      stream.add(
          new RawRecord(payload, Integer.toString(shard), Integer.toString(stream.size()), now));
    }

    /** The stream repeats a record of the last hours. */
    private void repeat() {
      List<RawRecord> young =
          stream.stream().filter(record -> record.arrivedAtMillis > now - 3_600_000).toList();
      if (!young.isEmpty()) {
        RawRecord repeated = young.get(random.nextInt(young.size()));
        put(Integer.parseInt(repeated.shard), repeated.payload);
      }
    }

    private void changeBallot() {
      Choice choice = CHOICES.get(random.nextInt(CHOICES.size()));
      if (!ballot.remove(choice)) {
        ballot.add(choice);
      }
    }

    /** Puts refusals on the stream; some it forgets to delete, as if it had been interrupted. */
    private void recast(int deletesOneOf, int atMost) {
      for (RejectedVote refusal : rejected.values().stream().limit(atMost).toList()) {
        if (refusal.arrivedAtMillis + REJECTED.toMillis() > now) {
          put(random.nextInt(SHARDS), refusal.recast.getBytes(StandardCharsets.UTF_8));
          if (deletesOneOf != 0 && random.nextInt(deletesOneOf) == 0) {
            rejected.remove(refusal.position);
          }
        }
      }
    }

    private Checkpoint checkpoint() throws Exception {
      return new Checkpoint(
          AdmittingReader.snapshot(readers),
          deduplicate.snapshot(1, now),
          read,
          List.copyOf(counted));
    }

    /** Back to one of the last checkpoints that the stream still reaches. */
    private void crash() throws Exception {
      checkpoints.removeIf(
          checkpoint ->
              checkpoint.read < stream.size()
                  && stream.get(checkpoint.read).arrivedAtMillis < now - 86_400_000L);
      if (!checkpoints.isEmpty()) {
        // What came after it never was.
        checkpoints.subList(random.nextInt(checkpoints.size()) + 1, checkpoints.size()).clear();
        stop();
        start(1 + random.nextInt(3), checkpoints.get(checkpoints.size() - 1));
      }
    }

    private void read() throws Exception {
      int records = random.nextInt(20);
      for (int i = 0; i < records && read < stream.size(); i++) {
        readNext();
      }
    }

    private void drain() throws Exception {
      while (read < stream.size()) {
        readNext();
      }
    }

    private void readNext() throws Exception {
      RawRecord record = stream.get(read++);
      var reader = readers.get(Integer.parseInt(record.shard) % readers.size());
      reader.read(record);
      takeOver(reader);
    }

    private void takeOver(AdmittingReader reader) throws Exception {
      for (List<RejectedVote> votes : List.of(reader.rejected(), reader.rejectedTurnout())) {
        votes.stream()
            .filter(vote -> vote.recast != null)
            .forEach(vote -> rejected.put(vote.position, vote));
        votes.clear();
      }
      // What has a choice and counts for the turnout comes twice, which does no harm.
      for (List<VoteChange> changes : List.of(reader.changes(), reader.turnout())) {
        for (VoteChange change : changes) {
          deduplicate.processElement(change, 0);
        }
        changes.clear();
      }
      counted.addAll(deduplicate.extractOutputValues());
      counted.forEach(side -> written.add(side.choice));
      deduplicate.getOutput().clear();
    }

    private void pass(Duration time) throws Exception {
      // A job that keeps up: what the stream holds no longer has been read.
      if (time.toHours() > 0) {
        isDynamoDbAway = false;
        drain();
        advance(MAX_PAUSE);
      }
      advance(time);
    }

    private void advance(Duration time) throws Exception {
      now += time.toMillis();
      setClocks();
    }

    private void setClocks() throws Exception {
      deduplicate.setStateTtlProcessingTime(now);
      for (AdmittingReader reader : readers) {
        reader.setTime(now);
        takeOver(reader);
      }
    }

    private void start(int parallelism, Checkpoint from) throws Exception {
      readers = new ArrayList<>();
      for (int subtask = 0; subtask < parallelism; subtask++) {
        readers.add(
            new AdmittingReader(
                admission(), parallelism, subtask, from == null ? null : from.readers, now));
      }
      deduplicate =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new DeduplicateChanges(DEDUPE, REJECTED.plus(DEDUPE)),
              change -> MemoryKey.of(change.identity),
              MemoryKeySerializer.TYPE);
      if (from != null) {
        deduplicate.initializeState(from.deduplicate);
        counted = new ArrayList<>(from.counted);
        read = from.read;
      }
      deduplicate.open();
      setClocks();
    }

    private Admission admission() {
      if (withoutBallot) {
        return Admission.ofAtMost(maxChoices, this::hasTotal);
      }
      return Admission.byBallot(this::readBallot, REFRESH, this::hasTotal);
    }

    private CompletableFuture<Set<Choice>> readBallot() {
      return isDynamoDbAway
          ? CompletableFuture.failedFuture(new UnavailableException("away", null))
          : CompletableFuture.completedFuture(Set.copyOf(ballot));
    }

    private CompletableFuture<Boolean> hasTotal(Choice choice) {
      return isDynamoDbAway
          ? CompletableFuture.failedFuture(new UnavailableException("away", null))
          : CompletableFuture.completedFuture(written.contains(choice));
    }

    private void stop() throws Exception {
      for (AdmittingReader reader : readers) {
        reader.close();
      }
      deduplicate.close();
    }

    @Override
    public void close() throws Exception {
      stop();
    }
  }
}
