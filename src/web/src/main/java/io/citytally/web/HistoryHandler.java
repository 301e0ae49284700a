package io.citytally.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.ShownResults;
import io.citytally.vote.HistoryKey;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
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
    return answer(request, view, Optional.empty(), view.showsVotesOfCity(), hidden);
  }

  Response region(Request request, String rest) {
    ResultsView view = results.view();
    String region = view.regionAt(rest);
    return answer(request, view, Optional.of(region), view.showsVotesOf(region), List.of());
  }

  private Place placeOf(Optional<String> region) {
    return places.computeIfAbsent(region, each -> new Place(readings.apply(each)));
  }

  private Response answer(
      Request request,
      ResultsView view,
      Optional<String> region,
      boolean showsVotes,
      List<Reading.Latest<History>> hidden) {
    Shown shown = placeOf(region).shown(view, region, showsVotes, hidden);
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

    Shown shown(
        ResultsView view,
        Optional<String> region,
        boolean showsVotes,
        List<Reading.Latest<History>> hidden) {
      Reading.Latest<History> latest = reading.latest();
      Shown known = last;
      if (known == null
          || known.history != latest
          || known.showsVotes != showsVotes
          || !known.hidden.equals(hidden)) {
        known = new Shown(latest, view, region, showsVotes, hidden);
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
        ResultsView view,
        Optional<String> region,
        boolean showsVotes,
        List<Reading.Latest<History>> hidden) {
      this.history = history;
      this.showsVotes = showsVotes;
      this.hidden = hidden;
      content = history.content(data(view, region));
    }

    private ObjectNode data(ResultsView view, Optional<String> region) {
      History read = history.content;
      Map<String, Long> ballots = shownBallots();
      Map<String, Long> votes = read.votes().byTime();
      ObjectNode data = Json.object();
      if (!showsVotes) {
        data.put("results", ShownResults.TURNOUT.label());
      }
      if (!isWhole()) {
        data.put("since", since() + HOUR);
      } else if (view.tellsWhatWasCounted()) {
        put(data.putObject("before"), ballotsBefore(view, region), votesBefore(view, region));
      }
      put(
          data.putObject("undated"),
          ballots.get(HistoryKey.UNDATED),
          votes.get(HistoryKey.UNDATED));
      putAll(data.putArray("hours"), ballots, votes, HOUR);
      if (region.isEmpty() && hidden.isEmpty()) {
        putAll(
            data.putArray("tenMinutes"),
            read.ballotsOfTenMinutes(),
            read.votesOfTenMinutes(),
            MINUTE);
      }
      return data;
    }

    private boolean isWhole() {
      return Stream.concat(Stream.of(history), hidden.stream())
          .map(each -> each.content)
          .allMatch(each -> each.ballots().isWhole() && (!showsVotes || each.votes().isWhole()));
    }

    /** The first hour of which all is there. */
    private String since() {
      return Stream.concat(Stream.of(history), hidden.stream())
          .flatMap(each -> Stream.of(each.content.ballots(), each.content.votes()))
          .filter(counts -> !counts.isWhole())
          .map(counts -> Collections.min(counts.byTime().keySet()))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }

    private long ballotsBefore(ResultsView view, Optional<String> region) {
      Counted counted = history.content.ballots().sum();
      for (Reading.Latest<History> each : hidden) {
        counted = counted.minus(each.content.ballots().sum());
      }
      return Counted.before(view.countedBallots(region), counted);
    }

    private long votesBefore(ResultsView view, Optional<String> region) {
      return Counted.before(view.countedVotes(region), history.content.votes().sum());
    }

    private Map<String, Long> shownBallots() {
      Map<String, Long> ballots = new HashMap<>(history.content.ballots().byTime());
      for (Reading.Latest<History> region : hidden) {
        region
            .content
            .ballots()
            .byTime()
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
