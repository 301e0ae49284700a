package io.citytally.local.bench;

import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When each vote passed where, on its way from the voter into its total. All of it happens in this
 * virtual machine, so one clock tells all times.
 *
 * <p>The nth vote for a choice that comes to be counted is in the total as soon as that has taken
 * in n of them.
 */
final class VoteTrace {

  /** A vote's times. In nanoseconds of {@link System#nanoTime}, where nothing else is said. */
  static final class Passage {

    private final boolean busy;
    private final boolean warmUp;
    private final long castMillis;
    private final long castNanos;
    private long streamMillis;
    private long arrivedNanos;
    private long sentNanos;
    private long writtenNanos;

    private Passage(boolean busy, boolean warmUp) {
      this.busy = busy;
      this.warmUp = warmUp;
      castMillis = System.currentTimeMillis();
      castNanos = System.nanoTime();
    }

    /** From before it was put into the table of votes until it was in the stream. */
    double relayMillis() {
      return Math.max(0, streamMillis - castMillis);
    }

    /** From then until the job had it. */
    double pollMillis() {
      return Math.max(0, sourceMillis() - relayMillis());
    }

    /** Both together. */
    double sourceMillis() {
      return (arrivedNanos - castNanos) / 1e6;
    }

    /** From then until a write of its total was sent that holds it. */
    double jobMillis() {
      return (sentNanos - arrivedNanos) / 1e6;
    }

    /** From then until DynamoDB had answered. */
    double writeMillis() {
      return (writtenNanos - sentNanos) / 1e6;
    }

    /** The last two together. */
    double overSourceMillis() {
      return (writtenNanos - arrivedNanos) / 1e6;
    }

    double totalMillis() {
      return (writtenNanos - castNanos) / 1e6;
    }
  }

  private final Map<String, Passage> byVote = new HashMap<>();
  private final Map<Choice, List<Passage>> arrived = new HashMap<>();
  private final Map<Choice, Integer> written = new HashMap<>();
  private final CountDownLatch left;
  private long writes;

  /**
   * @param votes that will be cast
   */
  VoteTrace(int votes) {
    left = new CountDownLatch(votes);
  }

  /**
   * A vote is about to be cast.
   *
   * @param warmUp whether its times don't count
   */
  synchronized void cast(String vote, boolean busy, boolean warmUp) {
    byVote.put(vote, new Passage(busy, warmUp));
  }

  /**
   * It is counted.
   *
   * @param streamMillis when the stream took it in, since the epoch
   */
  synchronized void arrived(String vote, Choice choice, long streamMillis) {
    Passage passage = byVote.get(vote);
    passage.streamMillis = streamMillis;
    passage.arrivedNanos = System.nanoTime();
    arrived.computeIfAbsent(choice, none -> new ArrayList<>()).add(passage);
  }

  /**
   * A total has taken in so many votes.
   *
   * @param sentNanos when the write was sent
   */
  synchronized void written(Choice choice, int votes, long sentNanos) {
    int before = written.getOrDefault(choice, 0);
    for (Passage each : arrived.get(choice).subList(before, votes)) {
      each.sentNanos = sentNanos;
      each.writtenNanos = System.nanoTime();
      left.countDown();
    }
    written.put(choice, votes);
    writes++;
  }

  /** How many writes of totals there were. */
  synchronized long writes() {
    return writes;
  }

  /** How many votes the choice's total has taken in. */
  synchronized int written(Choice choice) {
    return written.getOrDefault(choice, 0);
  }

  /** Waits until all are written. */
  boolean awaitWritten(long seconds) throws InterruptedException {
    return left.await(seconds, TimeUnit.SECONDS);
  }

  /** The votes for busy choices, or for quiet ones, but for those to warm up. */
  synchronized List<Passage> passages(boolean busy) {
    return byVote.values().stream().filter(each -> each.busy == busy && !each.warmUp).toList();
  }
}
