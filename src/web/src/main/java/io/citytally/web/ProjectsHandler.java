package io.citytally.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.vote.Choice;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/ballot/REGION}: what a region can spend, and what is known of the improvements
 * that can be voted for there; and {@code GET /api/map}: the regions on a map. Pages ask for either
 * when it is to be seen.
 */
final class ProjectsHandler {

  /** As often as the ballot is read. */
  private static final String CACHE_CONTROL = "public, max-age=10";

  private final BallotSource source;
  private final Reading<Ballot> ballot;
  private final CurrentElection election;
  private final Function<Supplier<JsonNode>, Reading<JsonNode>> readings;
  private final Map<String, Reading<JsonNode>> projects = new ConcurrentHashMap<>();
  private final Map<String, Made> made = new ConcurrentHashMap<>();
  private final Reading<JsonNode> map;
  private volatile @Nullable Made madeMap;

  /**
   * @param readings makes the reading of a source
   */
  ProjectsHandler(
      BallotSource source,
      Reading<Ballot> ballot,
      CurrentElection election,
      Function<Supplier<JsonNode>, Reading<JsonNode>> readings) {
    this.source = source;
    this.ballot = ballot;
    this.election = election;
    this.readings = readings;
    map = readings.apply(source::map);
  }

  Response region(Request request, String rest) {
    Ballot latest = ballot.latest().content;
    // An address decoded already, on the way here, may look like an encoded one.
    String region = PercentEncoding.decode(rest).filter(latest::showsRegion).orElse(rest);
    if (!latest.showsRegion(region)) {
      throw new ProblemException(404, Problem.UNKNOWN_REGION);
    }
    // Regions that are shown are few: nobody fills this with names of his own.
    State state =
        new State(
            projects
                .computeIfAbsent(region, name -> readings.apply(() -> source.projectsOf(name)))
                .latest(),
            latest,
            election.latest().content);
    Made current = made.get(region);
    if (current == null || !current.state.isSame(state)) {
      current = new Made(state, content(regionData(state, region)));
      made.put(region, current);
    }
    return current.content.answer(request, CACHE_CONTROL);
  }

  Response map(Request request, String rest) {
    Ballot latest = ballot.latest().content;
    if (!latest.hasMap()) {
      throw new ProblemException(404, Problem.NOTHING_HERE);
    }
    State state = new State(map.latest(), latest, election.latest().content);
    Made current = madeMap;
    if (current == null || !current.state.isSame(state)) {
      current = new Made(state, content(mapData(state)));
      madeMap = current;
    }
    return current.content.answer(request, CACHE_CONTROL);
  }

  private static Content content(ObjectNode data) {
    return Content.of(Json.TYPE, Json.bytes(data));
  }

  private static ObjectNode regionData(State state, String region) {
    Ballot ballot = state.ballot;
    ObjectNode json = state.election.rules().putTitles(Json.object().put("region", region), region);
    ballot.currency().ifPresent(code -> json.put("currency", code));
    ballot.budgetOf(region).ifPresent(budget -> json.put("budget", budget));
    ArrayNode improvements = json.putArray("improvements");
    ballot.votable().stream()
        .filter(choice -> choice.region.equals(region))
        .sorted(ballot.order())
        .forEach(choice -> improvements.add(improvement(ballot, choice, state.shown.content)));
    return json;
  }

  private static ObjectNode improvement(Ballot ballot, Choice choice, JsonNode projects) {
    ObjectNode json = Json.object().put("improvement", choice.improvement);
    ballot.putTitles(json, choice);
    if (projects.get(choice.improvement) instanceof ObjectNode project) {
      json.setAll(project);
    }
    return json;
  }

  private static ObjectNode mapData(State state) {
    ObjectNode json = Json.object().put("type", "FeatureCollection");
    ArrayNode features = json.putArray("features");
    for (JsonNode feature : state.shown.content.path("features")) {
      if (state.ballot.showsRegion(feature.path("properties").path("region").asText())) {
        features.add(feature);
      }
    }
    return json;
  }

  /** What an answer is made of. */
  private record State(Reading.Latest<JsonNode> shown, Ballot ballot, Election election) {

    boolean isSame(State other) {
      return shown == other.shown && ballot == other.ballot && election == other.election;
    }
  }

  private record Made(State state, Content content) {}
}
