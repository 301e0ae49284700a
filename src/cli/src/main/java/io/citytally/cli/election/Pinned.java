package io.citytally.cli.election;

import io.citytally.election.Election;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What can't change any more in an election. */
record Pinned(Election election, Instant now) {

  private static final Set<String> FIELDS = Set.of("voting", "vote_per");

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
    }
  }
}
