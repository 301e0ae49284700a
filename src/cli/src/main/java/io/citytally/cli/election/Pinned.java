package io.citytally.cli.election;

import io.citytally.election.Election;
import io.citytally.election.ShownResults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What can't change any more in an election. */
record Pinned(Election election, Instant now) {

  private static final Set<String> FIELDS = Set.of("voting", "vote_per");

  /** Allows for a wrong clock, and for the time that the write takes. */
  private static final Duration BEFORE_END = Duration.ofSeconds(10);

  /**
   * @throws RefusedElectionException if one of the changes is not allowed
   */
  void check(List<RulesChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    if (election.result().isPresent()) {
      throw new RefusedElectionException(
          "the result of this election is final, so its rules can't change."
              + " Set up the next election in a stack of its own.");
    }
    if (election.pinned().isEmpty()) {
      return;
    }
    for (RulesChange change : changes) {
      if (FIELDS.contains(change.field())) {
        throw new RefusedElectionException(
            change.field()
                + ": ballots were cast under "
                + change.before()
                + ". With "
                + change.after()
                + " everyone could vote a second time. Leave it as it is; before the election"
                + " opens, --reset withdraws test ballots and frees it.");
      }
      if (change.field().equals("opens_at") && !now.isBefore(SetElection.opensAt(election))) {
        throw new RefusedElectionException(
            "opens_at: the election has opened, and ballots were cast. If it opened once more,"
                + " they would count as test ballots. Leave it as it is.");
      }
      if (change.field().equals("closes_at") && revealsVotesAt(now.plus(BEFORE_END))) {
        throw new RefusedElectionException(
            "closes_at: hidden totals become public at the end, "
                + SetElection.local(election, election.rules().closesAt().orElse(now))
                + ". If voting went on after that, citizens would know the totals. The end can be"
                + " moved only until "
                + BEFORE_END.toSeconds()
                + " seconds before it. Leave it as it is.");
      }
    }
  }

  private boolean revealsVotesAt(Instant time) {
    return election.rules().results() == ShownResults.TURNOUT && election.showsVotesAt(time);
  }
}
