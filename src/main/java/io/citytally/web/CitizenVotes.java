package io.citytally.web;

import io.citytally.vote.TallyKey;
import java.util.Map;

/**
 * {@code PUT} and {@code DELETE /api/votes/mine?region=..&improvement=..}, for citizens whom an
 * issuer knows. The query says what for; a body says nothing. To withdraw, it need say no more than
 * the rule asks for.
 */
final class CitizenVotes {

  private final Voting voting;
  private final CitizenIdentity identity;

  CitizenVotes(Voting voting, CitizenIdentity identity) {
    this.voting = voting;
    this.identity = identity;
  }

  Response put(Request request, String rest) {
    String subject = subjectOf(request);
    if (request.body().length > 0) {
      throw new ProblemException(
          400, "The address says what the vote is for; leave the body empty");
    }
    TallyKey choice = Choices.inQuery(request);
    return voting.cast(voteId(request, subject), choice);
  }

  Response delete(Request request, String rest) {
    return voting.withdraw(voteId(request, subjectOf(request)));
  }

  private String voteId(Request request, String subject) {
    switch (identity.votePer()) {
      case CITY:
        return identity.voteId(subject);
      case REGION:
        return identity.voteId(subject, Choices.regionInQuery(request));
      default:
        TallyKey choice = Choices.inQuery(request);
        return identity.voteId(subject, choice.region, choice.improvement);
    }
  }

  /**
   * @throws ProblemException if no token came along that the issuer gave out to a citizen, or it
   *     can't be checked now
   */
  private String subjectOf(Request request) {
    Map<String, String> claims = request.claims();
    String subject = claims.getOrDefault("sub", "");
    if (!identity.issuer().equals(claims.get("iss")) || subject.isBlank()) {
      boolean tried = request.header("Authorization").isPresent();
      // By RFC 6750, section 3: whoever hasn't tried learns of no error.
      throw new ProblemException(
          401,
          tried ? "Please sign in again to vote" : "Please sign in to vote",
          Map.of(
              "WWW-Authenticate",
              "Bearer realm=\"citytally\"" + (tried ? ", error=\"invalid_token\"" : "")));
    }
    return subject;
  }
}
