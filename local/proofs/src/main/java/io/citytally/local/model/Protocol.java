package io.citytally.local.model;

/**
 * A way to bring counts into an item exactly once, or an attempt at it: what the item remembers,
 * what a writer keeps for each key, what it sends, and how it goes on from each answer. {@link
 * CountingModel} does the rest, and everything that can go wrong.
 *
 * <p>All three types are immutable, with {@code equals} and {@code hashCode}.
 *
 * @param <M> what an item remembers next to its total, or DynamoDB for it
 * @param <W> what a running job has of one key, from the running totals to the request on its way
 * @param <R> a request
 */
interface Protocol<M, W, R> {

  /** What an item remembers to have taken in. */
  record Remembered(int epoch, int added, int removed) {

    /** Whether the item may go on to this from what it remembered before. */
    boolean isAtLeast(Remembered before) {
      return epoch > before.epoch
          || epoch == before.epoch && added >= before.added && removed >= before.removed;
    }

    @Override
    public String toString() {
      return String.format("epoch %d, %d added, %d removed", epoch, added, removed);
    }
  }

  /**
   * What became of a request.
   *
   * @param memory what the item remembers now
   * @param votes what was added to its total
   * @param written false if it was refused by its condition, or taken for known
   */
  record Effect<M>(M memory, int votes, boolean written) {}

  String name();

  /** What an item remembers that was never written, or only by something else. */
  M unwritten();

  /** The memory as counts of the newest epoch; null where it holds something else. */
  default Remembered remembered(M memory) {
    return null;
  }

  /** Some of the memory is kept for a while only; this is what remains. */
  default M expired(M memory) {
    return memory;
  }

  /** One key of a job that starts without state. */
  W start(int key, int epoch);

  /** Whether a window may end now; if not, it goes on gathering. */
  boolean takesMore(W writer);

  /**
   * A window has ended.
   *
   * @param arrived the set of changes that it gathered
   */
  W count(W writer, Changes changes, int key, int arrived);

  /** The request that is on its way, or null if the writer is idle. */
  R sent(W writer);

  /** What a request does to an item, in one atomic step. */
  Effect<M> effect(R request, M memory);

  /** Whether a request can do nothing to an item any more, now or ever. */
  default boolean isHopeless(R request, M memory) {
    return false;
  }

  /** The answer to the request on its way has come. */
  W answered(W writer, Effect<M> effect);

  /** The request on its way has been given up, or has failed. */
  W unanswered(W writer);

  /** What a snapshot holds of it. */
  default W snapshot(W writer) {
    return writer;
  }

  /** How it goes on from a snapshot. */
  default W restore(W snapshot) {
    return snapshot;
  }

  /** What a writer may forget while it is idle. */
  default W forgetful(W writer) {
    return writer;
  }

  /** Whether the writer has learned that its job must stop for good. */
  default boolean isOutdated(W writer) {
    return false;
  }

  /** Whether the job knows a change that was delivered before. */
  default boolean deduplicates() {
    return true;
  }

  /** Whether a failed write has everything since the last snapshot done again, not just itself. */
  default boolean retriesAll() {
    return false;
  }

  String describe(R request);

  String describe(M memory, int total);
}
