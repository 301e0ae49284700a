package io.citytally.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.ShownResults;
import io.citytally.vote.HistoryKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/history} and {@code /api/history/REGION}: the course of the vote.
 *
 * <p>It is shown for the regions that the results have. It has ballots only until the election
 * shows votes, and while a choice is hidden, whose votes are part of the sums. The ballots of a
 * hidden region are subtracted from the city's hours. The ten minutes of the city are left out
 * then, because regions have none to subtract.
 */
final class HistoryHandler {

  private static final String CACHE_CONTROL = "public, max-age=60";

  private static final String HOUR = ":00Z";
  private static final String MINUTE = "Z";

  private final ResultsHandler results;
  private final Function<Optional<String>, Reading<History>> readings;

  /** By region; that of the city under none. As many as there are regions to show. */
  private final Map<Optional<String>, Place> places = new ConcurrentHashMap<>();

  /**
   * @param readings makes the reading of a region, or of the city
   */
  HistoryHandler(ResultsHandler results, Function<Optional<String>, Reading<History>> readings) {
    this.results = results;
    this.readings = readings;
  }

  Response city(Request request, String rest) {
    ResultsView view = results.view();
    List<Reading.Latest<History>> hidden =
        view.hiddenRegions().stream()
            .map(region -> placeOf(Optional.of(region)).reading.latest())
            .toList();
    return answer(request, Optional.empty(), view.showsVotesOfCity(), hidden);
  }

  Response region(Request request, String rest) {
    ResultsView view = results.view();
    String region = view.regionAt(rest);
    return answer(request, Optional.of(region), view.showsVotesOf(region), List.of());
  }

  private Place placeOf(Optional<String> region) {
    return places.computeIfAbsent(region, each -> new Place(readings.apply(each)));
  }

  private Response answer(
      Request request,
      Optional<String> region,
      boolean showsVotes,
      List<Reading.Latest<History>> hidden) {
    Shown shown = placeOf(region).shown(showsVotes, region.isEmpty(), hidden);
    return shown
        .content
        .answer(request, CACHE_CONTROL)
        .with(ResultsHandler.AS_OF, ResultsHandler.TIME.format(shown.history.asOf));
  }

  /** A region, or the city. */
  private static final class Place {

    private final Reading<History> reading;
    private volatile @Nullable Shown last;

    Place(Reading<History> reading) {
      this.reading = reading;
    }

    Shown shown(boolean showsVotes, boolean isCity, List<Reading.Latest<History>> hidden) {
      Reading.Latest<History> latest = reading.latest();
      Shown known = last;
      if (known == null
          || known.history != latest
          || known.showsVotes != showsVotes
          || !known.hidden.equals(hidden)) {
        known = new Shown(latest, showsVotes, isCity, hidden);
        last = known;
      }
      return known;
    }
  }

  /** One reading as it is shown, made once for all who ask. */
  private static final class Shown {

    final Reading.Latest<History> history;
    final boolean showsVotes;
    final List<Reading.Latest<History>> hidden;
    final Content content;

    Shown(
        Reading.Latest<History> history,
        boolean showsVotes,
        boolean isCity,
        List<Reading.Latest<History>> hidden) {
      this.history = history;
      this.showsVotes = showsVotes;
      this.hidden = hidden;
      content = history.content(data(isCity));
    }

    private ObjectNode data(boolean isCity) {
      History read = history.content;
      Map<String, Long> ballots = shownBallots();
      ObjectNode data = Json.object();
      if (!showsVotes) {
        data.put("results", ShownResults.TURNOUT.label());
      }
      put(
          data.putObject("undated"),
          ballots.get(HistoryKey.UNDATED),
          read.votes().get(HistoryKey.UNDATED));
      putAll(data.putArray("hours"), ballots, read.votes(), HOUR);
      if (isCity && hidden.isEmpty()) {
        putAll(
            data.putArray("tenMinutes"),
            read.ballotsOfTenMinutes(),
            read.votesOfTenMinutes(),
            MINUTE);
      }
      return data;
    }

    private Map<String, Long> shownBallots() {
      Map<String, Long> ballots = new HashMap<>(history.content.ballots());
      for (Reading.Latest<History> region : hidden) {
        region
            .content
            .ballots()
            .forEach((time, count) -> ballots.computeIfPresent(time, (same, all) -> all - count));
        ballots.values().removeIf(count -> count == 0);
      }
      return ballots;
    }

    /** By time. A time in which only votes changed is not there while votes are not shown. */
    private void putAll(
        ArrayNode array, Map<String, Long> ballots, Map<String, Long> votes, String end) {
      TreeSet<String> times = new TreeSet<>(ballots.keySet());
      if (showsVotes) {
        times.addAll(votes.keySet());
      }
      times.remove(HistoryKey.UNDATED);
      for (String time : times) {
        put(array.addObject().put("at", time + end), ballots.get(time), votes.get(time));
      }
    }

    private void put(ObjectNode json, @Nullable Long ballots, @Nullable Long votes) {
      json.put("ballots", ballots == null ? 0 : ballots);
      if (showsVotes) {
        json.put("votes", votes == null ? 0 : votes);
      }
    }
  }
}
