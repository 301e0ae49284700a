package io.citytally.local.simulation;

import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The ballot's table, and what must follow from it. A choice counts if it was on the ballot for as
 * long as the job may take to see it. A choice that never was on it, and has no total, does not
 * count. The job may decide either way about all others, until what it refused is cast again.
 */
final class Ballot {

  private enum Status {
    ON,
    LEFT,
    HIDDEN
  }

  private final Map<Choice, Status> items = new HashMap<>();
  private final Map<Choice, Long> since = new TreeMap<>(Citizens.BY_NAME);
  private final Set<Choice> deletedByHand = new HashSet<>();
  private final Set<Choice> everDeletedByHand = new HashSet<>();
  private boolean exists;
  private long awayUntil;

  /** The job has a ballot. */
  boolean exists() {
    return exists;
  }

  /** This is on the ballot from before the first vote. */
  void begin(Choice choice) {
    exists = true;
    items.put(choice, Status.ON);
    since.put(choice, Long.MIN_VALUE);
  }

  /**
   * @return whether it was not on it
   */
  boolean list(Choice choice, long now) {
    since.putIfAbsent(choice, now);
    if (deletedByHand.remove(choice)) {
      since.put(choice, now);
    }
    return items.put(choice, Status.ON) != Status.ON;
  }

  /**
   * @param keepsIt whether its item stays, marked
   * @return whether it was on it
   */
  boolean leave(Choice choice, boolean keepsIt) {
    return keepsIt
        ? items.replace(choice, Status.ON, Status.LEFT)
        : items.remove(choice, Status.ON);
  }

  boolean hide(Choice choice) {
    return items.containsKey(choice) && items.put(choice, Status.HIDDEN) != Status.HIDDEN;
  }

  boolean delete(Choice choice) {
    everDeletedByHand.add(choice);
    return items.remove(choice) != null && deletedByHand.add(choice);
  }

  void beAwayUntil(long time) {
    awayUntil = time;
  }

  boolean isAway(long now) {
    return now < awayUntil;
  }

  /** What the job reads, at any status. */
  Set<Choice> read() {
    return Set.copyOf(items.keySet());
  }

  /** What may be cast again. */
  Set<Choice> admitted() {
    return Set.copyOf(items.keySet());
  }

  /** Whether a side that reaches the stream now must count, if no one deletes the choice. */
  boolean mustCount(Choice key, long now) {
    return !exists || choicesFor(key).anyMatch(choice -> mustBeKnown(choice, now));
  }

  private boolean mustBeKnown(Choice choice, long now) {
    return since.containsKey(choice)
        && !deletedByHand.contains(choice)
        && (since.get(choice) == Long.MIN_VALUE
            || since.get(choice) <= now - Topology.BALLOT_REFRESH.toMillis());
  }

  boolean wasDeletedByHand(Choice key) {
    return choicesFor(key).anyMatch(everDeletedByHand::contains);
  }

  boolean wasNeverOn(Choice key) {
    return exists && choicesFor(key).noneMatch(since::containsKey);
  }

  /** A turnout counts if any choice of its region does. */
  private static Stream<Choice> choicesFor(Choice key) {
    return key.isTurnout()
        ? Citizens.KEYS.stream().filter(choice -> choice.region.equals(key.region))
        : Stream.of(key);
  }
}
