package io.citytally.local.cloud;

import io.citytally.vote.Choice;

/**
 * One vote as it stands in the {@code votes} table.
 *
 * @param id tells it from every other vote, and is not a citizen's name or number
 */
public record CastVote(String id, Choice choice) {}
