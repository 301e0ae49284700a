package io.citytally.vote;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * The most recently cast votes of one list, the newest first, as they are shown. They carry no id,
 * nor anything derived from one.
 */
@FlinkPojo
public class RecentVotes {

  /** The list of all regions together. */
  public static final String CITY = "city";

  private static final String REGION_PREFIX = "region:";

  /** {@link #CITY}, or {@link #listOf(String)} a region. */
  public String list;

  public Vote[] votes;

  /** For Flink's serializer. */
  public RecentVotes() {}

  public RecentVotes(String list, Vote... votes) {
    this.list = Objects.requireNonNull(list, "list");
    this.votes = votes.clone();
  }

  /** The list of one region; a region that is called {@code city} does not collide with it. */
  public static String listOf(String region) {
    return REGION_PREFIX + region;
  }

  /** The region whose list it is; none for {@link #CITY}. */
  public static Optional<String> regionOf(String list) {
    return list.startsWith(REGION_PREFIX)
        ? Optional.of(list.substring(REGION_PREFIX.length()))
        : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecentVotes
        && list.equals(((RecentVotes) other).list)
        && Arrays.equals(votes, ((RecentVotes) other).votes);
  }

  @Override
  public int hashCode() {
    return 31 * list.hashCode() + Arrays.hashCode(votes);
  }

  @Override
  public String toString() {
    return list + ": " + Arrays.toString(votes);
  }

  /** One cast vote, as the public may see it. */
  @FlinkPojo
  public static class Vote {

    public Choice choice;

    /** When it was cast, or last changed, in milliseconds since the epoch. */
    public long castAtMillis;

    /** For Flink's serializer. */
    public Vote() {}

    public Vote(Choice choice, long castAtMillis) {
      this.choice = Objects.requireNonNull(choice, "choice");
      this.castAtMillis = castAtMillis;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Vote
          && choice.equals(((Vote) other).choice)
          && castAtMillis == ((Vote) other).castAtMillis;
    }

    @Override
    public int hashCode() {
      return 31 * choice.hashCode() + Long.hashCode(castAtMillis);
    }

    @Override
    public String toString() {
      return choice + " at " + castAtMillis;
    }
  }
}
