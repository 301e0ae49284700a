package io.citytally.web;

import io.citytally.vote.Choice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Casts and withdraws votes, whoever's they are. */
final class Voting {

  private static final Logger LOG = LoggerFactory.getLogger(Voting.class);

  private final VoteStore votes;
  private final Reading<Ballot> ballot;

  Voting(VoteStore votes, Reading<Ballot> ballot) {
    this.votes = votes;
    this.ballot = ballot;
  }

  /**
   * @throws ProblemException if voting is closed, the choice can't be voted for, or the vote could
   *     not be recorded
   */
  Response cast(String id, Choice choice) {
    Ballot current = ballot.latest().content;
    if (current.isClosed()) {
      throw new ProblemException(422, "Voting is closed: there is nothing on the ballot");
    }
    if (!current.hasRegion(choice.region)) {
      throw new ProblemException(422, "The ballot has no such region");
    }
    if (!current.admits(choice)) {
      throw new ProblemException(422, "The ballot of this region has no such improvement");
    }
    attempt(() -> votes.cast(id, choice), "The vote could not be recorded; please try again");
    return Response.of(200)
        .with("Cache-Control", "no-store")
        .withBody(
            Json.TYPE,
            Json.bytes(
                Json.object()
                    .put("region", choice.region)
                    .put("improvement", choice.improvement)
                    .put("title", current.titleOf(choice))));
  }

  /**
   * Withdraws a vote for whatever it is, also when voting is closed.
   *
   * @throws ProblemException if the vote may still stand
   */
  Response withdraw(String id) {
    attempt(() -> votes.withdraw(id), "The vote could not be withdrawn; please try again");
    return Response.of(204).with("Cache-Control", "no-store");
  }

  private static void attempt(Runnable write, String problem) {
    try {
      write.run();
    } catch (RuntimeException e) {
      // Its message may hold what was written, and so an id.
      LOG.warn("A vote could not be written: {}", e.getClass().getName());
      throw Unavailable.because(problem);
    }
  }
}
