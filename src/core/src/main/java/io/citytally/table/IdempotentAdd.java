package io.citytally.table;

import io.citytally.vote.Tally;

/**
 * Adds a tally to an item of {@code total_votes} exactly once, however often it is tried.
 *
 * <p>The job does not send amounts. It says where its count stands, and the item remembers how much
 * of that it has taken in. One conditional write changes total and memory together:
 *
 * <table>
 *   <caption>Tally: A added, R removed, in epoch e</caption>
 *   <tr><th>the item stands at</th><th>condition</th><th>total</th><th>then stands at</th></tr>
 *   <tr><td>nothing: none there, or never written by this job</td>
 *       <td>no epoch</td><td>+ A - R</td><td>e, A, R</td></tr>
 *   <tr><td>e, a, r</td><td>e, a, r</td>
 *       <td>+ max(0, A-a) - max(0, R-r)</td><td>e, max(A, a), max(R, r)</td></tr>
 *   <tr><td>e, a, r with a &ge; A and r &ge; R</td><td colspan="3">nothing to add, no write</td></tr>
 *   <tr><td>an older epoch</td><td>that epoch</td><td>+ A - R</td><td>e, A, R</td></tr>
 *   <tr><td>a newer epoch</td><td colspan="3">this job is an old one, and must stop</td></tr>
 * </table>
 */
public final class IdempotentAdd {

  /*
   * The amount is not the message. A message "3 more" must arrive exactly once, and no sender can
   * know that it did: the answer may be lost, the sender may crash before it notes the answer, and
   * come back from a snapshot in which the message was never sent. So the job doesn't send amounts.
   * It says where its count stands: "in epoch 1, 120 have come, 4 have gone", which may be said
   * twice, late, or out of order without harm. The item remembers, next to total_votes, how much of
   * that it has taken in (added, removed, and the epoch they belong to), and the amount is worked
   * out against that memory at the last moment. One conditional write changes total and memory
   * together, and only if the memory is still what the amount was worked out against; otherwise
   * nothing happens, and the writer learns what the item remembers and works it out again, as the
   * table above shows.
   *
   * Why it is exact. Within an epoch, the item's memory only grows. Each write sets it to the
   * greater of the stored numbers and the numbers that a run of the job has counted, and changes
   * the total by exactly what it changes in the memory. So at all times total = what stood there
   * before + added - removed, no matter who wrote, and how often. The two numbers are counts of
   * distinct changes: they only grow, and each run that has seen the same changes has the same
   * numbers, independent of the order, the windows, the restarts. Hence the item ends at the
   * numbers of the run that has seen all. (The literature on replicated data types calls this a
   * PN-counter: two numbers that only grow, merged by the greater one. Here it has one slot for
   * each epoch, and only the newest is kept.) In particular:
   *
   * - a lost answer: the write sent again fails its condition, and the item shows that nothing is
   *   missing;
   * - a restart from an old snapshot: the job's numbers are behind the item's until it has read up
   *   to where it was, and until then there is nothing to add;
   * - a zombie, an old instance that writes on next to the new one: both push the same memory up,
   *   and the second to say a number adds nothing by it;
   * - the Lambda that was there before: its totals are what stood there before the first write. (An
   *   epoch's total counts on from what stands; nothing sets total_votes.)
   *
   * Why the write of a new epoch checks only the epoch, that the item is still in the old one, and
   * not the old epoch's numbers: the amount that it adds does not depend on them. The old epoch's
   * numbers are overwritten in any case, and what they brought stays in the total. If a job of the
   * old epoch still writes in between, its votes are taken in before the change-over, and after it
   * they are refused. So nothing is gained by asking, and a change-over next to a busy old job
   * would fail again and again.
   *
   * What it does not survive. The numbers must be counts from one starting point. A job that starts
   * without its state, at the end of the stream, or on a stream that no longer holds all of its
   * records, counts from a later one: its numbers lag behind the item's, and until they have caught
   * up, new votes are treated as votes that were already counted. Such a job must run with a
   * greater epoch; its counts then go on top. The reverse is as bad: numbers that go on under a
   * greater epoch are added a second time. So the epoch is not a setting of the writer. It is part
   * of the message, and comes from the operator that keeps the count. A job that goes on from its
   * state can't run with another epoch. And nothing but the job may write added, removed or epoch.
   */

  private IdempotentAdd() {}

  /**
   * @param item where the item stands, as far as is known: if it is not so, the condition fails
   * @param tally what the job has counted, and in which epoch
   */
  public static Decision decide(CounterState item, Tally tally) {
    if (item.epoch() > tally.epoch) {
      return Decision.outdated(item);
    }
    boolean takesOver = item.epoch() < tally.epoch;
    long knownAdded = takesOver ? 0 : item.added();
    long knownRemoved = takesOver ? 0 : item.removed();
    long added = Math.max(0, tally.added - knownAdded);
    long removed = Math.max(0, tally.removed - knownRemoved);
    if (added == 0 && removed == 0) {
      return Decision.nothingToAdd(item);
    }
    CounterState next = CounterState.at(tally.epoch, knownAdded + added, knownRemoved + removed);
    return Decision.write(item, next, added, removed);
  }
}
