package io.citytally.web;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.List;
import java.util.Map;

/** The results, as the tables have them at one moment. */
public final class Results {

  private final Map<Choice, Long> totals;
  private final Map<String, List<RecentVotes.Vote>> recent;
  private final Map<String, Long> ballots;

  /**
   * @param totals the votes of each region and improvement
   * @param recent by list (see {@link RecentVotes#list}), the newest first
   * @param ballots how many each region has
   */
  public Results(
      Map<Choice, Long> totals,
      Map<String, List<RecentVotes.Vote>> recent,
      Map<String, Long> ballots) {
    this.totals = Map.copyOf(totals);
    this.recent = Map.copyOf(recent);
    this.ballots = Map.copyOf(ballots);
  }

  /** The votes of each region and improvement. */
  public Map<Choice, Long> totals() {
    return totals;
  }

  /** None if the list is not there. */
  List<RecentVotes.Vote> recent(String list) {
    return recent.getOrDefault(list, List.of());
  }

  /** How many ballots each region has. Regions without any may be missing. */
  Map<String, Long> ballots() {
    return ballots;
  }
}
