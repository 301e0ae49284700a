package io.citytally.web;

import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What can be voted for, what everything is called, and what must not be shown. */
public final class Ballot {

  private final Map<Choice, String> titles;
  private final Map<Choice, String> votable;
  private final Set<String> regions;
  private final Set<Choice> hidden;

  /**
   * @param entries what the ballot says of each choice that is or was on it
   */
  public Ballot(Map<Choice, BallotEntry> entries) {
    Map<Choice, String> allTitles = new HashMap<>();
    Map<Choice, String> votableTitles = new HashMap<>();
    Set<String> votableRegions = new HashSet<>();
    Set<Choice> hiddenChoices = new HashSet<>();
    entries.forEach(
        (choice, entry) -> {
          allTitles.put(choice, entry.title());
          if (entry.status() == BallotEntry.Status.VOTABLE) {
            votableTitles.put(choice, entry.title());
            votableRegions.add(choice.region);
          } else if (entry.status() == BallotEntry.Status.HIDDEN) {
            hiddenChoices.add(choice);
          }
        });
    titles = Map.copyOf(allTitles);
    votable = Map.copyOf(votableTitles);
    regions = Set.copyOf(votableRegions);
    hidden = Set.copyOf(hiddenChoices);
  }

  /** The choices that can be voted for, with their titles. */
  Map<Choice, String> votable() {
    return votable;
  }

  /** Whether nothing can be voted for: voting is closed. */
  boolean isClosed() {
    return votable.isEmpty();
  }

  /** Whether the choice can be voted for. */
  boolean admits(Choice choice) {
    return votable.containsKey(choice);
  }

  /** Whether anything of the region can be voted for. */
  boolean hasRegion(String region) {
    return regions.contains(region);
  }

  /** Whether the choice may be shown; one that never was on the ballot may. */
  boolean shows(Choice choice) {
    return !hidden.contains(choice);
  }

  /** Returns the choice's title, or its own name if it has none. */
  String titleOf(Choice choice) {
    return titles.getOrDefault(choice, choice.improvement);
  }
}
