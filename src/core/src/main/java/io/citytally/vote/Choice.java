package io.citytally.vote;

import java.util.Objects;

/**
 * What a vote is cast for and counted under: an improvement of a region.
 *
 * <p>Both parts are non-empty text of at most {@value VoteChange#MAX_TEXT_LENGTH} characters, as
 * they stand in the {@code votes} table; they are the keys of {@code total_votes}.
 *
 * <p>The ballots of a region are counted in the same way, under a key of their own: {@link
 * #turnoutOf}. Its improvement is empty, as that of no vote can be. So are the parts of the course
 * of the vote, under a {@link HistoryKey}, whose improvement begins with a control character.
 *
 * <p>The public fields and constructor are what Flink's POJO serializer asks for. Nothing but that
 * serializer ever sets a field of an object that exists.
 */
@FlinkPojo
public class Choice {

  public String region;
  public String improvement;

  /** For Flink's serializer. */
  public Choice() {}

  public Choice(String region, String improvement) {
    this.region = Objects.requireNonNull(region, "region");
    this.improvement = Objects.requireNonNull(improvement, "improvement");
  }

  /** The key under which the ballots of a region are counted. */
  public static Choice turnoutOf(String region) {
    return new Choice(region, "");
  }

  /** Whether this is the key of a region's ballots. */
  public boolean isTurnout() {
    return improvement.isEmpty();
  }

  /** Whether this is a {@link HistoryKey}: the key of a part of the course of the vote. */
  public boolean isHistory() {
    return !improvement.isEmpty() && improvement.charAt(0) == HistoryKey.MARK;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Choice
        && region.equals(((Choice) other).region)
        && improvement.equals(((Choice) other).improvement);
  }

  @Override
  public int hashCode() {
    return 31 * region.hashCode() + improvement.hashCode();
  }

  @Override
  public String toString() {
    if (isHistory()) {
      return "history of " + HistoryKey.placeOf(this) + ", " + HistoryKey.bucketOf(this);
    }
    return isTurnout() ? "turnout of " + region : region + " / " + improvement;
  }
}
