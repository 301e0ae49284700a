package io.citytally.local.cloud;

import io.citytally.vote.Choice;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares the votes of each region and improvement; no total is the same as a total of 0. */
public final class Totals {

  private static final Comparator<Choice> BY_REGION =
      Comparator.comparing((Choice choice) -> choice.region)
          .thenComparing(choice -> choice.improvement);

  private Totals() {}

  /** A copy without the totals that are 0. */
  public static Map<Choice, Long> nonZero(Map<Choice, Long> totals) {
    Map<Choice, Long> nonZero = new HashMap<>(totals);
    nonZero.values().removeIf(votes -> votes == 0);
    return nonZero;
  }

  /** The choices that at least one of them has a total of, by region. */
  public static SortedSet<Choice> choices(List<Map<Choice, Long>> totals) {
    SortedSet<Choice> choices = new TreeSet<>(BY_REGION);
    totals.stream().map(Map::keySet).forEach(choices::addAll);
    return choices;
  }

  /** The choices whose totals are not the same in all of them, by region. */
  public static List<Choice> differing(List<Map<Choice, Long>> totals) {
    return choices(totals).stream()
        .filter(
            choice ->
                totals.stream().map(each -> each.getOrDefault(choice, 0L)).distinct().count() > 1)
        .toList();
  }
}
