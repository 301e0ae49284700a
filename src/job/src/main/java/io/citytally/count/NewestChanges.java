package io.citytally.count;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The memory behind the recent votes: keeps the latest change of each vote, and of these the
 * newest.
 *
 * <p>A vote that was withdrawn or moved to another region leaves the list, also where its
 * withdrawal arrives before the vote itself. So a withdrawal keeps a place here, too. An older
 * change of the same vote that comes later finds the newer one, and is ignored. Twice as many
 * changes are kept as votes are shown: the list stays full while up to as many votes leave it.
 *
 * <p>The outcome depends on the set of changes alone, not on their order or on how they were
 * gathered in between. The reason: once {@code capacity} votes are known, their number stays, each
 * changes only to something newer, and so the oldest place only gets newer. What once fell out
 * would fall out again.
 */
final class NewestChanges {

  private final int capacity;
  private final NavigableSet<ChoiceChange> byAge = new TreeSet<>(ChoiceChange.BY_AGE);
  private final Map<Long, ChoiceChange> byVote = new HashMap<>();

  /**
   * @param shown how many votes the list shows; twice as many changes are kept
   */
  NewestChanges(int shown) {
    capacity = capacity(shown);
  }

  /** How many changes are kept, that as many votes may be shown. */
  static int capacity(int shown) {
    return 2 * shown;
  }

  void addAll(ChoiceChange... changes) {
    for (ChoiceChange change : changes) {
      add(change);
    }
  }

  void add(ChoiceChange change) {
    // The state of an earlier version may hold changes that are no longer listed.
    if (!change.isListed()) {
      return;
    }
    boolean full = byAge.size() == capacity;
    if (full && isOlder(change, byAge.first())) {
      return;
    }
    ChoiceChange known = byVote.get(change.voteHash);
    if (known != null && !isOlder(known, change)) {
      return;
    }
    if (known != null) {
      byAge.remove(known);
    } else if (full) {
      byVote.remove(byAge.pollFirst().voteHash);
    }
    byAge.add(change);
    byVote.put(change.voteHash, change);
  }

  /** The newest first. */
  ChoiceChange[] newestFirst() {
    return byAge.descendingSet().toArray(new ChoiceChange[0]);
  }

  private static boolean isOlder(ChoiceChange one, ChoiceChange other) {
    return ChoiceChange.BY_AGE.compare(one, other) < 0;
  }
}
