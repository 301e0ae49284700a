package io.citytally.web;

import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The results, as the tables have them at one moment. */
public final class Results {

  private final Map<Choice, Long> totals;
  private final Map<String, List<RecentVotes.Vote>> recent;
  private final Map<String, Long> ballots;
  private final @Nullable Map<String, Counted> countedVotes;
  private final @Nullable Map<String, Counted> countedBallots;

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
    this(totals, recent, ballots, null, null);
  }

  /**
   * @param totals the votes of each region and improvement
   * @param recent by list (see {@link RecentVotes#list}), the newest first
   * @param ballots how many each region has
   * @param countedVotes the sum of each region's totals; null if not known
   * @param countedBallots the turnout of each region; null if not known
   */
  public Results(
      Map<Choice, Long> totals,
      Map<String, List<RecentVotes.Vote>> recent,
      Map<String, Long> ballots,
      @Nullable Map<String, Counted> countedVotes,
      @Nullable Map<String, Counted> countedBallots) {
    this.totals = Map.copyOf(totals);
    this.recent = Map.copyOf(recent);
    this.ballots = Map.copyOf(ballots);
    this.countedVotes = countedVotes == null ? null : Map.copyOf(countedVotes);
    this.countedBallots = countedBallots == null ? null : Map.copyOf(countedBallots);
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

  /** Whether it is known what the job has counted, even if that is nothing yet. */
  boolean tellsWhatWasCounted() {
    return countedVotes != null && countedBallots != null;
  }

  /** The sum of the totals of these regions, if {@link #tellsWhatWasCounted()}. */
  Counted countedVotes(Collection<String> regions) {
    return sum(countedVotes, regions);
  }

  /** The turnout of these regions, if {@link #tellsWhatWasCounted()}. */
  Counted countedBallots(Collection<String> regions) {
    return sum(countedBallots, regions);
  }

  private static Counted sum(@Nullable Map<String, Counted> counted, Collection<String> regions) {
    Map<String, Counted> known = Objects.requireNonNull(counted);
    return regions.stream()
        .map(region -> known.getOrDefault(region, Counted.NOTHING))
        .reduce(Counted.NOTHING, Counted::plus);
  }
}
