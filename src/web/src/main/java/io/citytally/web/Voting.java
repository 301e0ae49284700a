package io.citytally.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.Phase;
import io.citytally.election.VotePer;
import io.citytally.vote.Choice;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET} and {@code PUT /api/votes/mine}: a voter's own ballots, cast by the rules. */
final class Voting {

  private static final Logger LOG = LoggerFactory.getLogger(Voting.class);

  /**
   * No choice is added to a vote by an older ballot. It is long enough for two readings that fail.
   */
  private static final Duration MAX_BALLOT_AGE = Duration.ofSeconds(30);

  private final VoteStore votes;
  private final Voters voters;
  private final CurrentElection election;
  private final Reading<Ballot> ballot;

  Voting(VoteStore votes, Voters voters, CurrentElection election, Reading<Ballot> ballot) {
    this.votes = votes;
    this.voters = voters;
    this.election = election;
    this.ballot = ballot;
  }

  /**
   * Returns all ballots of the voter.
   *
   * @throws ProblemException if it is unknown who asks, or the ballots can't be read
   */
  Response get(Request request, String rest) {
    Voters.Voter voter = voters.voterOf(request);
    VotePer votePer = election.current().rules().votePer();
    Set<String> ids = new LinkedHashSet<>();
    if (votePer == VotePer.CITY) {
      ids.add(voter.idOf());
    } else {
      ballot.latest().content.regions().forEach(region -> ids.add(voter.idOf(region)));
    }
    List<Vote> mine;
    try {
      mine = votes.read(ids);
    } catch (RuntimeException e) {
      // Its message may hold an id.
      LOG.warn("Ballots could not be read: {}", e.getClass().getName());
      throw Unavailable.because(Problem.OWN_BALLOTS_UNREADABLE);
    }
    ObjectNode json = Json.object();
    ArrayNode ballots = json.putArray("ballots");
    mine.forEach(vote -> ballots.add(told(vote)));
    return answer(json);
  }

  /**
   * Replaces the voter's ballot, or withdraws it.
   *
   * @throws ProblemException if the rules or the ballot forbid it, if another vote stands than the
   *     voter has seen, or if the vote could not be recorded
   */
  Response put(Request request, String rest) {
    Voters.Voter voter = voters.voterOf(request);
    BallotPaper paper = BallotPaper.in(request);
    Election first = election.current();
    ElectionRules rules = first.rules();
    checkOpen(first);
    check(paper, rules, voter);
    // The ballot may have taken a while. A pin that a reset has removed must not come back.
    Election current = election.currentUnder(rules);
    checkOpen(current);
    election.pin(current);
    // To pin may have taken a while, too.
    checkOpen(election.currentUnder(rules));
    String id = rules.votePer() == VotePer.CITY ? voter.idOf() : voter.idOf(paper.region());
    Optional<Vote> stands = replace(id, paper);
    if (!stands.equals(paper.wanted())) {
      ObjectNode fields = Json.object();
      stands.ifPresent(vote -> fields.set("stored", told(vote)));
      throw new ProblemException(412, Problem.CHANGED_ELSEWHERE).withFields(fields);
    }
    return answer(recorded(paper));
  }

  private void checkOpen(Election current) {
    Instant now = election.now();
    Phase phase = current.phaseAt(now);
    if (phase != Phase.OPEN) {
      ObjectNode fields = Json.object().put("phase", phase.label());
      current.rules().opensAt().ifPresent(at -> fields.put("opensAt", at.toString()));
      current.rules().closesAt().ifPresent(at -> fields.put("closesAt", at.toString()));
      throw new ProblemException(403, phase == Phase.BEFORE ? Problem.NOT_OPEN_YET : Problem.CLOSED)
          .withFields(fields);
    }
  }

  private void check(BallotPaper paper, ElectionRules rules, Voters.Voter voter) {
    boolean movesRegion =
        paper.seen().filter(vote -> !vote.region().equals(paper.region())).isPresent();
    if (movesRegion && rules.votePer() == VotePer.REGION) {
      throw new ProblemException(400, Problem.SEEN_OF_ANOTHER_REGION);
    }
    if (paper.improvements().isEmpty()) {
      // A withdrawal, of anything that is or was on the ballot.
      return;
    }
    if (rules.regionsClaim().filter(claim -> !voter.isIn(paper.region(), claim)).isPresent()) {
      throw new ProblemException(403, Problem.NOT_YOUR_REGION);
    }
    checkOnBallot(paper);
    int atMost = rules.atMost(paper.region());
    if (paper.improvements().size() > atMost) {
      throw new ProblemException(
              422,
              rules.votePer() == VotePer.CITY ? Problem.ONE_VOTE_IN_CITY : Problem.AT_MOST,
              Map.of("limit", atMost))
          .withFields(Json.object().put("atMost", atMost));
    }
  }

  /** What has left the ballot may stay in a vote, but can't come into one. */
  private void checkOnBallot(BallotPaper paper) {
    Reading.Latest<Ballot> latest = ballot.latest();
    Ballot current = latest.content;
    for (String improvement : paper.added()) {
      if (latest.age().compareTo(MAX_BALLOT_AGE) > 0) {
        throw Unavailable.because(Problem.BALLOT_UNREADABLE);
      }
      if (current.isClosed()) {
        throw new ProblemException(422, Problem.NOTHING_ON_BALLOT);
      }
      if (!current.hasRegion(paper.region())) {
        throw new ProblemException(422, Problem.REGION_NOT_ON_BALLOT);
      }
      if (!current.admits(new Choice(paper.region(), improvement))) {
        throw new ProblemException(422, Problem.IMPROVEMENT_NOT_ON_BALLOT);
      }
    }
  }

  private Optional<Vote> replace(String id, BallotPaper paper) {
    try {
      return votes.replace(id, paper.seen(), paper.wanted());
    } catch (RuntimeException e) {
      // Its message may hold what was written, and so an id.
      LOG.warn("A ballot could not be written: {}", e.getClass().getName());
      throw Unavailable.because(
          paper.improvements().isEmpty() ? Problem.NOT_WITHDRAWN : Problem.NOT_RECORDED);
    }
  }

  private ObjectNode recorded(BallotPaper paper) {
    ObjectNode json = Json.object().put("region", paper.region());
    ArrayNode improvements = json.putArray("improvements");
    if (paper.improvements().isEmpty()) {
      // A withdrawal needs no ballot, so it is answered even if none could ever be read.
      return json;
    }
    Ballot current = ballot.latest().content;
    for (String improvement : paper.improvements()) {
      improvements
          .addObject()
          .put("improvement", improvement)
          .put("title", current.titleOf(new Choice(paper.region(), improvement)));
    }
    return json;
  }

  private static ObjectNode told(Vote vote) {
    ObjectNode json = Json.object().put("region", vote.region());
    vote.improvements().forEach(json.putArray("improvements")::add);
    return json;
  }

  private static Response answer(ObjectNode json) {
    return Response.of(200).with("Cache-Control", "no-store").withBody(Json.TYPE, Json.bytes(json));
  }
}
