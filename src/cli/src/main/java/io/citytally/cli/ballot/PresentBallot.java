package io.citytally.cli.ballot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.table.BallotPresentation;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ballot of a running system, as the file that would make it. */
final class PresentBallot {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final BallotTables tables;
  private final JsonNode plan;
  private final Map<String, JsonNode> plans = new HashMap<>();

  /** The place of each choice in the city's order, if it has one. */
  private final Map<Choice, Integer> places = new HashMap<>();

  private PresentBallot(BallotTables tables) {
    this.tables = tables;
    plan = tables.shown(BallotPresentation.BALLOT).json();
    for (JsonNode each : plan.path("regions")) {
      String region = each.path("region").asText();
      plans.put(region, each);
      each.path("order")
          .forEach(name -> places.put(new Choice(region, name.asText()), places.size()));
    }
  }

  /** Returns the text of the file. */
  static String read(BallotTables tables) throws JsonProcessingException {
    return JSON.writeValueAsString(new PresentBallot(tables).json());
  }

  private ObjectNode json() {
    Map<Choice, BallotEntry> entries = tables.entries();
    List<Choice> choices = new ArrayList<>(entries.keySet());
    choices.removeIf(choice -> entries.get(choice).status() == Status.LEFT);
    choices.sort(
        Comparator.comparing((Choice choice) -> places.getOrDefault(choice, Integer.MAX_VALUE))
            .thenComparing(choice -> choice.region)
            .thenComparing(choice -> entries.get(choice).title())
            .thenComparing(choice -> choice.improvement));
    ObjectNode json = JSON.createObjectNode();
    for (String field : List.of("currency", "ordered")) {
      if (plan.has(field)) {
        json.set(field, plan.get(field));
      }
    }
    ArrayNode regions = json.putArray("regions");
    choices.stream()
        .map(choice -> choice.region)
        .distinct()
        .forEach(
            region -> {
              ObjectNode each = regions.addObject().put("region", region);
              JsonNode budget = plans.getOrDefault(region, JSON.missingNode()).path("budget");
              if (budget.isNumber()) {
                each.set("budget", budget);
              }
              JsonNode projects = tables.shown(BallotPresentation.projectsOf(region)).json();
              ArrayNode improvements = each.putArray("improvements");
              choices.stream()
                  .filter(choice -> choice.region.equals(region))
                  .forEach(
                      choice ->
                          put(
                              improvements.addObject(),
                              choice.improvement,
                              entries.get(choice),
                              projects.path(choice.improvement)));
            });
    return json;
  }

  private static void put(
      ObjectNode json, String improvement, BallotEntry entry, JsonNode project) {
    json.put("improvement", improvement);
    putTexts(json, "title", entry.title(), entry.titles());
    if (project.has("description")) {
      Map<String, String> texts = new HashMap<>();
      project
          .path("descriptions")
          .properties()
          .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
      putTexts(json, "description", project.path("description").asText(), texts);
    }
    for (String field : List.of("cost", "image", "link", "place")) {
      if (project.has(field)) {
        json.set(field, project.get(field));
      }
    }
    if (entry.status() == Status.HIDDEN) {
      json.put("hidden", true);
    }
  }

  /** With the text for all other languages first. */
  private static void putTexts(
      ObjectNode json, String field, String text, Map<String, String> texts) {
    if (texts.isEmpty()) {
      json.put(field, text);
      return;
    }
    ObjectNode byLanguage = json.putObject(field);
    texts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, String> each) -> !each.getValue().equals(text))
                .thenComparing(Map.Entry::getKey))
        .forEach(each -> byLanguage.put(each.getKey(), each.getValue()));
  }
}
