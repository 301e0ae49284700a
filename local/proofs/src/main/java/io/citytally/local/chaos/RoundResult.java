package io.citytally.local.chaos;

import io.citytally.local.cloud.Totals;
import io.citytally.local.recount.Recount;
import io.citytally.vote.Choice;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How an election ended.
 *
 * @param seed of everything in it
 * @param votes that stand in the end
 * @param published the totals as published, none of them 0
 * @param standing the votes that stand in the {@code votes} table, by what they are for
 * @param counted the totals as counted, none of them 0
 * @param cast how often a vote was cast for each improvement, those that were changed later, too:
 *     what the former algorithm counts where nothing goes wrong
 * @param differingHistory the places and kinds whose course of the vote does not sum up to the
 *     totals and turnouts; none where nobody counts one
 * @param recount the verdict of the independent checker
 */
record RoundResult(
    long seed,
    long votes,
    Map<Choice, Long> published,
    Map<Choice, Long> standing,
    Map<Choice, Long> counted,
    Map<Choice, Long> cast,
    List<Choice> differingHistory,
    Recount.Verdict recount) {

  /** All that somebody voted for in the end, or was counted for. */
  Set<Choice> totals() {
    return Totals.choices(List.of(published, standing, counted));
  }

  /** The totals that are not those of the votes that stand, or not the published ones. */
  List<Choice> differing() {
    return Totals.differing(List.of(published, standing, counted));
  }

  /** The votes that were counted beyond those that stand. */
  long tooMany() {
    return differing().stream().mapToLong(key -> Math.max(0, errorOf(key))).sum();
  }

  /** The votes that stand and were not counted. */
  long tooFew() {
    return differing().stream().mapToLong(key -> Math.max(0, -errorOf(key))).sum();
  }

  /** The votes that were changed or withdrawn, which the former algorithm counts all the same. */
  long changedVotes() {
    return cast.values().stream().mapToLong(Long::longValue).sum() - votes;
  }

  private long errorOf(Choice key) {
    return counted.getOrDefault(key, 0L) - standing.getOrDefault(key, 0L);
  }
}
