package io.citytally.local.web;

import io.citytally.election.VotePer;
import io.citytally.vote.Choice;
import java.util.Map;
import java.util.Optional;

/**
 * What the pages are for.
 *
 * @param ballot titles of the improvements, published unless there is a ballot already, or the job
 *     has none
 * @param voters whose citizens may vote; none: whoever comes
 * @param signIn for what each of the invented citizens has one ballot, who sign in with the local
 *     identity provider; none: it is not there
 */
public record WebSettings(
    Map<Choice, String> ballot, Optional<VoterSettings> voters, Optional<VotePer> signIn) {

  /** Without the local identity provider. */
  public WebSettings(Map<Choice, String> ballot, Optional<VoterSettings> voters) {
    this(ballot, voters, Optional.empty());
  }
}
