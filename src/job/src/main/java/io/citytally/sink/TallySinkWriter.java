package io.citytally.sink;

import io.citytally.metric.Metric;
import io.citytally.table.CounterState;
import io.citytally.table.Decision;
import io.citytally.table.HistoryTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.Tally;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Writes each key's tally with one conditional {@code UpdateItem} at a time, until the item has
 * taken in all that was handed over. {@link KeyedSinkWriter} says when and how often it tries.
 *
 * <p>The writer caches the state in which it last saw each item; an item that it has never seen
 * counts as unwritten. A cached state may be wrong: after a restart, a lost answer, or a write by
 * someone else. That costs one failed condition, whose answer shows the item's state. So the cache
 * may forget, and holds the last {@value #MAX_CACHED} keys. A conflict is settled by deciding
 * again. It ends, because only another writer's success can fail a condition, and the numbers of
 * the item only grow towards this writer's.
 *
 * <p>The gauge {@code choicesAhead} is the number of keys whose item has taken in more of the same
 * epoch than the job has counted. After a restart that is so until the job has read again what it
 * had read before. If it stays so once the job has caught up with the stream, the job lacks votes
 * that an earlier one has counted, and treats as many new votes as already counted: it was started
 * without state, or its snapshot is older than the stream's oldest record. A key is known to be
 * ahead once a vote for it comes. At most {@value #MAX_CACHED} are counted.
 */
final class TallySinkWriter extends KeyedSinkWriter<Choice, Tally> {

  static final int MAX_CACHED = 100_000;

  private final UpdateItems dynamoDb;

  private final Map<Choice, CounterState> cache = new LeastRecentlyUsed<>(MAX_CACHED);

  private final Set<Choice> ahead = new HashSet<>();

  /**
   * Keys of the snapshot of which no tally has come since. After a start with another parallelism,
   * another writer may have them. Then an item that has more than the snapshot is not ahead.
   */
  private final Set<Choice> restored = new HashSet<>();

  private final Counter writes;
  private final Counter conditionalConflicts;
  private final Counter writesSkipped;
  private long changesWritten;

  /**
   * @param snapshot what was outstanding
   * @param dynamoDb the connection, which this writer closes
   * @param writes counts the writes. Of {@link Metric#TALLY_WRITES} the writer also shows how many
   *     changes each carries, and which keys are ahead. With {@link Metric#HISTORY_WRITES}, what
   *     waits is {@link Metric#HISTORY_OUTSTANDING}.
   */
  TallySinkWriter(
      WriterInitContext context,
      Collection<Tally> snapshot,
      UpdateItems dynamoDb,
      String tableName,
      int maxInFlightRequests,
      Metric writes)
      throws IOException {
    super(
        context,
        new Settings<>(
            TallySink.SERIALIZER,
            tableName,
            writes == Metric.HISTORY_WRITES ? Metric.HISTORY_OUTSTANDING : Metric.KEYS_OUTSTANDING,
            maxInFlightRequests));
    this.dynamoDb = dynamoDb;
    MetricGroup metrics = context.metricGroup();
    this.writes = writes.counterOf(metrics);
    conditionalConflicts = Metric.CONDITIONAL_CONFLICTS.counterOf(metrics);
    writesSkipped = Metric.WRITES_SKIPPED.counterOf(metrics);
    snapshot.forEach(tally -> restored.add(tally.key));
    if (writes == Metric.TALLY_WRITES) {
      Metric.CHANGES_PER_WRITE.showIn(metrics, this::changesPerWrite);
      Metric.CHOICES_AHEAD.showIn(metrics, ahead::size);
    }
    restore(snapshot);
  }

  @Override
  Choice keyOf(Tally tally) {
    return tally.key;
  }

  /**
   * The greater of each number. Of two epochs it would fail, but there is only one in a job: that
   * of its snapshot, if there is one.
   */
  @Override
  Tally merge(Tally earlier, Tally later) {
    return earlier.merge(later);
  }

  @Override
  Optional<Attempt> attempt(Tally tally) {
    PendingTally pending =
        PendingTally.of(tally, cache.getOrDefault(tally.key, CounterState.NEVER_WRITTEN));
    compare(tally, pending.cached());
    Decision decision = pending.next();
    switch (decision.kind()) {
      case NOTHING_TO_ADD:
        return Optional.empty();
      case WRITE:
        return Optional.of(new Add(pending, decision));
      case OUTDATED:
        throw new OutdatedEpochException(
            tableName(), tally.key, decision.expected().epoch(), tally.epoch);
      default:
        throw new AssertionError(decision);
    }
  }

  /** An item of another epoch, or one that was never seen, says nothing about this one. */
  private void compare(Tally tally, CounterState item) {
    if (item.epoch() != tally.epoch) {
      return;
    }
    if (item.added() <= tally.added && item.removed() <= tally.removed) {
      ahead.remove(tally.key);
    } else if (ahead.size() < MAX_CACHED && !restored.contains(tally.key)) {
      ahead.add(tally.key);
    }
  }

  @Override
  public void write(Tally tally, Context context) throws IOException, InterruptedException {
    restored.remove(tally.key);
    super.write(tally, context);
  }

  @Override
  void skipped(int tallies) {
    writesSkipped.inc(tallies);
  }

  @Override
  String describe(Tally tally) {
    if (tally.key.isHistory()) {
      return String.format(
          "place '%s', bucket '%s'", HistoryKey.placeOf(tally.key), HistoryKey.bucketOf(tally.key));
    }
    return tally.key.isTurnout()
        ? String.format("region '%s'", tally.key.region)
        : String.format("region '%s', improvement '%s'", tally.key.region, tally.key.improvement);
  }

  @Override
  String prerequisites() {
    return String.format(
        "that the job's role may UpdateItem on it, and that %s (of a turnout: %s; of the history: %s"
            + " or %s) is a number",
        TotalVotesTable.TOTAL_VOTES,
        TurnoutTable.BALLOTS,
        HistoryTable.VOTES,
        HistoryTable.BALLOTS);
  }

  private double changesPerWrite() {
    long count = writes.getCount();
    return count == 0 ? 0 : (double) changesWritten / count;
  }

  @Override
  public void close() {
    dynamoDb.close();
  }

  private final class Add implements Attempt {

    private final PendingTally pending;
    private final Decision decision;

    Add(PendingTally pending, Decision decision) {
      this.pending = pending;
      this.decision = decision;
    }

    @Override
    public CompletableFuture<?> send() {
      return dynamoDb.updateItem(update());
    }

    private UpdateItemRequest update() {
      if (key().isHistory()) {
        return HistoryTable.update(tableName(), key(), decision);
      }
      return key().isTurnout()
          ? TurnoutTable.update(tableName(), key().region, decision)
          : TotalVotesTable.update(tableName(), key(), decision);
    }

    @Override
    public void succeeded() {
      writes.inc();
      changesWritten += decision.changes();
      cache.put(key(), pending.written(decision).cached());
      compare(pending.tally(), decision.next());
    }

    @Override
    public boolean learnsFrom(Throwable failure) {
      if (!(failure instanceof ConditionalCheckFailedException)) {
        return false;
      }
      conditionalConflicts.inc();
      CounterState seen =
          TotalVotesTable.stateOf(((ConditionalCheckFailedException) failure).item());
      if (decision.allows(seen)) {
        throw new IllegalStateException(
            String.format(
                "DynamoDB answers that the item (%s) of table '%s' is not at (%s), and shows that"
                    + " it is. Does this endpoint know ReturnValuesOnConditionCheckFailure?",
                describe(pending.tally()), tableName(), decision.expected()),
            failure);
      }
      cache.put(key(), pending.refused(seen).cached());
      return true;
    }

    private Choice key() {
      return pending.tally().key;
    }
  }

  /** Forgets what was not asked for the longest. */
  private static final class LeastRecentlyUsed<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int maxSize;

    LeastRecentlyUsed(int maxSize) {
      super(16, 0.75f, true);
      this.maxSize = maxSize;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > maxSize;
    }
  }
}
