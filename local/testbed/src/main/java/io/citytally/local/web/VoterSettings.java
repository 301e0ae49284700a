package io.citytally.local.web;

import io.citytally.election.VotePer;
import io.citytally.web.SignIn;
import java.net.URI;

/**
 * Whose citizens may vote on the pages.
 *
 * @param signIn how they sign in
 * @param keys where the issuer publishes its keys
 * @param votePer for what each of them has one ballot, while the table has no election
 */
public record VoterSettings(SignIn signIn, URI keys, VotePer votePer) {}
