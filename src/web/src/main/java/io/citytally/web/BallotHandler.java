package io.citytally.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.ElectionRules;
import io.citytally.election.Phase;
import io.citytally.vote.Choice;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/ballot}: the election, how to vote, and what can be voted for: regions and their
 * improvements, in the city's own order or by what they are called.
 */
final class BallotHandler {

  private static final String CACHE_CONTROL = "public, max-age=1";

  private final Reading<Ballot> ballot;
  private final CurrentElection election;
  private final Voters voters;
  private @Nullable Made made;

  BallotHandler(Reading<Ballot> ballot, CurrentElection election, Voters voters) {
    this.ballot = ballot;
    this.election = election;
    this.voters = voters;
  }

  /** The answer carries its time, from which a page works out how far its own clock is off. */
  Response get(Request request, String rest) {
    Instant now = election.now();
    Election latest = election.latest().content;
    State state =
        new State(ballot.latest().content, latest, latest.phaseAt(now), latest.isTestAt(now));
    return madeOf(state)
        .content
        .answer(request, CACHE_CONTROL)
        .with(ResultsHandler.AS_OF, ResultsHandler.TIME.format(now));
  }

  private synchronized Made madeOf(State state) {
    if (made == null || !made.state.isSame(state)) {
      made = new Made(state, content(state));
    }
    return made;
  }

  private Content content(State state) {
    ElectionRules rules = state.election.rules();
    ObjectNode json = Json.object();
    json.set("election", election(state));
    json.set("voting", voters.told().put("votePer", rules.votePer().label()));
    if (state.ballot.isOrdered()) {
      json.put("ordered", true);
    }
    if (state.ballot.hasMap()) {
      json.put("map", true);
    }
    putRegions(json, state.ballot, rules);
    return Content.of(Json.TYPE, Json.bytes(json));
  }

  private static ObjectNode election(State state) {
    ElectionRules rules = state.election.rules();
    ObjectNode json = Json.object();
    rules.name().ifPresent(name -> json.put("name", name));
    rules.timeZone().ifPresent(zone -> json.put("timeZone", zone.getId()));
    rules.opensAt().ifPresent(at -> json.put("opensAt", at.toString()));
    rules.closesAt().ifPresent(at -> json.put("closesAt", at.toString()));
    json.put("phase", state.phase.label());
    json.put("results", rules.results().label());
    rules.city().ifPresent(city -> json.put("city", city));
    rules.logo().ifPresent(logo -> json.put("logo", logo));
    if (!rules.links().isEmpty()) {
      rules.links().forEach(json.putObject("links")::put);
    }
    if (!rules.languages().isEmpty()) {
      rules.languages().forEach(json.putArray("languages")::add);
    }
    json.put("test", state.isTest);
    state
        .election
        .result()
        .ifPresent(
            result ->
                json.putObject("final")
                    .put("at", result.at().toString())
                    .put("sha256", result.sha256()));
    return json;
  }

  private static void putRegions(ObjectNode json, Ballot ballot, ElectionRules rules) {
    Map<String, SortedSet<Choice>> regions = new TreeMap<>(ballot.regionOrder(rules::titleOf));
    ballot
        .votable()
        .forEach(
            choice ->
                regions
                    .computeIfAbsent(choice.region, region -> new TreeSet<>(ballot.order()))
                    .add(choice));
    ArrayNode array = json.putArray("regions");
    regions.forEach(
        (region, choices) -> {
          ObjectNode each =
              rules
                  .putTitles(array.addObject().put("region", region), region)
                  .put("atMost", rules.atMost(region));
          if (ballot.hasProjects(region) || ballot.budgetOf(region).isPresent()) {
            each.put("projects", true);
          }
          ArrayNode improvements = each.putArray("improvements");
          choices.forEach(
              choice ->
                  ballot.putTitles(
                      improvements.addObject().put("improvement", choice.improvement), choice));
        });
  }

  /** What an answer is made of. */
  private record State(Ballot ballot, Election election, Phase phase, boolean isTest) {

    boolean isSame(State other) {
      return ballot == other.ballot
          && election == other.election
          && phase == other.phase
          && isTest == other.isTest;
    }
  }

  private record Made(State state, Content content) {}
}
