package io.citytally.local.simulation;

import io.citytally.local.simulation.SimulatedStream.Delivery;
import io.citytally.local.simulation.SimulatedStream.Shard;
import io.citytally.table.CounterState;
import io.citytally.table.HistoryTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the tables should say, worked out from what the stream has taken in, without the job. */
final class Truth {

  /** A side of a change. */
  private record Counted(int change, boolean taken, Choice key) {}

  private final Set<Counted> delivered = new HashSet<>();

  /** The changes of which a record was delivered. */
  private final Set<Integer> known = new HashSet<>();

  private final SortedSet<String> rejected = new TreeSet<>();

  /** What each total was before the job first wrote it. */
  private final Map<Choice, Long> legacy = new HashMap<>();

  private final Set<Choice> wasBefore = new HashSet<>();

  /** What each total was before the epoch. */
  private final Map<Choice, Long> before = new HashMap<>();

  /** What earlier epochs did not count, though it was cast. */
  private final Map<Choice, Long> lacking = new HashMap<>();

  private long epoch = 1;

  /** What came and went in the epoch. */
  private final Map<Choice, Long> added = new HashMap<>();

  private final Map<Choice, Long> removed = new HashMap<>();

  /** The first delivery of each change in the epoch. */
  private final List<Delivery> firstDeliveries = new ArrayList<>();

  /** The ten minutes of each change, by its number: what casts it again tells no time. */
  private final Map<Integer, Long> times = new HashMap<>();

  /** A total that stands in the table before the job first writes it. */
  void legacy(Choice key, long votes) {
    legacy.merge(key, votes, Long::sum);
    before.merge(key, votes, Long::sum);
    wasBefore.add(key);
  }

  /** A vote that was counted before the job first started. */
  void earlier(Change change) {
    for (Change.Side side : change.taken()) {
      Choice key = side.key();
      delivered.add(new Counted(change.number(), true, key));
      if (key.isTurnout()) {
        // The Lambda knew nothing of it.
        lacking.merge(key, 1L, Long::sum);
      } else {
        before.merge(key, 1L, Long::sum);
        wasBefore.add(key);
      }
    }
  }

  /** The stream has taken a record in. */
  void deliver(Delivery delivery) {
    Change change = delivery.change();
    if (change.rejected()) {
      rejected.add(delivery.shard() + " " + delivery.sequenceNumber());
    }
    if (known.add(change.number())) {
      firstDeliveries.add(delivery);
    }
    times.putIfAbsent(change.number(), tenMinutesOf(change));
    for (Change.Side side : change.taken()) {
      if (delivered.add(new Counted(change.number(), true, side.key()))) {
        count(change, side, added);
      }
    }
    for (Change.Side side : change.left()) {
      if (delivered.add(new Counted(change.number(), false, side.key()))) {
        count(change, side, removed);
      }
    }
  }

  private void count(Change change, Change.Side side, Map<Choice, Long> numbers) {
    numbers.merge(side.key(), 1L, Long::sum);
    historyOf(change, side).forEach(key -> numbers.merge(key, 1L, Long::sum));
  }

  /** A plain vote has no time that is the same at each delivery. */
  private static long tenMinutesOf(Change change) {
    return change.record() == null
        ? HistoryKey.UNDATED_TIME
        : HistoryKey.tenMinutesOf(change.changedAtMicros());
  }

  /** The buckets in which a side counts. */
  private List<Choice> historyOf(Change change, Change.Side side) {
    String kind = side.key().isTurnout() ? HistoryKey.BALLOTS : HistoryKey.VOTES;
    long time = times.get(change.number());
    List<Choice> keys = new ArrayList<>();
    keys.add(HistoryKey.ofRegion(side.key().region, kind, time));
    keys.add(HistoryKey.ofCity(kind, time));
    if (time != HistoryKey.UNDATED_TIME) {
      keys.add(HistoryKey.ofCityTenMinutes(kind, time));
    }
    return keys;
  }

  /** The count starts again, on top of what stands in the table. */
  void nextEpoch(long next, Map<Choice, Long> state) {
    totals().forEach((key, votes) -> move(key, state.getOrDefault(key, 0L) - votes));
    epoch = next;
    added.clear();
    removed.clear();
    firstDeliveries.clear();
  }

  /** What stands before the epoch is another number than the changes sum up to. */
  private void move(Choice key, long votes) {
    lacking.merge(key, -votes, Long::sum);
    before.put(key, of(before, key) + votes + of(added, key) - of(removed, key));
  }

  /** At rest, of every key. */
  Map<Choice, Long> totals() {
    Map<Choice, Long> totals = new HashMap<>();
    for (Choice key : Citizens.COUNTED) {
      totals.put(key, of(before, key) + of(added, key) - of(removed, key));
    }
    history().forEach(key -> totals.put(key, of(before, key) + of(added, key) - of(removed, key)));
    return totals;
  }

  /** The buckets of the course of the vote of which something is known. */
  private Set<Choice> history() {
    Set<Choice> keys = new HashSet<>(before.keySet());
    keys.addAll(added.keySet());
    keys.addAll(removed.keySet());
    keys.removeIf(key -> !key.isHistory());
    return keys;
  }

  /**
   * The totals and turnouts, if the stream has taken everything in, from what stands in the table
   * of the votes.
   */
  Map<Choice, Long> totals(Map<Choice, Long> state) {
    Map<Choice, Long> totals = new HashMap<>(state);
    legacy.forEach((key, votes) -> totals.merge(key, votes, Long::sum));
    lacking.forEach((key, votes) -> totals.merge(key, -votes, Long::sum));
    totals.keySet().removeIf(Choice::isHistory);
    return totals;
  }

  /** Whether there was a total before the job first wrote one. */
  boolean wasBefore(Choice key) {
    return wasBefore.contains(key);
  }

