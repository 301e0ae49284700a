package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.table.BallotPresentation;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What can be voted for, what everything is called, and what must not be shown. */
public final class Ballot {

  private final Map<Choice, BallotEntry> entries;
  private final Set<Choice> votable;
  private final Set<String> regions;
  private final Set<String> votableRegions;
  private final Set<String> shownRegions;
  private final Set<Choice> hidden;
  private final JsonNode plan;
  private final Map<String, JsonNode> plans = new HashMap<>();
  private final Map<Choice, Integer> places = new HashMap<>();

  /**
   * @param entries what the ballot says of each choice that is or was on it
   * @param plan what {@link BallotPresentation#BALLOT} holds
   */
  public Ballot(Map<Choice, BallotEntry> entries, JsonNode plan) {
    this.plan = plan;
    for (JsonNode each : plan.path("regions")) {
      String region = each.path("region").asText();
      plans.put(region, each);
      each.path("order")
          .forEach(name -> places.put(new Choice(region, name.asText()), places.size()));
    }
    Set<Choice> votableChoices = new HashSet<>();
    Set<String> all = new HashSet<>();
    Set<String> withVotable = new HashSet<>();
    Set<String> withShown = new HashSet<>();
    Set<Choice> hiddenChoices = new HashSet<>();
    entries.forEach(
        (choice, entry) -> {
          all.add(choice.region);
          if (entry.status() == BallotEntry.Status.HIDDEN) {
            hiddenChoices.add(choice);
            return;
          }
          withShown.add(choice.region);
          if (entry.status() == BallotEntry.Status.VOTABLE) {
            votableChoices.add(choice);
            withVotable.add(choice.region);
          }
        });
    this.entries = Map.copyOf(entries);
    votable = Set.copyOf(votableChoices);
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

  /** The choices that can be voted for. */
  Set<Choice> votable() {
    return votable;
  }

  /** Whether nothing can be voted for: voting is closed. */
  boolean isClosed() {
    return votable.isEmpty();
  }

  /** Whether the choice can be voted for. */
  boolean admits(Choice choice) {
    return votable.contains(choice);
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
    BallotEntry entry = entries.get(choice);
    return entry == null ? choice.improvement : entry.title();
  }

  /** Puts what the choice is called: one title, and further ones by language. */
  ObjectNode putTitles(ObjectNode json, Choice choice) {
    json.put("title", titleOf(choice));
    BallotEntry entry = entries.get(choice);
    if (entry != null && !entry.titles().isEmpty()) {
      entry.titles().forEach(json.putObject("titles")::put);
    }
    return json;
  }

  /** The order in which choices of one region are shown: the city's own, or by title. */
  Comparator<Choice> order() {
    return Comparator.comparing((Choice choice) -> places.getOrDefault(choice, places.size()))
        .thenComparing(this::titleOf)
        .thenComparing(choice -> choice.improvement);
  }

  /**
   * The order in which regions are shown: the city's own, or by title.
   *
   * @param titleOf what a region is called
   */
  Comparator<String> regionOrder(UnaryOperator<String> titleOf) {
    Map<String, Integer> placesOfRegions = new HashMap<>();
    if (isOrdered()) {
      plan.path("regions")
          .forEach(
              each -> placesOfRegions.put(each.path("region").asText(), placesOfRegions.size()));
    }
    return Comparator.comparing(
            (String region) -> placesOfRegions.getOrDefault(region, placesOfRegions.size()))
        .thenComparing(titleOf)
        .thenComparing(Comparator.naturalOrder());
  }

  /** Whether the city has an order of its own. */
  boolean isOrdered() {
    return plan.path("ordered").booleanValue();
  }

  /** Whether there is a map of the regions. */
  boolean hasMap() {
    return plan.path("map").booleanValue();
  }

  /** The code of the currency of budgets and costs. */
  Optional<String> currency() {
    return Optional.ofNullable(plan.path("currency").textValue());
  }

  /** What the region can spend. */
  OptionalLong budgetOf(String region) {
    JsonNode budget = planOf(region).path("budget");
    return budget.isNumber() ? OptionalLong.of(budget.longValue()) : OptionalLong.empty();
  }

  /** Whether more is known of the region's improvements than their titles. */
  boolean hasProjects(String region) {
    return planOf(region).path("projects").booleanValue();
  }

  private JsonNode planOf(String region) {
    return plans.getOrDefault(region, MissingNode.getInstance());
  }
}
