package io.citytally.count;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was gathered for one list of recent votes, of which only the newest counts.
 *
 * <p>Changes come almost in order of time, so nearly every one is among the newest when it comes,
 * and to insert each in order would cost an insertion per change. So they are collected, and sorted
 * once there are many. Then they are checked from the newest down, and all but the first few are
 * refused by one comparison.
 */
final class GatheredChanges {

  /** How many are taken for one that is kept. */
  private static final int TAKEN_PER_KEPT = 8;

  private static final Comparator<ChoiceChange> NEWEST_FIRST = ChoiceChange.BY_AGE.reversed();

  private final int shown;
  private final int capacity;
  private final List<ChoiceChange> changes = new ArrayList<>();

  /**
   * @param shown how many votes the list of recent votes shows
   */
  GatheredChanges(int shown) {
    this.shown = shown;
    capacity = TAKEN_PER_KEPT * NewestChanges.capacity(shown);
  }

  void add(ChoiceChange change) {
    if (changes.size() == capacity) {
      ChoiceChange[] newest = newestFirst();
      changes.clear();
      changes.addAll(List.of(newest));
    }
    changes.add(change);
  }

  /** How many are held. */
  int size() {
    return changes.size();
  }

  /** The newest first; at most one of each vote. */
  ChoiceChange[] newestFirst() {
    changes.sort(NEWEST_FIRST);
    NewestChanges newest = new NewestChanges(shown);
    changes.forEach(newest::add);
    return newest.newestFirst();
  }
}
