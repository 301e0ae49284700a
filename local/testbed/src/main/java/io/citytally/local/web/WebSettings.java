package io.citytally.local.web;

import io.citytally.election.VotePer;
import io.citytally.local.cloud.LocalCloud;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the pages are for.
 *
 * @param ballot puts a ballot in place, unless there is one already, or the job has none
 * @param voters whose citizens may vote; none: anyone
 * @param signIn for what each of the invented citizens has one ballot, who sign in with the local
 *     identity provider; none: it is not there
 */
public record WebSettings(
    Consumer<LocalCloud> ballot, Optional<VoterSettings> voters, Optional<VotePer> signIn) {

  /** Without the local identity provider. */
  public WebSettings(Consumer<LocalCloud> ballot, Optional<VoterSettings> voters) {
    this(ballot, voters, Optional.empty());
  }
}
