package io.citytally.web;

import java.util.Map;

/**
 * {@code PUT /api/votes/mine} and {@code POST /api/votes/mine/withdrawal}, for citizens whom an
 * issuer knows. The body says what for, and the address nothing: proxies and firewalls log
 * addresses. To withdraw, the body need say no more than the rule asks for.
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
    Choices choices = Choices.in(request);
    return voting.cast(voteId(subject, choices), choices.choice());
  }

  Response withdraw(Request request, String rest) {
    String subject = subjectOf(request);
    return voting.withdraw(voteId(subject, Choices.in(request)));
  }

  private String voteId(String subject, Choices choices) {
    switch (identity.votePer()) {
      case CITY:
        return identity.voteId(subject);
      case REGION:
        return identity.voteId(subject, choices.region());
      default:
        return identity.voteId(subject, choices.region(), choices.improvement());
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
