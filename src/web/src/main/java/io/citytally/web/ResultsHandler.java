package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/results}, {@code /api/results/REGION} and {@code /api/results.csv}. */
final class ResultsHandler {

  /**
   * When the data was read. It stands in the body, too, but there belongs to the version's first
   * reading: a {@code 304} says that the same is true at a later time.
   */
  static final String AS_OF = "Citytally-As-Of";

  /** Always three digits of a second. */
  static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private static final String CACHE_CONTROL = "public, max-age=1";

  private final Reading<Results> results;
  private final Reading<Ballot> ballot;
  private final CurrentElection election;
  private volatile @Nullable ResultsView view;

  ResultsHandler(Reading<Results> results, Reading<Ballot> ballot, CurrentElection election) {
    this.results = results;
    this.ballot = ballot;
    this.election = election;
  }

  Response city(Request request, String rest) {
    ResultsView current = view();
    return answer(request, current, current.city());
  }

  Response region(Request request, String rest) {
    ResultsView current = view();
    return answer(request, current, current.region(current.regionAt(rest)));
  }

  /** Anyone's page may read it. */
  Response csv(Request request, String rest) {
    ResultsView current = view();
    Content content = current.csv().orElseThrow(this::notYet);
    return answer(request, current, content).with("Access-Control-Allow-Origin", "*");
  }

  private ProblemException notYet() {
    Reading.Latest<Election> latest = election.latest();
    ObjectNode fields = Json.object().put("phase", latest.content.phaseAt(latest.asOf).label());
    latest.content.rules().closesAt().ifPresent(at -> fields.put("closesAt", at.toString()));
    return new ProblemException(403, Problem.RESULTS_LATER).withFields(fields);
  }

  private static Response answer(Request request, ResultsView view, Content content) {
    return content.answer(request, CACHE_CONTROL).with(AS_OF, TIME.format(view.asOf()));
  }

  /** The results as they may be shown now. */
  ResultsView view() {
    Reading.Latest<Election> latestElection = election.latest();
    // Use the time of the read: the city may have moved the end since.
    boolean showsVotes = latestElection.content.showsVotesAt(latestElection.asOf);
    Reading.Latest<Results> latestResults = results.latest();
    Reading.Latest<Ballot> latestBallot = ballot.latest();
    ResultsView current = view;
    return current != null
            && current.isOf(latestResults, latestBallot, latestElection.content, showsVotes)
        ? current
        : makeView(latestResults, latestBallot, latestElection.content, showsVotes);
  }

  /** One makes it, the others wait for it: it is the dearest work there is here. */
  private synchronized ResultsView makeView(
      Reading.Latest<Results> latestResults,
      Reading.Latest<Ballot> latestBallot,
      Election latestElection,
      boolean showsVotes) {
    if (view == null || !view.isOf(latestResults, latestBallot, latestElection, showsVotes)) {
      view = new ResultsView(latestResults, latestBallot, latestElection, showsVotes);
    }
    return view;
  }
}
