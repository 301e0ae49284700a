package io.citytally.web;

import io.citytally.table.CounterState;
import io.citytally.table.MalformedItemException;
import io.citytally.table.TotalVotesTable;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The sum of the numbers of several items, and how much of it each epoch of the job has counted.
 * The items may stand at different epochs.
 *
 * @param number the sum
 * @param byEpoch what was added less what was removed, by the epoch of the items
 */
public record Counted(long number, Map<Long, Long> byEpoch) {

  public static final Counted NOTHING = new Counted(0, Map.of());

  public Counted {
    byEpoch = Map.copyOf(byEpoch);
  }

  /** One item. */
  public static Counted of(long number, CounterState state) {
    return new Counted(number, Map.of(state.epoch(), state.added() - state.removed()));
  }

  /**
   * One item. If its state is malformed, nothing of it was counted: the job stops at such an item
   * and names it, but its number can still be shown.
   */
  static Counted of(long number, Map<String, AttributeValue> item) {
    try {
      return of(number, TotalVotesTable.stateOf(item));
    } catch (MalformedItemException e) {
      return of(number, CounterState.NEVER_WRITTEN);
    }
  }

  /** This and the other. */
  public Counted plus(Counted other) {
    return plus(other, 1);
  }

  /** This without the other. */
  public Counted minus(Counted other) {
    return plus(other, -1);
  }

  private Counted plus(Counted other, int times) {
    Map<Long, Long> sums = new HashMap<>(byEpoch);
    other.byEpoch.forEach((epoch, counted) -> sums.merge(epoch, times * counted, Long::sum));
    return new Counted(number + times * other.number, sums);
  }

  /**
   * How much of the totals no bucket of the history has: what stood there before the job first
   * counted, and corrections. What totals have and buckets will soon have does not count, because
   * what the newest epoch has counted is left out on both sides.
   *
   * @param history the buckets of the same totals
   */
  static long before(Counted totals, Counted history) {
    long newest = Math.max(newestEpoch(totals), newestEpoch(history));
    return totals.beforeEpoch(newest) - history.beforeEpoch(newest);
  }

  private static long newestEpoch(Counted sum) {
    return sum.byEpoch.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private long beforeEpoch(long epoch) {
    return number - byEpoch.getOrDefault(epoch, 0L);
  }
}
