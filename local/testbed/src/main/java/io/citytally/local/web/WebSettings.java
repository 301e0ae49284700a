package io.citytally.local.web;

import io.citytally.vote.Choice;
import java.util.Map;
import java.util.Optional;

/**
 * What the pages are for.
 *
 * @param ballot titles of the improvements, published unless there is a ballot already, or the job
 *     has none
 * @param voters whose citizens may vote; none: whoever comes
 */
public record WebSettings(Map<Choice, String> ballot, Optional<VoterSettings> voters) {}
