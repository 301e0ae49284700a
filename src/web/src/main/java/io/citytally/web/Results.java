package io.citytally.web;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.List;
import java.util.Map;

/** The results, as the tables have them at one moment. */
public final class Results {

  private final Map<Choice, Long> totals;
  private final Map<String, List<RecentVotes.Vote>> recent;

  /**
   * @param totals the votes of each region and improvement
   * @param recent by list (see {@link RecentVotes#list}), the newest first
   */
  public Results(Map<Choice, Long> totals, Map<String, List<RecentVotes.Vote>> recent) {
    this.totals = Map.copyOf(totals);
    this.recent = Map.copyOf(recent);
  }

  Map<Choice, Long> totals() {
    return totals;
  }

  /** None if the list is not there. */
  List<RecentVotes.Vote> recent(String list) {
    return recent.getOrDefault(list, List.of());
  }
}
