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
    List<Map.Entry<Choice, BallotEntry>> entries = new ArrayList<>(tables.entries().entrySet());
    entries.removeIf(each -> each.getValue().status() == Status.LEFT);
    entries.sort(
        Comparator.comparing(
                (Map.Entry<Choice, BallotEntry> each) ->
                    places.getOrDefault(each.getKey(), Integer.MAX_VALUE))
            .thenComparing(each -> each.getKey().region)
            .thenComparing(each -> each.getValue().title())
            .thenComparing(each -> each.getKey().improvement));
    ObjectNode json = JSON.createObjectNode();
    for (String field : List.of("currency", "ordered")) {
      if (plan.has(field)) {
        json.set(field, plan.get(field));
      }
    }
    ArrayNode regions = json.putArray("regions");
    entries.stream()
        .map(each -> each.getKey().region)
        .distinct()
        .forEach(
            region ->
                putRegion(
                    regions.addObject().put("region", region),
                    region,
                    entries.stream().filter(each -> each.getKey().region.equals(region)).toList()));
    return json;
  }

  private void putRegion(
      ObjectNode json, String region, List<Map.Entry<Choice, BallotEntry>> entries) {
    JsonNode budget = plans.getOrDefault(region, JSON.missingNode()).path("budget");
    if (budget.isNumber()) {
      json.set("budget", budget);
    }
    JsonNode projects = tables.shown(BallotPresentation.projectsOf(region)).json();
    ArrayNode improvements = json.putArray("improvements");
    for (Map.Entry<Choice, BallotEntry> each : entries) {
      String improvement = each.getKey().improvement;
      put(improvements.addObject(), improvement, each.getValue(), projects.path(improvement));
    }
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
