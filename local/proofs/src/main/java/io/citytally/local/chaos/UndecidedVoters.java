package io.citytally.local.chaos;

import io.citytally.local.cloud.CastVote;
import io.citytally.local.election.Election;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * The voters of an election, some of whom vote for something else first, or take their vote back,
 * or never should have voted. In the end each vote stands as in the election, so the totals must be
 * the published ones.
 */
final class UndecidedVoters {

  private static final double VOTE_WRONGLY_FIRST = 0.10;
  private static final double WITHDRAW_IN_BETWEEN = 0.05;
  private static final double STRANGERS = 0.05;

  /** How many steps of others may pass until someone thinks better of it. */
  private static final int MAX_DOUBT = 2_000;

  /**
   * What a voter does.
   *
   * @param choice nothing to withdraw the vote
   */
  record Step(String id, Optional<Choice> choice) {}

  private record Later(long due, long number, Step step) {}

  private final List<Choice> ballot;
  private final Random random;
  private final List<Step> steps = new ArrayList<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::due).thenComparingLong(Later::number));
  private long numbered;
  private long mindsChanged;

  /**
   * @param seed gives the same steps each time
   * @param undecided whether anybody changes their mind
   */
  UndecidedVoters(Election election, long seed, boolean undecided) {
    ballot = List.copyOf(election.published().keySet());
    random = new Random(seed);
    for (Iterator<CastVote> votes = election.votesInOrder(seed); votes.hasNext(); ) {
      CastVote vote = votes.next();
      if (undecided) {
        castUndecided(vote);
      } else {
        steps.add(cast(vote.id(), vote.choice()));
      }
      while (!later.isEmpty() && later.peek().due() <= steps.size()) {
        steps.add(later.remove().step());
      }
    }
    while (!later.isEmpty()) {
      steps.add(later.remove().step());
    }
  }

  private void castUndecided(CastVote vote) {
    double dice = random.nextDouble();
    if (dice < VOTE_WRONGLY_FIRST) {
      steps.add(cast(vote.id(), anyBut(vote.choice())));
      thinkBetter(steps.size() + doubt(), cast(vote.id(), vote.choice()));
      return;
    }
    steps.add(cast(vote.id(), vote.choice()));
    if (dice < VOTE_WRONGLY_FIRST + WITHDRAW_IN_BETWEEN) {
      long withdrawn = steps.size() + doubt();
      thinkBetter(withdrawn, withdraw(vote.id()));
      thinkBetter(withdrawn + doubt(), cast(vote.id(), vote.choice()));
    } else if (dice < VOTE_WRONGLY_FIRST + WITHDRAW_IN_BETWEEN + STRANGERS) {
      String stranger = "stranger-" + numbered;
      steps.add(cast(stranger, anyBut(vote.choice())));
      thinkBetter(steps.size() + doubt(), withdraw(stranger));
    }
  }

  private void thinkBetter(long due, Step step) {
    later.add(new Later(due, numbered++, step));
    mindsChanged++;
  }

  private int doubt() {
    return 1 + random.nextInt(MAX_DOUBT);
  }

  private Choice anyBut(Choice choice) {
    Choice other = ballot.get(random.nextInt(ballot.size()));
    return other.equals(choice) && ballot.size() > 1 ? anyBut(choice) : other;
  }

  private static Step cast(String id, Choice choice) {
    return new Step(id, Optional.of(choice));
  }

  private static Step withdraw(String id) {
    return new Step(id, Optional.empty());
  }

  /** Everything that is done, in order. */
  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** The votes that are changed, or withdrawn, or cast again. */
  long mindsChanged() {
    return mindsChanged;
  }
}
