package io.citytally.web;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a citizen's ballot votes for.
 *
 * @param improvements at least one
 */
public record Vote(String region, SortedSet<String> improvements) {

  /**
   * @throws IllegalArgumentException if there are no improvements
   */
  public Vote {
    if (improvements.isEmpty()) {
      throw new IllegalArgumentException("a vote without improvements is none");
    }
    improvements = Collections.unmodifiableSortedSet(new TreeSet<>(improvements));
  }

  /** Returns the vote; none without improvements, which is a withdrawn one. */
  public static Optional<Vote> of(String region, Collection<String> improvements) {
    return improvements.isEmpty()
        ? Optional.empty()
        : Optional.of(new Vote(region, new TreeSet<>(improvements)));
  }
}
