package io.citytally.local.web;

import io.citytally.web.VotePer;
import java.net.URI;

/**
 * Whose citizens may vote on the pages.
 *
 * @param issuer of their OpenID Connect tokens
 * @param audience whom the tokens are for
 * @param keys where the issuer publishes its keys
 * @param votePer for what each of them has one vote
 */
public record VoterSettings(String issuer, String audience, URI keys, VotePer votePer) {}
