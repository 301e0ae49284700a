package io.citytally.cli.audit;

import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item of {@code total_votes} or {@code turnout} as it was seen: its total, and what it has
 * taken in.
 */
final class Total {

  private static final List<String> NUMBERS =
      List.of(
          TotalVotesTable.TOTAL_VOTES,
          TurnoutTable.BALLOTS,
          TotalVotesTable.EPOCH,
          TotalVotesTable.ADDED,
          TotalVotesTable.REMOVED);

  /** There is no item. */
  static final Total NONE = new Total(Map.of(), 0);

  private final Map<String, AttributeValue> numbers;
  private final long votes;

  private Total(Map<String, AttributeValue> item, long votes) {
    this.numbers = new HashMap<>(item);
    this.numbers.keySet().retainAll(NUMBERS);
    this.votes = votes;
    base();
  }

  /**
   * An item of {@code total_votes}.
   *
   * @throws RuntimeException if what stands there is not the job's, nor the old Lambda's
   */
  static Total of(Map<String, AttributeValue> item) {
    return new Total(
        item,
        item.containsKey(TotalVotesTable.TOTAL_VOTES) ? TotalVotesTable.totalVotesOf(item) : 0);
  }

  /**
   * An item of {@code turnout}.
   *
   * @throws RuntimeException if what stands there is not the job's
   */
  static Total ofTurnout(Map<String, AttributeValue> item) {
    return new Total(
        item, item.containsKey(TurnoutTable.BALLOTS) ? TurnoutTable.ballotsOf(item) : 0);
  }

  /** The attributes, without the key. */
  Map<String, AttributeValue> numbers() {
    return numbers;
  }

  /** The total; 0 if there is none. */
  long votes() {
    return votes;
  }

  long added() {
    return TotalVotesTable.addedOf(numbers);
  }

  long removed() {
    return TotalVotesTable.removedOf(numbers);
  }

  /** What of the total the memory does not account for: nothing that the job does changes it. */
  long base() {
    return votes() - (added() - removed());
  }

  /** Whether the job alone can have made that item of this one. */
  boolean leadsTo(Total later) {
    return epoch() == later.epoch() ? base() == later.base() : base() + net() == later.base();
  }

  /** How many votes can have come between this item and a later one that it {@link #leadsTo}. */
  long addedUntil(Total later) {
    return later.added() - (epoch() == later.epoch() ? added() : 0);
  }

  /** How many votes can have gone. */
  long removedUntil(Total later) {
    return later.removed() - (epoch() == later.epoch() ? removed() : 0);
  }

  private long epoch() {
    return TotalVotesTable.epochOf(numbers);
  }

  private long net() {
    return added() - removed();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Total && numbers.equals(((Total) other).numbers);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }

  @Override
  public String toString() {
    return numbers.toString();
  }
}
