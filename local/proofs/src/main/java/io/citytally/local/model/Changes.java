package io.citytally.local.model;

import java.util.List;

/**
 * The changes of votes that are delivered, by number from 0, and what each is to the two keys. A
 * set of changes is a bit mask.
 */
record Changes(List<Change> list) {

  static final int KEYS = 2;

  /** No choice. */
  private static final int NONE = -1;

  /**
   * From one key, or none, to the other, or none.
   *
   * @param vote whose change it is
   * @param what for a reader
   */
  private record Change(int vote, int from, int to, String what) {}

  /**
   * All that can happen to votes, with the most that can be mistaken first: a vote is cast and
   * changed, so that a key sees it come and go and the other sees it come; a second vote for the
   * first key, so that an amount is more than one; the first vote is withdrawn.
   */
  private static final List<Change> SCRIPT =
      List.of(
          new Change(0, NONE, 0, "a vote is cast for A"),
          new Change(0, 0, 1, "that vote is changed from A to B"),
          new Change(1, NONE, 0, "a second vote is cast for A"),
          new Change(0, 1, NONE, "the first vote is withdrawn"),
          new Change(2, NONE, 1, "a third vote is cast for B"));

  static final int MAX_CHANGES = SCRIPT.size();

  static Changes first(int number) {
    return new Changes(SCRIPT.subList(0, number));
  }

  int size() {
    return list.size();
  }

  /** The set of all. */
  int all() {
    return (1 << size()) - 1;
  }

  static boolean contains(int set, int change) {
    return (set >> change & 1) == 1;
  }

  /** The number of the vote that a change is of, from 0. */
  int vote(int change) {
    return list.get(change).vote;
  }

  /** By how many votes a change moves the total of a key. */
  int votes(int change, int key) {
    Change each = list.get(change);
    return (each.to == key ? 1 : 0) - (each.from == key ? 1 : 0);
  }

  /** How many votes came for a key by these changes. */
  int added(int set, int key) {
    return count(set, key, 1);
  }

  /** How many votes left a key by these changes. */
  int removed(int set, int key) {
    return count(set, key, -1);
  }

  private int count(int set, int key, int votes) {
    int count = 0;
    for (int change = 0; change < size(); change++) {
      if (contains(set, change) && votes(change, key) == votes) {
        count++;
      }
    }
    return count;
  }

  String describe(int change) {
    return "change " + (change + 1) + " (" + list.get(change).what + ")";
  }

  static String nameOf(int key) {
    return key == 0 ? "A" : "B";
  }
}
