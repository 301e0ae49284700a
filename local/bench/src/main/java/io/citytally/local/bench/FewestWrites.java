package io.citytally.local.bench;

/**
 * How few writes of one key's total are enough. Found from nothing but the times of its votes, with
 * no thought of how the job does it, and knowing them all beforehand.
 *
 * <p>A total is <i>stale</i> by the age of the oldest vote that it lacks. If it may be so by a
 * window at most, a vote at {@code t} asks for a write within {@code [t, t + window]}; so the
 * question is how few points hit all of these intervals. The answer is old and greedy: take the
 * interval that ends first, put a point at its end, strike out all that it hits, go on. For each
 * point there is an interval that no other point hits, so fewer can't do.
 *
 * <p>Times are in whole milliseconds, but nothing happens at the same moment: of votes in the same
 * millisecond one is the first, and a write that falls into the same one was before them.
 */
final class FewestWrites {

  private FewestWrites() {}

  /**
   * The fewest of any counter that is never staler than a window, and may let every vote wait so
   * long.
   *
   * @param votes when they come, in milliseconds, never falling
   */
  static long ofAnyCounter(long[] votes, long windowMillis) {
    long writes = 0;
    long lastWrite = Long.MIN_VALUE;
    for (long vote : votes) {
      if (vote >= lastWrite) {
        lastWrite = vote + windowMillis;
        writes++;
      }
    }
    return writes;
  }

  /**
   * The fewest of any counter that is never staler than a window, and that shows a vote at once if
   * no other one waits and nothing was written for a window: the first vote in a quiet time doesn't
   * wait.
   *
   * <p>Greedy again: as late as is allowed. Why that is the fewest, though the counter's own writes
   * have a say in what it must show at once: the nth write of this one is never before the nth of
   * another. Say so for n. Then the first vote that the other has not yet written is no later than
   * the first that this one has not. If this one lets its vote wait for a window, the other may not
   * wait longer. If it writes at once, its vote came a window or more after its nth write, hence
   * after the other's; so either that is the other's first vote, too, and must be written at once
   * as well; or the other's came before this one's nth write, and can't wait until now.
   *
   * @param votes when they come, in milliseconds, never falling
   */
  static long ofPromptCounter(long[] votes, long windowMillis) {
    long writes = 0;
    // Far enough before the first vote, without an overflow in the difference.
    long lastWrite = Long.MIN_VALUE / 2;
    for (long vote : votes) {
      if (vote >= lastWrite + windowMillis) {
        lastWrite = vote;
        writes++;
      } else if (vote >= lastWrite) {
        lastWrite = vote + windowMillis;
        writes++;
      }
    }
    return writes;
  }
}
