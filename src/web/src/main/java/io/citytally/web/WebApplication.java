package io.citytally.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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

  private static final Duration RESULTS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration BALLOT_INTERVAL = Duration.ofSeconds(10);

  /** Longer than DynamoDB usually takes; shorter than a viewer's next question. */
  private static final Duration TIMEOUT = Duration.ofMillis(800);

  private final Executor readers;
  private final Router api = new Router();
  private final Router pages = new Router();

  /**
   * An application that reads the tables in threads of its own: a request waits a moment for a read
   * on its way, and otherwise is answered from the last one.
   *
   * @param voters who may vote; none: whoever makes a random id
   */
  public WebApplication(
      ResultsSource resultsSource,
      BallotSource ballotSource,
      VoteStore voteStore,
      Optional<CitizenIdentity> voters,
      Clock clock) {
    this(
        resultsSource,
        ballotSource,
        voteStore,
        voters,
        clock,
        Executors.newFixedThreadPool(
            2,
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
   * @param voters who may vote; none: anyone who makes a random id
   */
  static WebApplication readingWithinRequests(
      ResultsSource resultsSource,
      BallotSource ballotSource,
      VoteStore voteStore,
      Optional<CitizenIdentity> voters,
      Clock clock) {
    return new WebApplication(resultsSource, ballotSource, voteStore, voters, clock, Runnable::run);
  }

  private WebApplication(
      ResultsSource resultsSource,
      BallotSource ballotSource,
      VoteStore voteStore,
      Optional<CitizenIdentity> voters,
      Clock clock,
      Executor readers) {
    this.readers = readers;
    Reading<Results> results =
        new Reading<>("results", resultsSource::read, RESULTS_INTERVAL, TIMEOUT, clock, readers);
    Reading<Ballot> ballot =
        new Reading<>("ballot", ballotSource::read, BALLOT_INTERVAL, TIMEOUT, clock, readers);

    ResultsHandler resultsHandler = new ResultsHandler(results, ballot);
    api.at("/api/results").on("GET", resultsHandler::city);
    api.below("/api/results/").on("GET", resultsHandler::region);

    Voting voting = new Voting(voteStore, ballot);
    ObjectNode votingTold = Json.object();
    if (voters.isPresent()) {
      CitizenVotes votes = new CitizenVotes(voting, voters.get());
      api.at("/api/votes/mine").on("PUT", votes::put);
      api.at("/api/votes/mine/withdrawal").on("POST", votes::withdraw);
      votingTold
          .put("identity", "oidc")
          .put("issuer", voters.get().issuer())
          .put("audience", voters.get().audience())
          .put("votePer", voters.get().votePer().label());
    } else {
      CapabilityVotes votes = new CapabilityVotes(voting);
      api.below("/api/votes/").on("PUT", votes::put).on("DELETE", votes::delete);
      votingTold.put("identity", "capability");
    }
    api.at("/api/ballot").on("GET", new BallotHandler(ballot, votingTold)::get);

    StaticFiles files = new StaticFiles();
    api.at("/api/openapi.json").on("GET", files.always("openapi.json"));
    pages.at("/").on("GET", files.always("index.html"));
    pages.at("/vote").on("GET", files.always("vote.html"));
    pages.below("/regions/").on("GET", files.always("index.html"));
    pages.below("/").on("GET", files::get);
  }

  /** Answers the request. */
  public Response handle(Request request) {
    Response response = SecurityHeaders.addTo(answer(request));
    return request.method().equals("HEAD") ? response.withoutBody() : response;
  }

  private Response answer(Request request) {
    try {
      Router router = request.path().startsWith("/api/") ? api : pages;
      return router.handle(request, request.path());
    } catch (ProblemException e) {
      return e.response();
    } catch (RuntimeException e) {
      // Neither path nor body: they hold ids.
      LOG.error("A {} request failed", request.method(), e);
      return new ProblemException(500, "Something went wrong here").response();
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
