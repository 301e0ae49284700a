package io.citytally.cli.audit;

import io.citytally.table.CounterState;
import io.citytally.table.HistoryTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * Compares the course of the vote with the totals: of each region, and of the city, the buckets
 * must have taken in as many votes as the totals, and as many ballots as the turnouts. The ten
 * minutes of the city must have taken in as many as its hours, without what is undated.
 *
 * <p>What is compared is {@code added} and {@code removed}, the job's own count of its newest
 * epoch. So what stood in a total before the job first wrote it, a correction and a backfill are no
 * difference: none of them has a time. In the first epoch, which nothing came before, each bucket's
 * number must also be what it has taken in.
 *
 * <p>The two tables can't be read in one moment, and a bucket is up to a minute behind its totals.
 * If they differ, they are read again after the settling. Both numbers only grow. So if one still
 * exceeds what a later reading finds of the other, the difference was not just on its way. In a
 * region where nobody votes for as long as the settling, that finds every difference; in a busy
 * one, only differences that are greater than the votes that come in the meantime.
 */
public final class HistoryAudit {

  private static final Comparator<Choice> BY_PLACE =
      Comparator.<Choice, String>comparing(key -> key.region).thenComparing(key -> key.improvement);

  /** A place whose buckets differ from its totals, its turnouts or its hours. */
  public static final class Difference {

    private final String place;
    private final boolean ofBallots;
    private final long changes;

    Difference(String place, boolean ofBallots, long changes) {
      this.place = place;
      this.ofBallots = ofBallots;
      this.changes = changes;
    }

    /**
     * {@link HistoryKey#CITY}, {@link HistoryKey#CITY_TEN_MINUTES}, or {@link
     * HistoryKey#placeOf(String)} a region.
     */
    public String place() {
      return place;
    }

    /** Whether it is about ballots; else about votes. */
    public boolean isOfBallots() {
      return ofBallots;
    }

    /** How many changes the buckets count more than the totals, at least; below zero, fewer. */
    public long changes() {
      return changes;
    }
  }

  private final PacedScan reader;
  private final Tables tables;
  private final Duration settle;

  /**
   * @param settle longer than the job takes from a vote to its bucket
   */
  public HistoryAudit(PacedScan reader, Tables tables, Duration settle) {
    this.reader = reader;
    this.tables = tables;
    this.settle = settle;
  }

  /** The differences, by place; none if all is exact. Changes nothing. */
  public List<Difference> run() {
    Look first = new Look();
    if (first.differences(first).isEmpty()) {
      return List.of();
    }
    reader.sleeper().sleep(settle);
    return first.differences(new Look());
  }

  /** What the tables have taken in, by place and kind. */
  private final class Look {

    private final Map<Choice, Taken> totals = new HashMap<>();
    private final Map<Choice, Taken> history = new HashMap<>();

    /** By how much the buckets of the first epoch are more than they have taken in. */
    private final Map<Choice, Long> written = new HashMap<>();

    Look() {
      scan(tables.history(), this::addBucket);
      scan(
          tables.totalVotes(),
          item -> addTotal(HistoryKey.VOTES, TotalVotesTable.keyOf(item).region, item));
      scan(
          tables.turnout(),
          item -> addTotal(HistoryKey.BALLOTS, TurnoutTable.regionOf(item), item));
    }

    private void scan(String table, Consumer<Map<String, AttributeValue>> items) {
      reader.scan(ScanRequest.builder().tableName(table).build(), items, () -> {});
    }

    private void addBucket(Map<String, AttributeValue> item) {
      Choice bucket = HistoryTable.keyOf(item);
      String place = HistoryKey.placeOf(bucket);
      String kind = HistoryKey.isOfBallots(bucket) ? HistoryKey.BALLOTS : HistoryKey.VOTES;
      Choice key = new Choice(place, kind);
      CounterState state = TotalVotesTable.stateOf(item);
      add(history, key, state);
      if (place.equals(HistoryKey.CITY)
          && !HistoryKey.bucketOf(bucket).endsWith(HistoryKey.UNDATED)) {
        add(totals, new Choice(HistoryKey.CITY_TEN_MINUTES, kind), state);
      }
      if (state.epoch() == 1) {
        long difference = HistoryTable.countOf(item) - (state.added() - state.removed());
        written.merge(key, difference, Long::sum);
      }
    }

    private void addTotal(String kind, String region, Map<String, AttributeValue> item) {
      CounterState state = TotalVotesTable.stateOf(item);
      add(totals, new Choice(HistoryKey.placeOf(region), kind), state);
      add(totals, new Choice(HistoryKey.CITY, kind), state);
    }

    private void add(Map<Choice, Taken> sums, Choice key, CounterState state) {
      sums.computeIfAbsent(key, any -> new Taken()).add(state);
    }

    /** What can't be on its way between this look and a later one, or this one itself. */
    List<Difference> differences(Look later) {
      Set<Choice> keys = new TreeSet<>(BY_PLACE);
      keys.addAll(totals.keySet());
      keys.addAll(history.keySet());
      List<Difference> differences = new ArrayList<>();
      for (Choice key : keys) {
        long changes = changes(key, later);
        if (changes != 0) {
          differences.add(
              new Difference(key.region, key.improvement.equals(HistoryKey.BALLOTS), changes));
        }
      }
      return differences;
    }

    private long changes(Choice key, Look later) {
      long epoch = Math.max(of(later.totals, key).epoch, of(later.history, key).epoch);
      long beyond = of(history, key).beyond(of(later.totals, key), epoch);
      long lacking = of(totals, key).beyond(of(later.history, key), epoch);
      long byHand = later.written.getOrDefault(key, 0L);
      return beyond > 0 ? beyond : lacking > 0 ? -lacking : byHand;
    }

    private Taken of(Map<Choice, Taken> sums, Choice key) {
      return sums.getOrDefault(key, new Taken());
    }
  }

  /** How many came and went in each epoch. */
  private static final class Taken {

    private final Map<Long, CounterState> byEpoch = new HashMap<>();
    private long epoch;

    void add(CounterState state) {
      if (state.epoch() > 0) {
        epoch = Math.max(epoch, state.epoch());
        byEpoch.merge(
            state.epoch(),
            state,
            (one, other) ->
                CounterState.at(
                    one.epoch(), one.added() + other.added(), one.removed() + other.removed()));
      }
    }

    /** By how much this is more, in an epoch. */
    long beyond(Taken that, long epoch) {
      CounterState mine = byEpoch.getOrDefault(epoch, CounterState.NEVER_WRITTEN);
      CounterState other = that.byEpoch.getOrDefault(epoch, CounterState.NEVER_WRITTEN);
      return Math.max(0, mine.added() - other.added())
          + Math.max(0, mine.removed() - other.removed());
    }
  }
}
