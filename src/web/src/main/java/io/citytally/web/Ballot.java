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
  private final Set<String> votableRegions;
  private final Set<String> shownRegions;
  private final Set<Choice> hidden;

  /**
   * @param entries what the ballot says of each choice that is or was on it
   */
  public Ballot(Map<Choice, BallotEntry> entries) {
    Map<Choice, String> allTitles = new HashMap<>();
    Map<Choice, String> votableTitles = new HashMap<>();
    Set<String> all = new HashSet<>();
    Set<String> withVotable = new HashSet<>();
    Set<String> withShown = new HashSet<>();
    Set<Choice> hiddenChoices = new HashSet<>();
    entries.forEach(
        (choice, entry) -> {
          allTitles.put(choice, entry.title());
          all.add(choice.region);
          if (entry.status() == BallotEntry.Status.HIDDEN) {
            hiddenChoices.add(choice);
            return;
          }
          withShown.add(choice.region);
          if (entry.status() == BallotEntry.Status.VOTABLE) {
            votableTitles.put(choice, entry.title());
            withVotable.add(choice.region);
          }
        });
    titles = Map.copyOf(allTitles);
    votable = Map.copyOf(votableTitles);
    regions = Set.copyOf(all);
    votableRegions = Set.copyOf(withVotable);
    shownRegions = Set.copyOf(withShown);
    hidden = Set.copyOf(hiddenChoices);
  }

  /** All regions that are or were on the ballot. */
  Set<String> regions() {
    return regions;
  }

  /** Whether the region may be shown: not everything in it is hidden. */
  boolean showsRegion(String region) {
    return shownRegions.contains(region);
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
    return votableRegions.contains(region);
  }

  /** Whether the choice may be shown; one that never was on the ballot may. */
  boolean shows(Choice choice) {
    return !hidden.contains(choice);
  }

  /** Whether a choice of the region is hidden. */
  boolean hidesIn(String region) {
    return hidden.stream().anyMatch(choice -> choice.region.equals(region));
  }

  /** Whether any choice is hidden. */
  boolean hides() {
    return !hidden.isEmpty();
  }

  /** Returns the choice's title, or its own name if it has none. */
  String titleOf(Choice choice) {
    return titles.getOrDefault(choice, choice.improvement);
  }
}
