package io.citytally.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.ResultOrder;
import io.citytally.election.ResultsCsv;
import io.citytally.election.ShownResults;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the results as it is shown, made once for all who ask. Until the election shows
 * votes, that is only how many ballots each region has. Afterwards, regions are in the order of
 * their names, improvements in that of their votes. It includes choices on the ballot even without
 * votes, and choices that left the ballot if they have a total.
 *
 * <p>What is hidden is not there at all: neither its line, nor its region if that has nothing else,
 * nor its recent votes. The sums are those of the lines that are shown, so they leave its votes
 * out, too. Otherwise a sum less its lines would tell how many votes the hidden choices have. The
 * ballots still tell it, if each has one vote. Ballots are not added up over regions, as a citizen
 * may have one in each.
 */
final class ResultsView {

  private final Reading.Latest<Results> results;
  private final Reading.Latest<Ballot> latestBallot;
  private final Ballot ballot;
  private final Election election;
  private final boolean showsVotes;
  private final Map<String, List<Line>> regions = new TreeMap<>();
  private final Content city;
  private final Map<String, Content> contents = new ConcurrentHashMap<>();
  private @Nullable Content csv;

  /**
   * @param showsVotes whether more than turnout is shown
   */
  ResultsView(
      Reading.Latest<Results> results,
      Reading.Latest<Ballot> latestBallot,
      Election election,
      boolean showsVotes) {
    this.results = results;
    this.latestBallot = latestBallot;
    ballot = latestBallot.content;
    this.election = election;
    this.showsVotes = showsVotes;
    if (showsVotes) {
      addVotes();
    } else {
      addRegions();
    }
    city = content(cityData());
  }

  private void addVotes() {
    Map<Choice, Long> votes = new HashMap<>();
    ballot.votable().forEach(key -> votes.put(key, 0L));
    votes.putAll(results.content.totals());
    votes.keySet().removeIf(key -> !ballot.shows(key));
    votes.forEach(
        (key, total) ->
            regions
                .computeIfAbsent(key.region, region -> new ArrayList<>())
                .add(new Line(key.improvement, ballot.titleOf(key), total)));
    regions.values().forEach(lines -> lines.sort(Line.ORDER));
  }

  /** Those with something on the ballot, and those with ballots. */
  private void addRegions() {
    ballot.votable().forEach(key -> regions.put(key.region, List.of()));
    results.content.ballots().keySet().forEach(region -> regions.put(region, List.of()));
    regions.keySet().removeIf(region -> !ballot.showsRegion(region));
  }

  boolean isOf(
      Reading.Latest<Results> otherResults,
      Reading.Latest<Ballot> otherBallot,
      Election otherElection,
      boolean alsoShowsVotes) {
    return results == otherResults
        && latestBallot == otherBallot
        && election == otherElection
        && showsVotes == alsoShowsVotes;
  }

  /** When its oldest stale part was read; if none is stale, when the results were. */
  Instant asOf() {
    return results.oldest(latestBallot).asOf;
  }

  Content city() {
    return city;
  }

  /**
   * @param name as {@link #regionAt} gives it
   */
  Content region(String name) {
    return contents.computeIfAbsent(
        name, region -> content(regionData(region, Objects.requireNonNull(regions.get(region)))));
  }

  private Content content(ObjectNode data) {
    return results.content(data, latestBallot);
  }

  /** Nothing while no votes are shown. */
  synchronized Optional<Content> csv() {
    if (showsVotes && csv == null) {
      ResultsCsv text = new ResultsCsv();
      regions.forEach(
          (region, lines) ->
              lines.forEach(
                  line ->
                      text.add(
                          region,
                          election.rules().titleOf(region),
                          ballotsOf(region),
                          line.improvement,
                          line.title,
                          line.votes)));
      csv = Content.of(ResultsCsv.TYPE, text.toString().getBytes(StandardCharsets.UTF_8));
    }
    return Optional.ofNullable(csv);
  }

  /** The name of the region at an address; an address decoded already may look encoded. */
  String regionAt(String rest) {
    return PercentEncoding.decode(rest)
        .filter(regions::containsKey)
        .or(() -> Optional.of(rest).filter(regions::containsKey))
        .orElseThrow(() -> new ProblemException(404, Problem.UNKNOWN_REGION));
  }

