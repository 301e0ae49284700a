package io.citytally.cli.ballot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.command.DisplayText;
import io.citytally.table.BallotPresentation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a new ballot changes in one item of {@link BallotPresentation}.
 *
 * @param lines what to tell the operator, each with a label
 * @param seen the hash of what was read; nothing if there was no such item
 * @param after what it is to hold
 */
record PresentationChange(String id, List<Line> lines, Optional<String> seen, JsonNode after) {

  /** A line for the operator. */
  record Line(String label, String text) {}

  /**
   * Returns the changes, in the order in which to write them: what belongs to the whole ballot says
   * what else is there, and so comes last.
   *
   * @param shown reads an item
   * @param map the new map; nothing to leave the present one
   */
  static List<PresentationChange> between(
      Function<String, BallotTables.Shown> shown, CityBallot ballot, Optional<DistrictMap> map) {
    List<PresentationChange> changes = new ArrayList<>();
    ballot
        .projects()
        .forEach(
            (region, after) -> {
              String id = BallotPresentation.projectsOf(region);
              BallotTables.Shown before = shown.apply(id);
              long count = different(before.json(), after);
              if (count > 0) {
                changes.add(
                    new PresentationChange(
                        id,
                        List.of(
                            new Line("described", region + ": " + counted(count, "improvement"))),
                        before.hash(),
                        after));
              }
            });
    map.ifPresent(
        drawn -> {
          BallotTables.Shown before = shown.apply(BallotPresentation.MAP);
          if (isOther(drawn.json(), before)) {
            changes.add(
                new PresentationChange(
                    BallotPresentation.MAP,
                    List.of(new Line("map", text(drawn, ballot.regions()))),
                    before.hash(),
                    drawn.json()));
          }
        });
    BallotTables.Shown before = shown.apply(BallotPresentation.BALLOT);
    ObjectNode after = ballot.plan().deepCopy();
    if (map.isPresent() || before.json().path("map").booleanValue()) {
      after.put("map", true);
    }
    boolean saysNothing = after.size() == 1 && after.path("regions").isEmpty();
    if (isOther(after, before) && !(saysNothing && before.hash().isEmpty())) {
      changes.add(
          new PresentationChange(
              BallotPresentation.BALLOT, lines(before.json(), after), before.hash(), after));
    }
    return changes;
  }

  private static boolean isOther(JsonNode after, BallotTables.Shown before) {
    return !before.hash().equals(Optional.of(BallotPresentation.hashOf(after)));
  }

  private static long different(JsonNode before, JsonNode after) {
    Set<String> names = new TreeSet<>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    return names.stream().filter(name -> !isSame(before, after, name)).count();
  }

  /** By their texts: a number that was just read is of another class than one that is made. */
  private static boolean isSame(JsonNode before, JsonNode after, String field) {
    return before.path(field).toString().equals(after.path(field).toString());
  }

  private static String text(DistrictMap map, Set<String> regions) {
    Set<String> missing = new TreeSet<>(regions);
    missing.removeAll(map.regions());
    return "%s in %s positions%s%s"
        .formatted(
            counted(map.regions().size(), "region"),
            DisplayText.number(map.positions()),
            map.given() == map.positions()
                ? ""
                : ", simplified from " + DisplayText.number(map.given()),
            missing.isEmpty() ? "" : "; not on it: " + String.join(", ", missing));
  }

  private static String counted(long count, String noun) {
    return DisplayText.number(count) + " " + noun + (count == 1 ? "" : "s");
  }

  private static List<Line> lines(JsonNode before, JsonNode after) {
    List<Line> lines = new ArrayList<>();
    if (!isSame(before, after, "currency")) {
      lines.add(
          new Line(
              "currency",
              after.path("currency").asText("none")
                  + ", was: "
                  + before.path("currency").asText("none")));
    }
    if (!isSame(before, after, "ordered")) {
      lines.add(
          new Line("order", after.path("ordered").booleanValue() ? "as in the file" : "by title"));
    }
    Map<String, JsonNode> regionsBefore = byRegion(before);
    Map<String, JsonNode> regionsAfter = byRegion(after);
    Set<String> regions = new TreeSet<>(regionsBefore.keySet());
    regions.addAll(regionsAfter.keySet());
    for (String region : regions) {
      JsonNode was = regionsBefore.getOrDefault(region, nothing());
      JsonNode is = regionsAfter.getOrDefault(region, nothing());
      if (!isSame(was, is, "budget")) {
        lines.add(new Line("budget", region + ": " + amount(is) + ", was: " + amount(was)));
      }
      if (!isSame(was, is, "order") && isSame(before, after, "ordered")) {
        lines.add(new Line("order", region));
      }
    }
    if (after.path("ordered").booleanValue()
        && isSame(before, after, "ordered")
        && !List.copyOf(regionsBefore.keySet()).equals(List.copyOf(regionsAfter.keySet()))) {
      lines.add(new Line("order", "of the regions"));
    }
    return lines;
  }

  private static String amount(JsonNode region) {
    JsonNode budget = region.path("budget");
    return budget.isNumber() ? DisplayText.number(budget.longValue()) : "none";
  }

  private static Map<String, JsonNode> byRegion(JsonNode plan) {
    Map<String, JsonNode> regions = new LinkedHashMap<>();
    plan.path("regions").forEach(each -> regions.put(each.path("region").asText(), each));
    return regions;
  }

  private static JsonNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }
}
