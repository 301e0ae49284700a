package io.citytally.source;

import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import org.jspecify.annotations.Nullable;

/**
 * A vote as an item of the {@code votes} table shows it: the attributes that count.
 *
 * <p>An item without {@code improvements} is a ballot with one choice. Any other one is for the
 * union of {@code improvement} and {@code improvements}.
 */
final class VoteImage {

  VoteText id = VoteText.MISSING;
  VoteText region = VoteText.MISSING;
  VoteText improvement = VoteText.MISSING;

  /** Whether there is an attribute {@code improvements}, of any type. */
  boolean hasImprovements;

  /** The attribute {@code improvements}; null where there is none, or it is no set of strings. */
  @Nullable NameSet improvements;

  /** What a ballot with one choice is cast for, or null if there is a {@link #problem()}. */
  @Nullable Choice choice() {
    return problem() == null ? new Choice(region.value(), improvement.value()) : null;
  }

  /** Why the choice of a ballot with one choice can't be counted, or null if it can. */
  @Nullable String problem() {
    if (region.problem() != null) {
      return "region " + region.problem();
    }
    return improvement.problem() == null ? null : "improvement " + improvement.problem();
  }

  /** Whether this names no improvement, in a region that counts. */
  boolean isEmptyBallot() {
    return region.problem() == null && improvement == VoteText.MISSING && !hasImprovements;
  }

  /** All that is named, well-formed or not: more than a ballot may have if it names too many. */
  NameSet names() {
    NameSet names = new NameSet();
    if (improvements != null) {
      names.addAll(improvements);
    }
    if (improvement != VoteText.MISSING && improvement != VoteText.NOT_A_STRING) {
      names.add(improvement.value());
    }
    return names;
  }

  /** Why none of the names counts, or null if the well-formed ones do. */
  @Nullable String problemOfAll(NameSet names) {
    if (region.problem() != null) {
      return "region " + region.problem();
    }
    return names.isTooLarge()
        ? "more than " + VotesTable.MAX_IMPROVEMENTS + " improvements are named"
        : null;
  }

  /** What an attribute is that should name improvements, and doesn't; null if they all do. */
  @Nullable String problemOfTypes() {
    if (improvement == VoteText.NOT_A_STRING) {
      return "improvement " + improvement.problem();
    }
    return hasImprovements && improvements == null ? "improvements is not a set of strings" : null;
  }
}
