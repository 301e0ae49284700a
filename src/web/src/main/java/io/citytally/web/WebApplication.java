package io.citytally.web;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of the web application: any request in, its response out, and never an exception. To be used
 * by as many threads as there are requests.
 */
public final class WebApplication implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebApplication.class);

  /** The page that may stand in a frame of another website. */
  private static final String FRAMED = "/embed";

  private static final Duration RESULTS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration HISTORY_INTERVAL = Duration.ofMinutes(1);
  private static final Duration BALLOT_INTERVAL = Duration.ofSeconds(10);

  /** Longer than DynamoDB usually takes; shorter than a viewer's next question. */
  private static final Duration TIMEOUT = Duration.ofMillis(800);

  private final Executor readers;
  private final AllowedOrigins origins;
  private final Router api = new Router();
  private final Router pages = new Router();
  private final SecurityHeaders headers;

  /**
   * An application that reads the tables in threads of its own: a request waits a moment for a read
   * on its way, and otherwise is answered from the last one.
   *
   * @param voters who may vote
   */
  public WebApplication(
      ResultsSource resultsSource,
      HistorySource historySource,
      BallotSource ballotSource,
      ElectionStore electionStore,
      VoteStore voteStore,
      Voters voters,
      Clock clock) {
    this(
        resultsSource,
        historySource,
        ballotSource,
        electionStore,
        voteStore,
        voters,
        AllowedOrigins.NONE,
        clock,
        Executors.newFixedThreadPool(
            3,
            task -> {
              Thread thread = new Thread(task, "web-reader");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /**
   * An application that reads the tables in the requests' own threads: once a request is answered,
   * nothing goes on.
   *
   * @param voters who may vote
   * @param origins the foreign origins whose pages may call the API
   */
  static WebApplication readingWithinRequests(
      ResultsSource resultsSource,
      HistorySource historySource,
      BallotSource ballotSource,
      ElectionStore electionStore,
      VoteStore voteStore,
      Voters voters,
      AllowedOrigins origins,
      Clock clock) {
    return new WebApplication(
        resultsSource,
        historySource,
        ballotSource,
        electionStore,
        voteStore,
        voters,
        origins,
        clock,
        Runnable::run);
  }

  private WebApplication(
      ResultsSource resultsSource,
      HistorySource historySource,
      BallotSource ballotSource,
      ElectionStore electionStore,
      VoteStore voteStore,
      Voters voters,
      AllowedOrigins origins,
      Clock clock,
      Executor readers) {
    this.readers = readers;
    this.origins = origins;
    headers = new SecurityHeaders(voters.origins());
    Reading<Ballot> ballot =
        new Reading<>(
            "ballot",
            Problem.BALLOT_UNREADABLE,
            ballotSource::read,
            BALLOT_INTERVAL,
            TIMEOUT,
            clock,
            readers);
    CurrentElection election = new CurrentElection(electionStore, voters, TIMEOUT, clock, readers);
    ResultsSource liveOrFinal =
        new LiveOrFinalResults(resultsSource, electionStore, () -> election.latest().content);
    Reading<Results> results =
        new Reading<>(
            "results",
            Problem.RESULTS_UNREADABLE,
            liveOrFinal::read,
            RESULTS_INTERVAL,
            TIMEOUT,
            clock,
            readers);

    ResultsHandler resultsHandler = new ResultsHandler(results, ballot, election);
    api.at("/api/results").on("GET", resultsHandler::city);
    api.at("/api/results.csv").on("GET", resultsHandler::csv);
    api.below("/api/results/").on("GET", resultsHandler::region);
    HistoryHandler history =
        new HistoryHandler(
            resultsHandler,
            region ->
                new Reading<>(
                    "history",
                    Problem.HISTORY_UNREADABLE,
                    () -> historySource.read(region),
                    HISTORY_INTERVAL,
                    TIMEOUT,
                    clock,
                    readers));
    api.at("/api/history").on("GET", history::city);
    api.below("/api/history/").on("GET", history::region);
    api.at("/api/ballot").on("GET", new BallotHandler(ballot, election, voters)::get);
    ProjectsHandler projects =
        new ProjectsHandler(
            ballotSource,
            ballot,
            election,
            source ->
                new Reading<>(
                    "description of the ballot",
                    Problem.BALLOT_UNREADABLE,
                    source,
                    BALLOT_INTERVAL,
                    TIMEOUT,
                    clock,
                    readers));
    api.below("/api/ballot/").on("GET", projects::region);
    api.at("/api/map").on("GET", projects::map);
    Voting voting = new Voting(voteStore, voters, election, ballot);
    api.at("/api/votes/mine").on("GET", voting::get).on("PUT", voting::put);

    StaticFiles files = new StaticFiles();
    api.at("/api/openapi.json").on("GET", files.always("openapi.json"));
    pages.at("/").on("GET", files.always("index.html"));
    pages.at("/vote").on("GET", files.always("vote.html"));
    pages.at("/wall").on("GET", files.always("wall.html"));
    pages.at(FRAMED).on("GET", files.always("embed.html"));
    pages.below("/regions/").on("GET", files.always("index.html"));
    pages.below("/").on("GET", files::get);
  }

  /** Answers the request. */
  public Response handle(Request request) {
    Response answer = answer(request);
    Response response =
        request.path().equals(FRAMED) ? headers.addToFramed(answer) : headers.addTo(answer);
    return request.method().equals("HEAD") ? response.withoutBody() : response;
  }

  /**
   * All routes, such as {@code GET /api/results/}; a path that ends with a slash has others below.
   */
  List<String> routes() {
    List<String> all = new ArrayList<>(api.routes());
    all.addAll(pages.routes());
    return all;
  }

  private Response answer(Request request) {
    if (!request.path().startsWith("/api/")) {
      return answer(request, pages);
    }
    Response response = origins.preflight(request).orElseGet(() -> answer(request, api));
    return origins.addTo(response, request);
  }

  private static Response answer(Request request, Router router) {
    try {
      return router.handle(request, request.path());
    } catch (ProblemException e) {
      return e.response(Texts.accepted(request.header("Accept-Language")));
    } catch (RuntimeException e) {
      // Neither path nor body: they hold ids.
      LOG.error("A {} request failed", request.method(), e);
      return new ProblemException(500, Problem.FAILED)
          .response(Texts.accepted(request.header("Accept-Language")));
    }
  }

  /** Ends the threads that read; a read on its way is not waited for. */
  @Override
  public void close() {
    if (readers instanceof ExecutorService) {
      ((ExecutorService) readers).shutdownNow();
    }
  }
}
