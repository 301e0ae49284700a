package io.citytally.web;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The results, as the tables have them at one moment. */
public final class Results {

  private final Map<Choice, Long> totals;
  private final Map<String, List<RecentVotes.Vote>> recent;
  private final Map<String, Long> ballots;
  private final Map<String, Counted> countedVotes;
  private final Map<String, Counted> countedBallots;

  /**
   * Results of which nothing tells what the job has counted: those that are final.
   *
   * @param totals the votes of each region and improvement
   * @param recent by list (see {@link RecentVotes#list}), the newest first
   * @param ballots how many each region has
   */
  public Results(
      Map<Choice, Long> totals,
      Map<String, List<RecentVotes.Vote>> recent,
      Map<String, Long> ballots) {
    this(totals, recent, ballots, Map.of(), Map.of());
  }

  /**
   * @param totals the votes of each region and improvement
   * @param recent by list (see {@link RecentVotes#list}), the newest first
   * @param ballots how many each region has
   * @param countedVotes the sum of each region's totals
   * @param countedBallots the turnout of each region
   */
  public Results(
      Map<Choice, Long> totals,
      Map<String, List<RecentVotes.Vote>> recent,
      Map<String, Long> ballots,
      Map<String, Counted> countedVotes,
      Map<String, Counted> countedBallots) {
    this.totals = Map.copyOf(totals);
    this.recent = Map.copyOf(recent);
    this.ballots = Map.copyOf(ballots);
    this.countedVotes = Map.copyOf(countedVotes);
    this.countedBallots = Map.copyOf(countedBallots);
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

  /** Whether it is known what the job has counted. */
  boolean tellsWhatWasCounted() {
    return !(countedVotes.isEmpty() && countedBallots.isEmpty());
  }

  /** The sum of the totals of these regions. */
  Counted countedVotes(Collection<String> regions) {
    return sum(countedVotes, regions);
  }

  /** The turnout of these regions. */
  Counted countedBallots(Collection<String> regions) {
    return sum(countedBallots, regions);
  }

  private static Counted sum(Map<String, Counted> counted, Collection<String> regions) {
    return regions.stream()
        .map(region -> counted.getOrDefault(region, Counted.NOTHING))
        .reduce(Counted.NOTHING, Counted::plus);
  }
}
