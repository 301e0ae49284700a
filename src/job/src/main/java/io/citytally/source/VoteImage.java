package io.citytally.source;

import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import org.jspecify.annotations.Nullable;

/** A vote as an item of the {@code votes} table shows it: the attributes that count. */
final class VoteImage {

  VoteText id = VoteText.MISSING;
  VoteText region = VoteText.MISSING;
  VoteText improvement = VoteText.MISSING;

  /** What the vote is cast for, or null if there is a {@link #problem()}. */
  @Nullable Choice choice() {
    return problem() == null ? new Choice(region.value(), improvement.value()) : null;
  }

  /** Why the choice can't be counted, or null if it can. */
  @Nullable String problem() {
    if (region.problem() != null) {
      return "region " + region.problem();
    }
    return improvement.problem() == null ? null : "improvement " + improvement.problem();
  }
}