  /** Whether sums over all choices of a region may be shown: none of them is hidden. */
  boolean showsVotesOf(String region) {
    return showsVotes && !ballot.hidesIn(region);
  }

  /** The same of the city. */
  boolean showsVotesOfCity() {
    return showsVotes && !ballot.hides();
  }

  /** The regions of the ballot in which everything is hidden. */
  List<String> hiddenRegions() {
    return ballot.regions().stream().filter(region -> !ballot.showsRegion(region)).toList();
  }

  /** Whether it is known what the job has counted: not of a final result. */
  boolean tellsWhatWasCounted() {
    return results.content.tellsWhatWasCounted();
  }

  /**
   * The sum of the totals of a region, or of all that are shown.
   *
   * @param region none for the city
   */
  Counted countedVotes(Optional<String> region) {
    return results.content.countedVotes(region.map(Set::of).orElse(regions.keySet()));
  }

  /**
   * The ballots of a region, or of all that are shown.
   *
   * @param region none for the city
   */
  Counted countedBallots(Optional<String> region) {
    return results.content.countedBallots(region.map(Set::of).orElse(regions.keySet()));
  }

  private ObjectNode cityData() {
    ObjectNode data = Json.object();
    if (showsVotes) {
      data.put("votes", regions.values().stream().mapToLong(ResultsView::sum).sum());
    } else {
      data.put("results", ShownResults.TURNOUT.label());
    }
    ArrayNode array = data.putArray("regions");
    regions.forEach((name, lines) -> putRegion(array.addObject(), name, lines));
    if (showsVotes) {
      putRecent(data, RecentVotes.CITY);
    }
    return data;
  }

  private ObjectNode regionData(String name, List<Line> lines) {
    ObjectNode data = Json.object();
    if (!showsVotes) {
      data.put("results", ShownResults.TURNOUT.label());
    }
    putRegion(data, name, lines);
    if (showsVotes) {
      putRecent(data, RecentVotes.listOf(name));
    }
    return data;
  }

  private void putRegion(ObjectNode json, String name, List<Line> lines) {
    election.rules().putTitles(json.put("region", name), name).put("ballots", ballotsOf(name));
    if (!showsVotes) {
      return;
    }
    json.put("votes", sum(lines));
    ArrayNode improvements = json.putArray("improvements");
    for (Line line : lines) {
      ballot
          .putTitles(
              improvements.addObject().put("improvement", line.improvement),
              new Choice(name, line.improvement))
          .put("votes", line.votes);
    }
  }

  /** A withdrawal may overtake its ballot. */
  private long ballotsOf(String region) {
    return Math.max(0, results.content.ballots().getOrDefault(region, 0L));
  }

  private void putRecent(ObjectNode json, String list) {
    ArrayNode recent = json.putArray("recent");
    for (RecentVotes.Vote vote : results.content.recent(list)) {
      if (!ballot.shows(vote.choice)) {
        continue;
      }
      ballot
          .putTitles(
              recent
                  .addObject()
                  .put("region", vote.choice.region)
                  .put("improvement", vote.choice.improvement),
              vote.choice)
          .put("castAt", minuteOf(vote.castAtMillis));
    }
  }

  /** A vote's time is published to the minute, also where the table has more of it. */
  private static String minuteOf(long epochMillis) {
    return Instant.ofEpochMilli(epochMillis)
        .atOffset(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.MINUTES)
        .toString();
  }

  private static long sum(List<Line> lines) {
    return lines.stream().mapToLong(line -> line.votes).sum();
  }

  /** An improvement of a region. */
  private static final class Line {

    static final Comparator<Line> ORDER =
        ResultOrder.by(line -> line.votes, line -> line.improvement);

    final String improvement;
    final String title;
    final long votes;

    /**
     * @param total below zero while a withdrawal has overtaken the vote that it withdraws
     */
    Line(String improvement, String title, long total) {
      this.improvement = improvement;
      this.title = title;
      this.votes = Math.max(0, total);
    }
  }
}
