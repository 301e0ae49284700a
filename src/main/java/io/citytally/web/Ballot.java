package io.citytally.web;

import io.citytally.vote.TallyKey;
import java.util.Map;

/** What may be voted for. */
public final class Ballot {

  private final Map<TallyKey, String> titles;

  /**
   * @param titles what each improvement is called
   */
  public Ballot(Map<TallyKey, String> titles) {
    this.titles = Map.copyOf(titles);
  }

  Map<TallyKey, String> titles() {
    return titles;
  }

  /** What to call it: its own name if it has no title. */
  String titleOf(TallyKey choice) {
    return titles.getOrDefault(choice, choice.improvement);
  }

  /** Whether one may vote for it. An empty ballot leaves everything open. */
  boolean admits(TallyKey choice) {
    return titles.isEmpty() || titles.containsKey(choice);
  }

  boolean hasRegion(String region) {
    return titles.isEmpty() || titles.keySet().stream().anyMatch(key -> key.region.equals(region));
  }
}
