package io.citytally.local.web;

import io.citytally.election.VotePer;
import io.citytally.local.cloud.LocalIdentity;
import io.citytally.web.SignIn;
import java.net.URI;
import java.util.Optional;

/**
 * Whose citizens may vote on the pages.
 *
 * @param signIn how they sign in
 * @param keys where the issuer publishes its keys; found by discovery if not given
 * @param votePer for what each of them has one ballot, while the table has no election
 */
public record VoterSettings(SignIn signIn, Optional<URI> keys, VotePer votePer) {

  /** The settings of the local identity provider. */
  public static VoterSettings of(LocalIdentity identity, VotePer votePer) {
    SignIn signIn =
        new SignIn(
            identity.issuer().toString(),
            LocalIdentity.AUDIENCE,
            LocalIdentity.CLIENT,
            SignIn.DEFAULT_SCOPE,
            SignIn.DEFAULT_SUBJECT_CLAIM);
    return new VoterSettings(signIn, Optional.of(identity.keys()), votePer);
  }
}