  /**
   * Returns for how many choices the item has taken in more than a job could count that reads only
   * what the stream still holds. Choices of which the stream holds no vote are left out.
   */
  long ahead(
      SimulatedStream stream, Function<Choice, CounterState> items, Predicate<Choice> counts) {
    Set<Counted> read = new HashSet<>();
    Map<Choice, Long> taken = new HashMap<>();
    Map<Choice, Long> left = new HashMap<>();
    for (Shard shard : stream.shards()) {
      for (int i = shard.expired(); i < shard.size(); i++) {
        Change change = shard.delivery(i).change();
        for (Change.Side side : change.taken()) {
          if (read.add(new Counted(change.number(), true, side.key()))) {
            count(change, side, taken);
          }
        }
        for (Change.Side side : change.left()) {
          if (read.add(new Counted(change.number(), false, side.key()))) {
            count(change, side, left);
          }
        }
      }
    }
    Set<Choice> seen = new HashSet<>(taken.keySet());
    seen.addAll(left.keySet());
    return seen.stream()
        .filter(counts)
        .filter(
            key -> {
              CounterState item = items.apply(key);
              return item.epoch() == epoch
                  && (item.added() > of(taken, key) || item.removed() > of(left, key));
            })
        .count();
  }

  /** The rejected records, each as its shard and sequence number. */
  SortedSet<String> rejected() {
    return rejected;
  }

  /**
   * Whether an item may have come to stand so by a write.
   *
   * @throws SimulationFailure if not
   */
  void check(Choice key, Map<String, AttributeValue> old, Map<String, AttributeValue> item) {
    CounterState was = TotalVotesTable.stateOf(old);
    CounterState is = TotalVotesTable.stateOf(item);
    if (is.epoch() < was.epoch()
        || is.epoch() == was.epoch()
            && (is.added() < was.added() || is.removed() < was.removed())) {
      throw new SimulationFailure(key + " goes back from (" + was + ") to (" + is + ")");
    }
    if (is.epoch() < epoch) {
      // Only until the newest epoch first writes the item; then it can't go back any more.
      long votes = totalOf(item) - (old.isEmpty() ? 0 : totalOf(old));
      lacking.merge(key, -votes, Long::sum);
      before.merge(key, votes, Long::sum);
      return;
    }
    if (is.added() > of(added, key) || is.removed() > of(removed, key)) {
      throw new SimulationFailure(
          String.format(
              "%s takes in (%s), but only %d came and %d went",
              key, is, of(added, key), of(removed, key)));
    }
    long total = totalOf(item);
    long expected = of(before, key) + is.added() - is.removed();
    if (total != expected) {
      throw new SimulationFailure(
          String.format("%s is %d, but at (%s) it should be %d", key, total, is, expected));
    }
  }

  /** The number of an item of any of the tables. */
  private static long totalOf(Map<String, AttributeValue> item) {
    if (item.containsKey(HistoryTable.BUCKET)) {
      return HistoryTable.countOf(item);
    }
    return item.containsKey(TurnoutTable.BALLOTS)
        ? TurnoutTable.ballotsOf(item)
        : TotalVotesTable.totalVotesOf(item);
  }

  private static long of(Map<Choice, Long> numbers, Choice key) {
    return numbers.getOrDefault(key, 0L);
  }

  /** The lists of which something is known in this epoch. */
  Set<String> lists() {
    Set<String> lists = new TreeSet<>();
    for (Delivery delivery : firstDeliveries) {
      for (Side side : sides(delivery)) {
        lists.add(RecentVotes.CITY);
        lists.add(RecentVotes.listOf(side.choice().region));
      }
    }
    return lists;
  }

  /**
   * The newest votes of a list: of each vote its latest change there, of these the newest twice as
   * many as are shown, of these as many as are shown that took a choice.
   */
  RecentVotes recent(String list) {
    Map<String, Side> latest = new HashMap<>();
    for (Delivery delivery : firstDeliveries) {
      for (Side side : sides(delivery)) {
        if (list.equals(RecentVotes.CITY)
            || list.equals(RecentVotes.listOf(side.choice().region))) {
          latest.merge(
              side.vote(), side, (one, other) -> Side.AGE.compare(one, other) > 0 ? one : other);
        }
      }
    }
    return new RecentVotes(
        list,
        latest.values().stream()
            .sorted(Side.AGE.reversed())
            .limit(2L * Topology.RECENT)
            .filter(Side::taken)
            .limit(Topology.RECENT)
            .map(side -> new RecentVotes.Vote(side.choice(), minuteOf(side.micros())))
            .toArray(RecentVotes.Vote[]::new));
  }

  /** Lists are published to the minute, in the order of the whole time. */
  private static long minuteOf(long micros) {
    return TimeUnit.MINUTES.toMillis(TimeUnit.MICROSECONDS.toMinutes(micros));
  }

  /** Those that enter the lists. */
  private static List<Side> sides(Delivery delivery) {
    List<Side> sides = new ArrayList<>();
    for (Change.Side side : delivery.change().left()) {
      if (side.vote() != null) {
        sides.add(new Side(side.vote(), side.key(), false, delivery.changedAtMicros()));
      }
    }
    for (Change.Side side : delivery.change().taken()) {
      if (side.vote() != null) {
        sides.add(new Side(side.vote(), side.key(), true, delivery.changedAtMicros()));
      }
    }
    return sides;
  }

  private record Side(String vote, Choice choice, boolean taken, long micros) {

    /**
     * No two changes have the same time; of one change, taking is the later side, and one at most
     * is taken. Which of those that are left comes first makes no list another.
     */
    private static final Comparator<Side> AGE =
        Comparator.comparingLong(Side::micros).thenComparing(Side::taken);
  }
}
