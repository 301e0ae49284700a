package io.citytally.local.election;

import io.citytally.local.cloud.CastBallot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;

/**
 * The ballots of an election, some of which come twice: their voters first vote for another
 * improvement in place of one of their own, and change that later. In the end each ballot stands as
 * it is in the files.
 */
final class UndecidedBallots {

  private final Map<String, List<String>> improvements;
  private final SplittableRandom random;
  private final double share;

  /**
   * @param improvements of each region
   * @param share of the voters who change their ballot, 0 to 1
   */
  UndecidedBallots(Map<String, List<String>> improvements, SplittableRandom random, double share) {
    this.improvements = improvements;
    this.random = random;
    this.share = share;
  }

  /**
   * Casts all ballots in their order, and changes those of undecided voters.
   *
   * @param delay how many ballots are cast between a ballot and its change, at least; so many at
   *     the end are cast by voters who have made up their minds
   */
  List<BallotStep> cast(List<CastBallot> ballots, int delay) {
    List<BallotStep> steps = new ArrayList<>();
    Queue<BallotStep> changes = new ArrayDeque<>();
    Queue<Integer> due = new ArrayDeque<>();
    for (int i = 0; i < ballots.size(); i++) {
      CastBallot ballot = ballots.get(i);
      Optional<CastBallot> first =
          i + delay < ballots.size() && random.nextDouble() < share
              ? anotherThan(ballot)
              : Optional.empty();
      steps.add(new BallotStep(first.orElse(ballot), Optional.empty()));
      if (first.isPresent()) {
        changes.add(new BallotStep(ballot, first));
        due.add(i + delay);
      }
      if (!due.isEmpty() && due.peek() <= i) {
        due.remove();
        steps.add(changes.remove());
      }
    }
    steps.addAll(changes);
    return steps;
  }

  /** Nothing where the region has no other improvement. */
  private Optional<CastBallot> anotherThan(CastBallot ballot) {
    List<String> others = new ArrayList<>(improvements.get(ballot.region()));
    others.removeAll(ballot.improvements());
    if (others.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(ballot.improvements());
    names.set(random.nextInt(names.size()), others.get(random.nextInt(others.size())));
    return Optional.of(new CastBallot(ballot.id(), ballot.region(), names));
  }
}
