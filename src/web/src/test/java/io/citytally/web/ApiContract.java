package io.citytally.web;

import static io.citytally.web.FakeCity.PARK;
import static io.citytally.web.FakeCity.POOL;
import static io.citytally.web.FakeCity.TREES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.table.CounterState;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.VirtualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API promises, through any adapter. Every answer is held to the OpenAPI document. */
public abstract class ApiContract {

  protected static final String ISSUER = "https://id.lunden.example";

  /** The tokens that are genuine, by what they say. */
  protected static final Map<String, Map<String, ?>> TOKENS =
      Map.of(
          "anna", citizen("anna", Map.of("scope", "openid citytally/vote")),
          "bob", citizen("bob", Map.of("scp", List.of("citytally/vote"))),
          "resident", citizen("r", Map.of("scope", "citytally/vote", "districts", "Wesoła")),
          "landlord",
              citizen(
                  "l", Map.of("scope", "citytally/vote", "districts", List.of("a", TREES.region))),
          "neighbour",
              citizen(
                  "n",
                  Map.of(
                      "scope",
                      "citytally/vote",
                      "districts",
                      List.of("[Wesoła]", "3", "-", "Les", "Chalets", "/", "Bayard"))),
          "stranger",
              Map.of("iss", "https://elsewhere.example", "sub", "anna", "scope", "citytally/vote"),
          "machine", Map.of("iss", ISSUER, "scope", "citytally/vote"),
          "unscoped", citizen("anna", Map.of()),
          "otherwise-scoped", citizen("anna", Map.of("scope", "openid citytally")));

  private static Map<String, ?> citizen(String subject, Map<String, ?> more) {
    Map<String, Object> claims = new HashMap<>(more);
    claims.putAll(Map.of("iss", ISSUER, "sub", subject));
    return claims;
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenApi OPEN_API = OpenApi.read();
  private static final String CAPABILITY = "0123456789abcdef0123456789abcdef";
  private static final String OTHER_CAPABILITY = "f".repeat(32);
  private static final String VOTE_ID = Capability.of(CAPABILITY).idOf("Wesoła");
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

  protected final FakeCity city = new FakeCity();
  private final VirtualClock clock = new VirtualClock();
  private WebApplication application;

  /**
   * An answer.
   *
   * @param headers by names in small letters
   */
  public record Answer(int status, Map<String, String> headers, byte[] body) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError(text(), e);
      }
    }
  }

  /** Puts the application behind the adapter. */
  protected abstract void serve(WebApplication application) throws Exception;

  /**
   * Sends a request to the adapter.
   *
   * @param path percent-encoded
   * @param query percent-encoded; empty if there is none
   */
  protected abstract Answer send(
      String method, String path, String query, Map<String, String> headers, byte[] body)
      throws Exception;

  @BeforeEach
  void startWithCapabilities() throws Exception {
    start(new OpenVoters());
  }

  private void start(Voters voters) throws Exception {
    if (application != null) {
      application.close();
    }
    application =
        new WebApplication(
            city.results(), city.history(), city.ballot(), city, city, voters, clock);
    serve(application);
  }

  protected final void startWithCitizens(VotePer votePer) throws Exception {
    city.election = Election.alwaysOpen(VotingMode.SIGNED_IN, votePer);
    start(
        new CitizenIdentity(
            new SignIn(ISSUER, "citytally"), new byte[CitizenIdentity.MIN_KEY_BYTES]));
  }

  @AfterEach
  void close() {
    application.close();
  }

  private Answer request(String method, String address, Map<String, String> headers, String body)
      throws Exception {
    int mark = address.indexOf('?');
    String path = mark < 0 ? address : address.substring(0, mark);
    Answer answer =
        send(
            method,
            path,
            mark < 0 ? "" : address.substring(mark + 1),
            headers,
            body.getBytes(StandardCharsets.UTF_8));
    boolean isFramed = path.equals("/embed");
    assertThat(answer.headers)
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("referrer-policy", "no-referrer")
        .containsEntry("cross-origin-opener-policy", "same-origin")
        .containsEntry("cross-origin-resource-policy", isFramed ? "cross-origin" : "same-origin")
        .containsKey("permissions-policy")
        .doesNotContainKey("set-cookie");
    assertThat(answer.headers.get("content-security-policy"))
        .startsWith("default-src 'none';")
        .endsWith(isFramed ? "frame-ancestors *" : "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    if (path.startsWith("/api/") && !answer.headers.containsKey("content-encoding")) {
      OPEN_API.assertDescribes(
          method,
          path,
          answer.status,
          Optional.ofNullable(answer.headers.get("content-type")),
          answer.body);
    }
    if (answer.status >= 400) {
      assertThat(answer.headers).containsEntry("cache-control", "no-store");
      assertThat(answer.text()).doesNotContain(CAPABILITY, VOTE_ID);
      if (!method.equals("HEAD")) {
        assertThat(answer.headers).containsEntry("content-type", "application/problem+json");
        assertThat(answer.json().path("status").intValue()).isEqualTo(answer.status);
      }
    }
    return answer;
  }

  private Answer get(String address) throws Exception {
    return request("GET", address, NOTHING, "");
  }

  private Answer cast(String body) throws Exception {
    return castWith(CAPABILITY, body);
  }

  private Answer castWith(String capability, String body) throws Exception {
    Map<String, String> headers = new HashMap<>(JSON_TYPE);
    headers.put(OpenVoters.HEADER, capability);
    return request("PUT", MINE, headers, body);
  }

  private Answer castAs(String token, String body) throws Exception {
    return asCitizen(token, "PUT", MINE, body);
  }

  private Answer asCitizen(String token, String method, String address, String body)
      throws Exception {
    Map<String, String> headers = new HashMap<>(JSON_TYPE);
    headers.put("Authorization", "Bearer " + token);
    return request(method, address, headers, body);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static ObjectNode ballot(String region, List<String> improvements) {
    ObjectNode json = JSON.createObjectNode().put("region", region);
    improvements.forEach(json.putArray("improvements")::add);
    return json;
  }

  /** A first vote. */
  private static String vote(String region, String... improvements) {
    return ballot(region, List.of(improvements)).toString();
  }

  /** Another vote instead of the one that was seen. */
  private static String change(String region, List<String> seen, String... improvements) {
    return ballot(region, List.of(improvements)).set("seen", ballot(region, seen)).toString();
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(List.of(names));
  }

  private static Vote stored(String... improvements) {
    return new Vote("Wesoła", names(improvements));
  }

  private static String title(Answer answer) {
    return answer.json().path("title").textValue();
  }

  // Results

  @Test
  void showsTheVotesPerRegionAndImprovementWithTitles() throws Exception {
    city.totals.put(PARK, 3L);
    city.totals.put(POOL, 5L);
    city.totals.put(TREES, 1L);
    city.ballots.put("Wesoła", 6L);

    Answer answer = get("/api/results");

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false, "votes": 9, "regions": [
                  {"region": "3 - Les Chalets / Bayard", "title": "3 - Les Chalets / Bayard", "ballots": 0,
                   "votes": 1, "improvements": [
                    {"improvement": "trees", "title": "Trees", "votes": 1}]},
                  {"region": "Wesoła", "title": "Wesoła", "ballots": 6, "votes": 8, "improvements": [
                    {"improvement": "pool", "title": "Кириллица & <b>pool</b>", "votes": 5},
                    {"improvement": "park", "title": "A park by the river", "votes": 3}]}],
                 "recent": []}
                """));
    assertThat(answer.headers)
        .containsEntry("content-type", "application/json")
        .containsEntry("cache-control", "public, max-age=1")
        .containsEntry("citytally-as-of", "2026-05-01T12:00:00.000Z");
  }

  @Test
  void showsWhatIsOnTheBallotWithoutVotesAndWhatHasVotesWithoutBeingOnTheBallot() throws Exception {
    city.entries.remove(POOL);
    city.totals.put(POOL, 2L);

    JsonNode wesola = get("/api/results/" + encoded("Wesoła")).json();

    assertThat(wesola.path("improvements").toString())
        .isEqualTo(
            "[{\"improvement\":\"pool\",\"title\":\"pool\",\"votes\":2},"
                + "{\"improvement\":\"park\",\"title\":\"A park by the river\",\"votes\":0}]");
  }

  @Test
  void showsWhatLeftTheBallotWithItsTitleIfItWasEverCounted() throws Exception {
    city.entries.replaceAll((choice, entry) -> entry.with(Status.LEFT));
    city.totals.put(PARK, 2L);

    assertThat(get("/api/results").json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false, "votes": 2, "regions": [
                  {"region": "Wesoła", "title": "Wesoła", "ballots": 0, "votes": 2, "improvements": [
                    {"improvement": "park", "title": "A park by the river", "votes": 2}]}],
                 "recent": []}
                """));
  }

  @Test
  void tellsNothingOfWhatIsHiddenOnAnyRoute() throws Exception {
    city.totals.put(PARK, 2L);
    city.totals.put(POOL, 3L);
    city.totals.put(TREES, 4L);
    RecentVotes.Vote park = new RecentVotes.Vote(PARK, 1);
    RecentVotes.Vote pool = new RecentVotes.Vote(POOL, 2);
    RecentVotes.Vote tree = new RecentVotes.Vote(TREES, 3);
    city.recent.put(RecentVotes.CITY, List.of(tree, pool, park));
    city.recent.put(RecentVotes.listOf(PARK.region), List.of(pool, park));
    city.recent.put(RecentVotes.listOf(TREES.region), List.of(tree));
    city.entries.computeIfPresent(POOL, (choice, entry) -> entry.with(Status.HIDDEN));
    city.entries.computeIfPresent(TREES, (choice, entry) -> entry.with(Status.HIDDEN));

    assertThat(get("/api/history/" + encoded(TREES.region)).status).isEqualTo(404);
    for (String route : List.of("/api/results", "/api/results/Weso%C5%82a", "/api/ballot")) {
      assertThat(get(route).text())
          .contains("A park by the river")
          .doesNotContain("pool", "Кириллица", "trees", "Trees", TREES.region);
    }
    assertThat(get("/api/results").json().path("votes").intValue()).isEqualTo(2);
    assertThat(get("/api/results").json().path("recent")).hasSize(1);
    assertThat(get("/api/results/Weso%C5%82a").json().path("votes").intValue()).isEqualTo(2);
    Answer region = get("/api/results/" + encoded(TREES.region));
    assertThat(region.status).isEqualTo(404);
    assertThat(title(region)).isEqualTo("There is no such region");
  }

  @Test
  void showsOnlyTurnoutUntilTheElectionCloses() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout', 'region_titles': {'Wesoła': 'Merry'}");
    city.totals.put(PARK, 7777L);
    city.ballots.put("Wesoła", 4L);

    assertThat(get("/api/results").json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false, "results": "turnout",
                 "regions": [
                  {"region": "3 - Les Chalets / Bayard", "title": "3 - Les Chalets / Bayard",
                   "ballots": 0},
                  {"region": "Wesoła", "title": "Merry", "ballots": 4}]}
                """));
    assertThat(get("/api/results/Weso%C5%82a").json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false, "results": "turnout",
                 "region": "Wesoła", "title": "Merry", "ballots": 4}
                """));

    clock.advance(Duration.ofHours(8));
    assertThat(get("/api/results").json().path("votes").intValue()).isEqualTo(7777);
  }

  /** What an answer is packed to, or its tag, could tell as well as its text. */
  @Test
  void givesNothingButTurnoutAwayOnAnyRouteUntilTheElectionCloses() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout'");
    city.ballots.put("Wesoła", 4L);
    Map<String, String> before = answersOfEveryRoute();
    city.totals.put(PARK, 77777L);
    city.totals.put(POOL, 33333L);
    List<RecentVotes.Vote> recent =
        List.of(new RecentVotes.Vote(PARK, Instant.parse("2026-05-01T11:47:00Z").toEpochMilli()));
    city.recent.put(RecentVotes.CITY, recent);
    city.recent.put(RecentVotes.listOf(PARK.region), recent);
    city.history.put(HistoryKey.of("city-ten-minutes", "v:2026-05-01T11:40"), 55555L);
    for (String place : List.of("city", "region:Wesoła")) {
      city.history.put(HistoryKey.of(place, "v:2026-05-01T11"), 55555L);
      city.history.put(HistoryKey.of(place, "v:undated"), 55555L);
    }
    clock.advance(Duration.ofMinutes(2));

    assertThat(answersOfEveryRoute()).isEqualTo(before).hasSizeGreaterThan(15);

    clock.advance(Duration.ofHours(8));
    assertThat(answersOfEveryRoute().values().toString()).contains("77777", "11:47", "55555");
  }

  /** Status, tag and text by request, without the time at which it was answered. */
  private Map<String, String> answersOfEveryRoute() throws Exception {
    Map<String, String> answers = new TreeMap<>();
    for (String route : application.routes()) {
      String method = route.substring(0, route.indexOf(' '));
      String path = route.substring(route.indexOf(' ') + 1);
      for (String below :
          path.endsWith("/")
              ? List.of("", "Weso%C5%82a", encoded(TREES.region), "nothing", "dashboard.js")
              : List.of("")) {
        Map<String, String> headers =
            method.equals("GET") ? Map.of(OpenVoters.HEADER, CAPABILITY) : NOTHING;
        Answer answer = request(method, path + below, headers, "");
        answers.put(
            method + " " + path + below,
            answer.status
                + " "
                + answer.headers.get("etag")
                + " "
                + answer.headers.get("content-length")
                + " "
                + answer.text().replaceAll("\"asOf\":\"[^\"]*\"", ""));
      }
    }
    return answers;
  }

  @Test
  void showsTheCourseOfTheVote() throws Exception {
    city.history.put(HistoryKey.of("city", "b:2026-05-01T09"), 3L);
    city.history.put(HistoryKey.of("city", "v:2026-05-01T09"), 5L);
    city.history.put(HistoryKey.of("city", "v:2026-05-01T11"), -1L);
    city.history.put(HistoryKey.of("city", "v:undated"), 2L);
    city.history.put(HistoryKey.of("city-ten-minutes", "v:2026-05-01T09:20"), 5L);
    city.history.put(HistoryKey.of("region:Wesoła", "b:2026-05-01T09"), 3L);

    Answer answer = get("/api/history");

    assertThat(answer.json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false,
                 "before": {"ballots": 0, "votes": 0},
                 "undated": {"ballots": 0, "votes": 2},
                 "hours": [
                  {"at": "2026-05-01T09:00Z", "ballots": 3, "votes": 5},
                  {"at": "2026-05-01T11:00Z", "ballots": 0, "votes": -1}],
                 "tenMinutes": [{"at": "2026-05-01T09:20Z", "ballots": 0, "votes": 5}]}
                """));
    assertThat(answer.headers).containsEntry("cache-control", "public, max-age=60");
    assertThat(get("/api/history/Weso%C5%82a").json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false,
                 "before": {"ballots": 0, "votes": 0},
                 "undated": {"ballots": 0, "votes": 0},
                 "hours": [{"at": "2026-05-01T09:00Z", "ballots": 3, "votes": 0}]}
                """));
    assertThat(get("/api/history/nowhere").status).isEqualTo(404);
  }

  @Test
  void tellsWhatTheTotalsHadBeforeTheJobCounted() throws Exception {
    city.countedVotes.put("Wesoła", Counted.of(112, CounterState.at(1, 13, 1)));
    city.countedBallots.put("Wesoła", Counted.of(9, CounterState.at(1, 9, 0)));
    city.countedVotes.put(TREES.region, Counted.of(30, CounterState.NEVER_WRITTEN));
    city.history.put(HistoryKey.of("city", "v:2026-05-01T09"), 5L);
    city.history.put(HistoryKey.of("region:Wesoła", "v:2026-05-01T09"), 5L);

    assertThat(get("/api/history").json().path("before"))
        .isEqualTo(JSON.readTree("{\"ballots\": 0, \"votes\": 130}"));
    assertThat(get("/api/history/Weso%C5%82a").json().path("before"))
        .isEqualTo(JSON.readTree("{\"ballots\": 0, \"votes\": 100}"));
  }

  /** Otherwise a page that is opened before the first vote would take that for an older one. */
  @Test
  void tellsThatNothingWasThereBeforeTheFirstVote() throws Exception {
    assertThat(get("/api/history").json().path("before"))
        .isEqualTo(JSON.readTree("{\"ballots\": 0, \"votes\": 0}"));
  }

  @Test
  void tellsSinceWhenItShowsTheCourseOfALongVote() throws Exception {
    city.countedVotes.put("Wesoła", Counted.of(12, CounterState.at(1, 12, 0)));
    city.history.put(HistoryKey.of("region:Wesoła", "v:undated"), 1L);
    city.history.put(HistoryKey.of("region:Wesoła", "v:2026-03-02T09"), 5L);
    city.history.put(HistoryKey.of("region:Wesoła", "b:2026-03-01T09"), 5L);
    city.isHistoryWhole = false;

    JsonNode course = get("/api/history/Weso%C5%82a").json();

    assertThat(course.path("since").textValue()).isEqualTo("2026-03-02T09:00Z");
    assertThat(course.has("before")).isFalse();
  }

  @Test
  void readsTheCourseOfTheVoteOnceAMinuteHoweverManyAsk() throws Exception {
    for (int request = 0; request < 3; request++) {
      clock.advance(Duration.ofSeconds(20));
      get("/api/history");
      get("/api/history/Weso%C5%82a");
    }
    assertThat(city.requests)
        .filteredOn(request -> request.startsWith("history"))
        .containsExactly("history of the city", "history of Wesoła");

    clock.advance(Duration.ofSeconds(20));
    get("/api/history");
    assertThat(city.requests).filteredOn(request -> request.startsWith("history")).hasSize(3);
  }

  /** A sum over all choices, less those that are shown, would tell the votes of the hidden one. */
  @Test
  void showsTheBallotsAloneInTheCourseOfTheVoteWhereAChoiceIsHidden() throws Exception {
    city.history.put(HistoryKey.of("city", "v:2026-05-01T09"), 7777L);
    city.history.put(HistoryKey.of("region:Wesoła", "v:2026-05-01T09"), 7777L);
    city.history.put(HistoryKey.of("region:" + TREES.region, "v:2026-05-01T09"), 5L);
    city.entries.computeIfPresent(POOL, (choice, entry) -> entry.with(Status.HIDDEN));

    for (String route : List.of("/api/history", "/api/history/Weso%C5%82a")) {
      assertThat(get(route).json().path("results").textValue()).isEqualTo("turnout");
      assertThat(get(route).text()).doesNotContain("7777", "votes", "2026-05-01T09");
    }
    assertThat(get("/api/history/" + encoded(TREES.region)).text()).contains("\"votes\":5");
  }

  /** Otherwise the city's ballots, less those of the regions shown, would tell the hidden ones. */
  @Test
  void takesTheBallotsOfAHiddenRegionOutOfTheCourseOfTheCity() throws Exception {
    city.history.put(HistoryKey.of("city", "b:undated"), 3L);
    city.history.put(HistoryKey.of("city", "b:2026-05-01T09"), 9L);
    city.history.put(HistoryKey.of("city", "b:2026-05-01T10"), 4L);
    city.history.put(HistoryKey.of("city-ten-minutes", "b:2026-05-01T09:20"), 9L);
    String trees = "region:" + TREES.region;
    city.history.put(HistoryKey.of(trees, "b:undated"), 1L);
    city.history.put(HistoryKey.of(trees, "b:2026-05-01T09"), 2L);
    city.history.put(HistoryKey.of(trees, "b:2026-05-01T10"), 4L);
    get("/api/history");
    city.entries.computeIfPresent(TREES, (choice, entry) -> entry.with(Status.HIDDEN));
    clock.advance(Duration.ofSeconds(10));

    assertThat(get("/api/history").json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false, "results": "turnout",
                 "before": {"ballots": 0}, "undated": {"ballots": 2},
                 "hours": [{"at": "2026-05-01T09:00Z", "ballots": 7}]}
                """));
  }

  @Test
  void givesTheResultsAsCsvThatAnyPageMayRead() throws Exception {
    city.setUp("'voting': 'open', 'region_titles': {'Wesoła': 'The \\u0022Merry\\u0022'}");
    city.totals.put(PARK, 3L);
    city.ballots.put("Wesoła", 2L);

    Answer answer = get("/api/results.csv");

    assertThat(answer.text())
        .isEqualTo(
            "region,region_title,ballots,improvement,improvement_title,votes\r\n"
                + "\"3 - Les Chalets / Bayard\",\"3 - Les Chalets / Bayard\",0,"
                + "\"trees\",\"Trees\",0\r\n"
                + "\"Wesoła\",\"The \"\"Merry\"\"\",2,"
                + "\"park\",\"A park by the river\",3\r\n"
                + "\"Wesoła\",\"The \"\"Merry\"\"\",2,"
                + "\"pool\",\"Кириллица & <b>pool</b>\",0\r\n");
    assertThat(answer.headers)
        .containsEntry("content-type", "text/csv; charset=utf-8")
        .containsEntry("access-control-allow-origin", "*");
    assertThat(
            request(
                    "GET",
                    "/api/results.csv",
                    Map.of("If-None-Match", answer.headers.get("etag")),
                    "")
                .status)
        .isEqualTo(304);
  }

  /** As {@code result.csv}. */
  @Test
  void ordersImprovementsWithEqualVotesByTheirIds() throws Exception {
    city.entries.put(new Choice("Wesoła", "b"), BallotEntry.votable("A"));
    city.entries.put(new Choice("Wesoła", "a"), BallotEntry.votable("B"));
    city.entries.put(new Choice("Wesoła", "Z"), BallotEntry.votable("C"));

    assertThat(get("/api/results.csv").text())
        .containsSubsequence("\"Z\",\"C\",0", "\"a\",\"B\",0", "\"b\",\"A\",0", "\"park\",");
    assertThat(get("/api/results/Weso%C5%82a").json().findValuesAsText("improvement"))
        .containsExactly("Z", "a", "b", "park", "pool");
  }

  @Test
  void givesNoCsvBeforeResultsAreShown() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout'");

    Answer answer = get("/api/results.csv");

    assertThat(answer.status).isEqualTo(403);
    assertThat(answer.json().path("closesAt").textValue()).isEqualTo("2026-05-01T20:00:00Z");
  }

  /** The city may have decided to close later. */
  @Test
  void showsNoMoreThanTurnoutByRulesThatAreOutOfDate() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout'");
    city.totals.put(PARK, 7777L);
    get("/api/results");
    city.down = true;
    clock.advance(Duration.ofHours(8));

    assertThat(get("/api/results").text()).contains("turnout").doesNotContain("7777");
  }

  @Test
  void showsNoMoreThanTurnoutWhereTheCityClosesLaterThanTheRulesThatWereRead() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout'");
    city.totals.put(PARK, 7777L);
    clock.advance(Duration.ofHours(8).minusSeconds(3));
    get("/api/results");
    city.setUp("2026-05-01T21:00", "'voting': 'open', 'results': 'turnout'");

    for (int second = 0; second < 10; second++) {
      clock.advance(Duration.ofSeconds(1));
      assertThat(get("/api/results").text()).contains("turnout").doesNotContain("7777");
      assertThat(get("/api/results/Weso%C5%82a").text()).doesNotContain("7777");
      assertThat(get("/api/results.csv").json().path("phase").textValue()).isEqualTo("open");
    }
  }

  @Test
  void showsTheResultsAfterTheEndWhileTheRulesCanNotBeRead() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout'");
    city.totals.put(PARK, 7L);
    clock.advance(Duration.ofHours(8));
    get("/api/results");
    city.down = true;
    clock.advance(Duration.ofDays(1));

    assertThat(get("/api/results").json().path("votes").intValue()).isEqualTo(7);
    assertThat(get("/api/results.csv").status).isEqualTo(200);
  }

  @Test
  void showsTheFinalResultWhileTheRulesCanNotBeRead() throws Exception {
    city.setUp("'voting': 'open', 'results': 'turnout'");
    city.finalVotes.put(PARK, 7L);
    city.election =
        Election.stored(
            city.election.rules(),
            null,
            null,
            new FinalResult(Instant.parse("2026-05-01T11:00:00Z"), "ab12"));
    get("/api/results");
    city.down = true;
    clock.advance(Duration.ofDays(1));

    assertThat(get("/api/results").json().path("votes").intValue()).isEqualTo(7);
  }

  @Test
  void showsNoTotalBelowZero() throws Exception {
    city.totals.put(PARK, -1L);
    city.totals.put(POOL, 2L);

    JsonNode results = get("/api/results").json();

    assertThat(results.path("votes").intValue()).isEqualTo(2);
    assertThat(results.toString()).doesNotContain("-1,");
  }

  @Test
  void showsTheVotesCastLastInTheirOrderAndToTheMinute() throws Exception {
    Instant time = Instant.parse("2026-05-01T11:59:59.120Z");
    RecentVotes.Vote tree = new RecentVotes.Vote(TREES, time.toEpochMilli());
    RecentVotes.Vote park = new RecentVotes.Vote(PARK, time.toEpochMilli() - 1);
    city.recent.put(RecentVotes.CITY, List.of(tree, park));
    city.recent.put(RecentVotes.listOf(PARK.region), List.of(park));

    assertThat(get("/api/results").json().path("recent").get(0))
        .isEqualTo(
            JSON.readTree(
                """
                {"region": "3 - Les Chalets / Bayard", "improvement": "trees", "title": "Trees",
                 "castAt": "2026-05-01T11:59Z"}
                """));
    assertThat(get("/api/results").json().path("recent").findValuesAsText("improvement"))
        .containsExactly("trees", "park");
    assertThat(get("/api/results/" + encoded("Wesoła")).json().path("recent")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Wesoła",
        "3 - Les Chalets / Bayard",
        "100 % / 25%20 + more?#&;",
        "../..",
        "<img onerror=alert(1)>",
        "שכונה",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧"
      })
  void findsARegionByWhateverNameTheCityGivesIt(String region) throws Exception {
    city.entries.put(new Choice(region, "x"), BallotEntry.votable("X"));

    Answer answer = get("/api/results/" + encoded(region));

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.json().path("region").textValue()).isEqualTo(region);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Atlantis", "Weso%C5%82a%2F", "%FF", "Wesola"})
  void knowsNoOtherRegion(String region) throws Exception {
    Answer answer = get("/api/results/" + region);

    assertThat(answer.status).isEqualTo(404);
    assertThat(title(answer)).isEqualTo("There is no such region");
  }

  @Test
  void saysThatNothingHasChangedAlsoLater() throws Exception {
    String tag = get("/api/results").headers.get("etag");
    clock.advance(Duration.ofSeconds(5));

    Answer unchanged = request("GET", "/api/results", Map.of("If-None-Match", tag), "");
    assertThat(unchanged.status).isEqualTo(304);
    assertThat(unchanged.body).isEmpty();
    assertThat(unchanged.headers)
        .containsEntry("etag", tag)
        .containsEntry("citytally-as-of", "2026-05-01T12:00:05.000Z");

    city.totals.put(PARK, 1L);
    clock.advance(Duration.ofSeconds(1));
    Answer changed = request("GET", "/api/results", Map.of("If-None-Match", "\"a\", " + tag), "");
    assertThat(changed.status).isEqualTo(200);
    assertThat(changed.headers.get("etag")).isNotEqualTo(tag);
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,true",
    "'br, GZIP;q=0.5',true",
    "gzip;q=0,false",
    "identity,false",
    "';,;',false"
  })
  void packsWhatIsLongIfTheViewerAcceptsIt(String accepted, boolean packed) throws Exception {
    for (int i = 0; i < 200; i++) {
      city.entries.put(new Choice("Wesoła", "i" + i), BallotEntry.votable("Improvement " + i));
    }

    Answer plain = get("/api/results");
    Answer answer = request("GET", "/api/results", Map.of("Accept-Encoding", accepted), "");

    assertThat(answer.headers).containsEntry("vary", "Accept-Encoding");
    assertThat(answer.headers.containsKey("content-encoding")).isEqualTo(packed);
    if (packed) {
      assertThat(answer.body.length).isLessThan(plain.body.length / 4);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body)).readAllBytes())
          .isEqualTo(plain.body);
    } else {
      assertThat(answer.body).isEqualTo(plain.body);
    }
  }

  @Test
  void asksTheTablesOncePerSecondWhateverIsAskedOfIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      get("/api/results");
      get("/api/results/" + encoded("Wesoła"));
      get("/api/ballot");
      clock.advance(Duration.ofMillis(100));
    }

    assertThat(Collections.frequency(city.requests, "results")).isEqualTo(2);
    assertThat(Collections.frequency(city.requests, "ballot")).isEqualTo(1);
  }

  @Test
  void showsTheLastResultWithItsAgeWhileTheTablesDoNotAnswer() throws Exception {
    city.totals.put(PARK, 7L);
    Answer fresh = get("/api/results");
    city.down = true;
    clock.advance(Duration.ofSeconds(3));

    Answer stale =
        request("GET", "/api/results", Map.of("If-None-Match", fresh.headers.get("etag")), "");

    assertThat(stale.status).isEqualTo(200);
    assertThat(stale.json().path("votes").intValue()).isEqualTo(7);
    assertThat(stale.json().path("stale").booleanValue()).isTrue();
    assertThat(stale.json().path("ageMillis").intValue()).isEqualTo(3000);
    assertThat(stale.json().path("asOf").textValue()).isEqualTo("2026-05-01T12:00:00.000Z");
  }

  @Test
  void sendsAStaleResultOnceToEachViewerHoweverOldItGets() throws Exception {
    for (int i = 0; i < 50; i++) {
      city.entries.put(new Choice("Wesoła", "i" + i), BallotEntry.votable("Improvement " + i));
    }
    for (String address :
        List.of("/api/results", "/api/results/Weso%C5%82a", "/api/history/Weso%C5%82a")) {
      city.down = false;
      clock.advance(Duration.ofMinutes(5));
      get(address);
      Instant readAt = clock.instant();
      city.down = true;
      clock.advance(Duration.ofMinutes(5));
      Answer stale = get(address);
      clock.advance(Duration.ofSeconds(3));

      Answer same = request("GET", address, Map.of("If-None-Match", stale.headers.get("etag")), "");
      Answer other = get(address);

      assertThat(stale.json().path("ageMillis").intValue()).isEqualTo(300_000);
      assertThat(same.status).as("only the age of %s has changed", address).isEqualTo(304);
      assertThat(same.headers).containsEntry("citytally-as-of", ResultsHandler.TIME.format(readAt));
      assertThat(other.headers).containsEntry("etag", stale.headers.get("etag"));
      assertThat(other.json().path("ageMillis").intValue()).isEqualTo(303_000);
    }
  }

  @Test
  void saysThatResultsAreStaleWhileTheBallotCanNotBeRead() throws Exception {
    Answer fresh = get("/api/results");
    city.ballotIsDown = true;
    clock.advance(Duration.ofSeconds(10));
    city.totals.put(PARK, 7L);

    assertThat(fresh.json().path("stale").booleanValue()).isFalse();
    for (String address : List.of("/api/results", "/api/results/Weso%C5%82a")) {
      Answer answer = get(address);
      assertThat(answer.headers).containsEntry("citytally-as-of", "2026-05-01T12:00:00.000Z");
      JsonNode stale = answer.json();
      assertThat(stale.path("votes").intValue()).isEqualTo(7);
      assertThat(stale.path("stale").booleanValue()).isTrue();
      assertThat(stale.path("ageMillis").intValue()).isEqualTo(10_000);
    }

    city.ballotIsDown = false;
    clock.advance(Duration.ofSeconds(10));
    assertThat(get("/api/results").json().path("stale").booleanValue()).isFalse();
  }

  @Test
  void saysSoWhenTheTablesHaveNeverAnswered() throws Exception {
    city.down = true;

    for (String address : List.of("/api/results", "/api/results/x", "/api/ballot")) {
      Answer answer = get(address);
      assertThat(answer.status).isEqualTo(503);
      assertThat(answer.headers).containsEntry("retry-after", "1");
      assertThat(title(answer)).contains("can't be read at the moment");
    }
  }

  // Ballot

  @Test
  void showsTheBallot() throws Exception {
    Answer answer = get("/api/ballot");

    assertThat(answer.json())
        .isEqualTo(
            JSON.readTree(
                """
                {"election": {"phase": "open", "results": "live", "test": false},
                 "voting": {"identity": "open", "votePer": "region"},
                 "regions": [
                  {"region": "3 - Les Chalets / Bayard", "title": "3 - Les Chalets / Bayard",
                   "atMost": 100, "improvements": [
                    {"improvement": "trees", "title": "Trees"}]},
                  {"region": "Wesoła", "title": "Wesoła", "atMost": 100, "improvements": [
                    {"improvement": "park", "title": "A park by the river"},
                    {"improvement": "pool", "title": "Кириллица & <b>pool</b>"}]}]}
                """));
    assertThat(answer.headers).containsEntry("citytally-as-of", "2026-05-01T12:00:00.000Z");
    assertThat(
            request("GET", "/api/ballot", Map.of("If-None-Match", answer.headers.get("etag")), "")
                .status)
        .isEqualTo(304);
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private void describe() throws IOException {
    city.entries.put(
        PARK,
        new BallotEntry(
            "A park by the river",
            Map.of("en", "A park by the river", "pl", "Park nad rzeką"),
            Status.VOTABLE));
    city.plan =
        json(
            """
            {'currency': 'PLN', 'ordered': true, 'map': true, 'regions': [
              {'region': 'Wesoła', 'budget': 120000, 'order': ['park', 'pool'], 'projects': true},
              {'region': '3 - Les Chalets / Bayard', 'order': ['trees']}]}
            """);
    city.projects.put(
        "Wesoła",
        json(
            """
            {'park': {'description': 'Green.\\nAnd quiet.', 'descriptions': {'pl': 'Zielony.'},
                      'cost': 90000, 'image': '/projects/park.jpg',
                      'link': 'https://wesola.example/park', 'place': 'Żurawia 3'},
             'crook': {'description': 'A slander.'}}
            """));
    String square = "[[[[21.2, 52.2], [21.3, 52.2], [21.3, 52.3], [21.2, 52.2]]]]";
    city.map =
        json(
            ("{'type': 'FeatureCollection', 'features': [{'type': 'Feature', 'properties': {'region':"
                    + " 'Wesoła'}, 'geometry': {'type': 'MultiPolygon', 'coordinates': SQUARE}},"
                    + " {'type': 'Feature', 'properties': {'region': 'Anin'}, 'geometry': {'type':"
                    + " 'MultiPolygon', 'coordinates': SQUARE}}]}")
                .replace("SQUARE", square));
  }

  @Test
  void showsTheBallotInTheCitysOwnOrderAndByLanguageAndSaysWhatElseThereIs() throws Exception {
    describe();

    JsonNode ballot = get("/api/ballot").json();

    assertThat(ballot.path("ordered").booleanValue()).isTrue();
    assertThat(ballot.path("map").booleanValue()).isTrue();
    assertThat(ballot.path("regions").findValuesAsText("region"))
        .containsExactly("Wesoła", TREES.region);
    JsonNode region = ballot.path("regions").path(0);
    assertThat(region.path("projects").booleanValue()).isTrue();
    assertThat(region.path("improvements").findValuesAsText("improvement"))
        .containsExactly("park", "pool");
    assertThat(region.path("improvements").path(0).path("titles").path("pl").textValue())
        .isEqualTo("Park nad rzeką");
    assertThat(region.path("improvements").path(0)).hasSize(3);
    assertThat(ballot.path("regions").path(1).has("projects")).isFalse();
    assertThat(city.requests).doesNotContain("projects", "map");
  }

  @Test
  void showsResultsByLanguage() throws Exception {
    describe();
    city.totals.put(PARK, 3L);

    JsonNode region = get("/api/results").json().path("regions").path(1);

    assertThat(region.path("improvements").path(0).path("titles").path("pl").textValue())
        .isEqualTo("Park nad rzeką");
    assertThat(region.path("improvements").path(1).has("titles")).isFalse();
  }

  @Test
  void showsWhatIsKnownOfARegionsImprovementsAndNothingOfWhatIsHiddenOrHasLeft() throws Exception {
    describe();
    city.entries.put(
        new Choice("Wesoła", "crook"), new BallotEntry("The mayor is a crook", Status.HIDDEN));
    city.entries.put(POOL, new BallotEntry("A pool", Status.LEFT));

    Answer answer = get("/api/ballot/Weso%C5%82a");

    assertThat(answer.headers).containsEntry("cache-control", "public, max-age=10");
    JsonNode region = answer.json();
    assertThat(region.path("currency").textValue()).isEqualTo("PLN");
    assertThat(region.path("budget").longValue()).isEqualTo(120_000);
    assertThat(region.path("improvements")).hasSize(1);
    JsonNode park = region.path("improvements").path(0);
    assertThat(park.path("improvement").textValue()).isEqualTo("park");
    assertThat(park.path("description").textValue()).isEqualTo("Green.\nAnd quiet.");
    assertThat(park.path("descriptions").path("pl").textValue()).isEqualTo("Zielony.");
    assertThat(park.path("link").textValue()).isEqualTo("https://wesola.example/park");
    assertThat(answer.text()).doesNotContain("crook", "slander");
    assertThat(
            request(
                    "GET",
                    "/api/ballot/Weso%C5%82a",
                    Map.of("If-None-Match", answer.headers.get("etag")),
                    "")
                .status)
        .isEqualTo(304);
  }

  @Test
  void showsARegionOfWhichNothingIsKnownAndNoneThatIsUnknownOrHidden() throws Exception {
    assertThat(get("/api/ballot/Weso%C5%82a").json().path("improvements")).hasSize(2);
    assertThat(get("/api/ballot/Weso%C5%82a").json().has("budget")).isFalse();
    assertThat(get("/api/ballot/3%20-%20Les%20Chalets%20%2F%20Bayard").status).isEqualTo(200);
    assertThat(get("/api/ballot/Anin").status).isEqualTo(404);
    assertThat(request("PUT", "/api/ballot/Anin", NOTHING, "").status).isEqualTo(405);

    city.entries.put(TREES, new BallotEntry("Trees", Status.HIDDEN));
    clock.advance(Duration.ofSeconds(10));
    assertThat(get("/api/ballot/3%20-%20Les%20Chalets%20%2F%20Bayard").status).isEqualTo(404);
  }

  @Test
  void drawsTheRegionsThatMayBeShown() throws Exception {
    assertThat(get("/api/map").status).isEqualTo(404);
    describe();
    clock.advance(Duration.ofSeconds(10));

    Answer answer = get("/api/map");

    assertThat(answer.headers).containsEntry("cache-control", "public, max-age=10");
    assertThat(answer.json().path("features").findValuesAsText("region")).containsExactly("Wesoła");
  }

  @Test
  void readsAProjectAsSeldomAsTheBallotHoweverManyAsk() throws Exception {
    describe();

    for (int i = 0; i < 5; i++) {
      get("/api/ballot/Weso%C5%82a");
      get("/api/map");
    }

    assertThat(city.requests)
        .filteredOn(each -> !each.equals("election"))
        .containsExactlyInAnyOrder("ballot", "projects", "map");
  }

  @Test
  void showsANewBallotWithinTenSeconds() throws Exception {
    get("/api/ballot");
    city.entries.clear();
    clock.advance(Duration.ofSeconds(10));

    assertThat(get("/api/ballot").json().path("regions")).isEmpty();
  }

  @Test
  void tellsTheElectionWithTheBallot() throws Exception {
    city.setUp(
        """
        'voting': 'open', 'results': 'turnout', 'city': 'Lunden', 'logo': '/logo.svg',
        'at_most': {'Wesoła': 2}, 'languages': ['en', 'pl'],
        'region_titles': {'Wesoła': {'en': 'Merry', 'pl': 'Wesoła'}},
        'links': {'help': 'https://lunden.example/help'}
        """);

    JsonNode ballot = get("/api/ballot").json();

    assertThat(ballot.path("election"))
        .isEqualTo(
            JSON.readTree(
                """
                {"name": "Budget 2026", "timeZone": "UTC", "opensAt": "2026-05-01T08:00:00Z",
                 "closesAt": "2026-05-01T20:00:00Z", "phase": "open", "results": "turnout",
                 "city": "Lunden", "logo": "/logo.svg",
                 "links": {"help": "https://lunden.example/help"}, "languages": ["en", "pl"],
                 "test": false}
                """));
    assertThat(ballot.path("regions").findValuesAsText("atMost")).containsExactly("1", "2");
    JsonNode region = ballot.path("regions").get(1);
    assertThat(region.path("title").textValue()).isEqualTo("Merry");
    assertThat(region.path("titles"))
        .isEqualTo(JSON.readTree("{\"en\": \"Merry\", \"pl\": \"Wesoła\"}"));
    for (String path : List.of("/api/results", "/api/results/Weso%C5%82a")) {
      assertThat(get(path).json().findValues("titles")).contains(region.path("titles"));
    }
  }

  @Test
  void tellsEachPhaseFromItsFirstInstantOn() throws Exception {
    city.setUp("'voting': 'open'");

    clock.advance(Duration.ofHours(-4).minusMillis(1));
    assertThat(phase()).isEqualTo("before");
    clock.advance(Duration.ofMillis(1));
    assertThat(phase()).isEqualTo("open");
    clock.advance(Duration.ofHours(12).minusMillis(1));
    assertThat(phase()).isEqualTo("open");
    clock.advance(Duration.ofMillis(1));
    assertThat(phase()).isEqualTo("closed");
  }

  private String phase() throws Exception {
    return get("/api/ballot").json().path("election").path("phase").textValue();
  }

  @Test
  void tellsTheFinalResult() throws Exception {
    city.setUp("'voting': 'open'");
    city.election =
        Election.stored(
            city.election.rules(),
            null,
            null,
            new FinalResult(Instant.parse("2026-05-01T20:10:00Z"), "ab12"));

    assertThat(get("/api/ballot").json().path("election").path("final"))
        .isEqualTo(JSON.readTree("{\"at\": \"2026-05-01T20:10:00Z\", \"sha256\": \"ab12\"}"));
    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(403);
  }

  @Test
  void showsTheFinalResultEvenIfATotalMovesAfterwards() throws Exception {
    city.setUp("'voting': 'open'");
    city.election =
        Election.stored(
            city.election.rules(),
            null,
            null,
            new FinalResult(Instant.parse("2026-05-01T20:10:00Z"), "ab12"));
    city.finalVotes.put(PARK, 7L);
    city.totals.put(PARK, 9L);

    assertThat(get("/api/results").json().path("votes").longValue()).isEqualTo(7);
  }

  // Votes

  private static final String MINE = "/api/votes/mine";

  @Test
  void castsAVote() throws Exception {
    Answer answer = cast(vote("Wesoła", "pool", "park"));

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.headers).containsEntry("cache-control", "no-store");
    assertThat(answer.json())
        .isEqualTo(
            JSON.readTree(
                """
                {"region": "Wesoła", "improvements": [
                  {"improvement": "park", "title": "A park by the river"},
                  {"improvement": "pool", "title": "Кириллица & <b>pool</b>"}]}
                """));
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park", "pool")));
  }

  @Test
  void castsAVoteOnceHoweverOftenItIsSent() throws Exception {
    Answer first = cast(vote("Wesoła", "park"));
    Answer second = cast(vote("Wesoła", "park"));

    assertThat(second.status).isEqualTo(200);
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park")));
  }

  @Test
  void changesAndWithdrawsAVote() throws Exception {
    cast(vote("Wesoła", "park"));
    assertThat(cast(change("Wesoła", List.of("park"), "pool")).status).isEqualTo(200);
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("pool")));

    Answer withdrawn = cast(change("Wesoła", List.of("pool")));
    assertThat(withdrawn.status).isEqualTo(200);
    assertThat(withdrawn.json().path("improvements")).isEmpty();
    assertThat(city.votes).isEmpty();
    assertThat(cast(change("Wesoła", List.of("pool"))).status).isEqualTo(200);
  }

  @Test
  void changesNothingIfAnotherVoteStandsThanTheOneThatWasSeen() throws Exception {
    cast(vote("Wesoła", "park", "pool"));

    for (String body :
        List.of(
            vote("Wesoła", "pool"),
            change("Wesoła", List.of("park"), "pool"),
            change("Wesoła", List.of("park")))) {
      Answer refused = cast(body);

      assertThat(refused.status).isEqualTo(412);
      assertThat(refused.json().path("stored"))
          .isEqualTo(
              JSON.readTree("{\"region\": \"Wesoła\", \"improvements\": [\"park\", \"pool\"]}"));
    }
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park", "pool")));

    city.votes.clear();
    Answer gone = cast(change("Wesoła", List.of("park"), "pool"));
    assertThat(gone.status).isEqualTo(412);
    assertThat(gone.json().has("stored")).isFalse();
  }

  @Test
  void showsAVotersOwnBallots() throws Exception {
    assertThat(mine()).isEqualTo(JSON.readTree("[]"));
    cast(vote("Wesoła", "park", "pool"));
    cast(vote(TREES.region, "trees"));
    castWith(OTHER_CAPABILITY, vote("Wesoła", "pool"));
    city.entries.replaceAll((choice, entry) -> entry.with(Status.LEFT));
    clock.advance(Duration.ofSeconds(10));

    assertThat(mine())
        .containsExactlyInAnyOrder(
            JSON.readTree("{\"region\": \"Wesoła\", \"improvements\": [\"park\", \"pool\"]}"),
            JSON.readTree(
                "{\"region\": \"3 - Les Chalets / Bayard\", \"improvements\": [\"trees\"]}"));
  }

  private JsonNode mine() throws Exception {
    Answer answer = request("GET", MINE, Map.of(OpenVoters.HEADER, CAPABILITY), "");
    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.headers).containsEntry("cache-control", "no-store");
    return answer.json().path("ballots");
  }

  @ParameterizedTest
  @CsvSource({"Atlantis,park,no such region", "Wesoła,trees,no such improvement"})
  void refusesWhatIsNotOnTheBallot(String region, String improvement, String reason)
      throws Exception {
    Answer answer = cast(vote(region, improvement));

    assertThat(answer.status).isEqualTo(422);
    assertThat(title(answer)).contains(reason);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void refusesMoreThanTheRegionAllows() throws Exception {
    city.setUp("'voting': 'open', 'at_most': {'Wesoła': 2, '3 - Les Chalets / Bayard': 1}");
    city.entries.put(new Choice("Wesoła", "oak"), BallotEntry.votable("Oak"));
    city.entries.put(new Choice(TREES.region, "bench"), BallotEntry.votable("Bench"));

    Answer three = cast(vote("Wesoła", "oak", "park", "pool"));
    assertThat(three.status).isEqualTo(422);
    assertThat(three.json().path("atMost").intValue()).isEqualTo(2);
    assertThat(cast(vote(TREES.region, "trees", "bench")).status).isEqualTo(422);
    assertThat(city.votes).isEmpty();

    assertThat(cast(vote("Wesoła", "oak", "park")).status).isEqualTo(200);
    assertThat(cast(change("Wesoła", List.of("oak", "park"), "oak", "park", "pool")).status)
        .isEqualTo(422);
    assertThat(cast(vote(TREES.region, "bench")).status).isEqualTo(200);
  }

  @Test
  void givesOneVoteInTheWholeCityIfTheRulesSaySo() throws Exception {
    city.setUp("'voting': 'open', 'vote_per': 'city'");

    Answer two = cast(vote("Wesoła", "park", "pool"));
    assertThat(two.status).isEqualTo(422);
    assertThat(two.json().path("atMost").intValue()).isEqualTo(1);
    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(200);
    assertThat(cast(vote(TREES.region, "trees")).status).isEqualTo(412);

    String move =
        """
        {"region": "3 - Les Chalets / Bayard", "improvements": ["trees"],
         "seen": {"region": "Wesoła", "improvements": ["park"]}}
        """;
    assertThat(cast(move).status).isEqualTo(200);
    assertThat(city.votes.values()).containsExactly(new Vote(TREES.region, names("trees")));
    assertThat(mine()).hasSize(1);
  }

  @Test
  void movesNoBallotToAnotherRegionWhereEachHasOne() throws Exception {
    String move =
        """
        {"region": "3 - Les Chalets / Bayard", "improvements": ["trees"],
         "seen": {"region": "Wesoła", "improvements": ["park"]}}
        """;

    assertThat(cast(move).status).isEqualTo(400);
  }

  @Test
  void takesNoBallotBeforeTheElectionOpensAndAfterItCloses() throws Exception {
    city.setUp("'voting': 'open', 'at_most': 2");
    cast(vote("Wesoła", "park"));
    List<String> bodies =
        List.of(change("Wesoła", List.of("park"), "pool"), change("Wesoła", List.of("park")));

    clock.advance(Duration.ofHours(8));
    for (String body : bodies) {
      Answer late = cast(body);
      assertThat(late.status).isEqualTo(403);
      assertThat(title(late)).isEqualTo("Voting is closed");
      assertThat(late.json().path("phase").textValue()).isEqualTo("closed");
      assertThat(late.json().path("closesAt").textValue()).isEqualTo("2026-05-01T20:00:00Z");
    }
    clock.advance(Duration.ofHours(-12).minusMillis(1));
    for (String body : bodies) {
      Answer early = cast(body);
      assertThat(early.status).isEqualTo(403);
      assertThat(title(early)).isEqualTo("Voting has not opened yet");
      assertThat(early.json().path("opensAt").textValue()).isEqualTo("2026-05-01T08:00:00Z");
    }
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park")));
    assertThat(mine()).hasSize(1);
  }

  @Test
  void takesTestBallotsBeforeTheElectionWhileItIsOpenForThem() throws Exception {
    city.setUp("'voting': 'open'");
    clock.advance(Duration.ofHours(-10));
    city.openForTests(clock.instant().plusSeconds(60));

    assertThat(get("/api/ballot").json().path("election").path("test").booleanValue()).isTrue();
    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(200);

    clock.advance(Duration.ofSeconds(60));
    assertThat(cast(change("Wesoła", List.of("park"))).status).isEqualTo(403);
    assertThat(phase()).isEqualTo("before");
  }

  @Test
  void takesNoBallotUnderRulesThatItReadTooLongAgo() throws Exception {
    city.setUp("'voting': 'open'");
    cast(vote("Wesoła", "park"));
    city.down = true;

    clock.advance(Election.MAX_AGE);
    assertThat(title(cast(vote("Wesoła", "park")))).contains("could not be recorded");
    clock.advance(Duration.ofMillis(1));
    Answer refused = cast(vote("Wesoła", "park"));
    assertThat(refused.status).isEqualTo(503);
    assertThat(title(refused)).isEqualTo("The rules of the election can't be read at the moment");
  }

  /** A reset has ended the tests, and removes the pin. */
  @Test
  void pinsNothingIfTheTestsEndedWhileItReadTheBallot() throws Exception {
    city.setUp("'voting': 'open'");
    clock.advance(Duration.ofHours(-10));
    city.openForTests(clock.instant().plusSeconds(3600));
    city.whileReadingTheBallot =
        () -> {
          city.openForTests(null);
          clock.advance(Duration.ofSeconds(20));
        };

    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(403);
    assertThat(city.requests).doesNotContain("pin", "replace");
  }

  @Test
  void takesNoBallotUnderRulesThatGrewTooOldWhileItPinnedThem() throws Exception {
    city.setUp("'voting': 'open'");
    city.whilePinning =
        () -> {
          city.down = true;
          clock.advance(Election.MAX_AGE.plusMillis(1));
        };

    Answer refused = cast(vote("Wesoła", "park"));

    assertThat(refused.status).isEqualTo(503);
    assertThat(title(refused)).isEqualTo("The rules of the election can't be read at the moment");
    assertThat(city.requests).doesNotContain("replace");
  }

  @Test
  void takesNoBallotUnderRulesThatChangedWhileItPinnedThem() throws Exception {
    city.setUp("'voting': 'open', 'at_most': 2");
    city.whilePinning =
        () -> {
          city.setUp("'voting': 'open', 'at_most': 1");
          clock.advance(Duration.ofSeconds(5));
        };

    Answer refused = cast(vote("Wesoła", "park", "pool"));

    assertThat(refused.status).isEqualTo(503);
    assertThat(title(refused)).contains("have just changed");
    assertThat(city.requests).doesNotContain("replace");
  }

  @Test
  void learnsOfNewRulesWithinSeconds() throws Exception {
    city.setUp("'voting': 'open', 'at_most': 2");
    get("/api/ballot");
    city.setUp("'voting': 'open', 'at_most': 1");
    clock.advance(Duration.ofSeconds(5));

    assertThat(cast(vote("Wesoła", "park", "pool")).status).isEqualTo(422);
  }

  @Test
  void pinsTheElectionBeforeItsFirstBallot() throws Exception {
    city.setUp("'voting': 'open'");

    cast(vote("Wesoła", "park"));
    cast(vote(TREES.region, "trees"));

    assertThat(city.election.pinned()).contains(new OpenVoters().pin(VotePer.REGION).text());
    assertThat(Collections.frequency(city.requests, "pin")).isEqualTo(1);
    assertThat(city.requests.indexOf("pin")).isLessThan(city.requests.indexOf("replace"));
  }

  @Test
  void castsUnderNoRulesButTheStoredOnes() throws Exception {
    city.setUp("'voting': 'open', 'vote_per': 'city'");
    get("/api/ballot");
    city.setUp("'voting': 'open', 'vote_per': 'region'");

    Answer outdated = cast(vote("Wesoła", "park"));
    assertThat(outdated.status).isEqualTo(503);
    assertThat(title(outdated)).contains("have just changed");
    assertThat(city.votes).isEmpty();

    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(200);
    assertThat(city.votes).containsOnlyKeys(VOTE_ID);
  }

  @Test
  void castsNothingIntoAnElectionThatIsPinnedToAnotherSetUp() throws Exception {
    city.setUp("'voting': 'open'");
    city.election =
        Election.stored(
            city.election.rules(), new OpenVoters().pin(VotePer.CITY).text(), null, null);

    Answer refused = cast(vote("Wesoła", "park"));

    assertThat(refused.status).isEqualTo(503);
    assertThat(title(refused))
        .isEqualTo("Voting is not set up in the way that the rules of the election require");
    assertThat(city.votes).isEmpty();
  }

  @Test
  void castsNothingWhereTheRulesAskForAnotherWayToVote() throws Exception {
    city.setUp("'voting': 'signed-in'");
    Answer open = cast(vote("Wesoła", "park"));
    startWithCitizens(VotePer.REGION);
    city.setUp("'voting': 'open'");
    Answer signedIn = castAs("anna", vote("Wesoła", "park"));

    assertThat(List.of(open.status, signedIn.status)).containsOnly(503);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void castsNothingBeforeThereIsAnElection() throws Exception {
    city.election = Election.notSetUp(VotingMode.OPEN);

    assertThat(phase()).isEqualTo("before");
    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesNoVoteButAWithdrawalWhereNothingCanBeVotedFor(boolean hasLeft) throws Exception {
    cast(vote("Wesoła", "park"));
    if (hasLeft) {
      city.entries.replaceAll((choice, entry) -> entry.with(Status.LEFT));
    } else {
      city.entries.clear();
    }
    clock.advance(Duration.ofSeconds(10));

    Answer refused = cast(change("Wesoła", List.of("park"), "pool"));
    assertThat(refused.status).isEqualTo(422);
    assertThat(title(refused)).isEqualTo("Voting is closed: there is nothing on the ballot");
    assertThat(cast(vote("Atlantis", "dry land")).status).isEqualTo(422);
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park")));
    assertThat(get("/api/ballot").json().path("regions")).isEmpty();

    assertThat(cast(change("Wesoła", List.of("park"))).status).isEqualTo(200);
    assertThat(city.votes).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Status.class, names = "VOTABLE", mode = EnumSource.Mode.EXCLUDE)
  void keepsWhatLeftOrIsHiddenInAVoteButTakesNoneForIt(Status status) throws Exception {
    cast(vote("Wesoła", "park"));
    city.entries.computeIfPresent(PARK, (choice, entry) -> entry.with(status));
    city.entries.computeIfPresent(TREES, (choice, entry) -> entry.with(status));
    clock.advance(Duration.ofSeconds(10));

    Answer improvement = castWith(OTHER_CAPABILITY, vote("Wesoła", "park"));
    assertThat(improvement.status).isEqualTo(422);
    assertThat(title(improvement)).contains("no such improvement");
    Answer region = castWith(OTHER_CAPABILITY, vote(TREES.region, "trees"));
    assertThat(region.status).isEqualTo(422);
    assertThat(title(region)).contains("no such region");
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park")));
    assertThat(get("/api/ballot").json().path("regions").toString())
        .contains("pool")
        .doesNotContain("park", "trees");

    assertThat(cast(change("Wesoła", List.of("park"), "park", "pool")).status).isEqualTo(200);
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, stored("park", "pool")));
    assertThat(cast(change("Wesoła", List.of("park", "pool"), "pool")).status).isEqualTo(200);
    assertThat(cast(change("Wesoła", List.of("pool"), "park")).status).isEqualTo(422);
    assertThat(cast(change("Wesoła", List.of("pool"))).status).isEqualTo(200);
    assertThat(city.votes).isEmpty();
  }

  /** By a vote that nobody has seen, one would add what has left the ballot. */
  @Test
  void believesNobodyWhatStands() throws Exception {
    city.entries.computeIfPresent(PARK, (choice, entry) -> entry.with(Status.LEFT));

    assertThat(cast(change("Wesoła", List.of("park"), "park", "pool")).status).isEqualTo(412);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void takesNoChoiceByABallotThatItReadTooLongAgo() throws Exception {
    cast(vote("Wesoła", "park", "pool"));
    city.ballotIsDown = true;

    clock.advance(Duration.ofSeconds(30));
    assertThat(castWith(OTHER_CAPABILITY, vote("Wesoła", "park")).status).isEqualTo(200);
    clock.advance(Duration.ofSeconds(1));
    Answer refused = castWith("e".repeat(32), vote("Wesoła", "park"));
    assertThat(refused.status).isEqualTo(503);
    assertThat(title(refused)).isEqualTo("The ballot can't be read at the moment");
    assertThat(cast(change("Wesoła", List.of("park", "pool"), "pool")).status).isEqualTo(200);
    assertThat(cast(change("Wesoła", List.of("pool"))).status).isEqualTo(200);
  }

  @Test
  void withdrawsAVoteWhereTheBallotNeverCouldBeRead() throws Exception {
    city.ballotIsDown = true;
    city.votes.put(VOTE_ID, stored("park"));

    Answer withdrawn = cast(change("Wesoła", List.of("park")));

    assertThat(withdrawn.status).isEqualTo(200);
    assertThat(withdrawn.json())
        .isEqualTo(JSON.readTree("{\"region\": \"Wesoła\", \"improvements\": []}"));
    assertThat(city.votes).isEmpty();
  }

  @Test
  void admitsNothingWhereTheBallotCanNotBeRead() throws Exception {
    city.down = true;

    assertThat(cast(vote("Wesoła", "park")).status).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                       | not proper JSON",
        "{                                      | not proper JSON",
        "{'region':'a','improvements':['b']} x  | not proper JSON",
        "{'region':'a','region':'b'}            | not proper JSON",
        "[]                                     | JSON object",
        "'park'                                 | JSON object",
        "null                                   | JSON object",
        "{'region':'a'}                         | The improvements of the ballot are missing",
        "{'improvements':['a']}                 | The region of the ballot is missing",
        "{'region':1,'improvements':['b']}      | The region of the ballot is not a string",
        "{'region':null,'improvements':['b']}   | The region of the ballot is not a string",
        "{'region':'a','improvements':'b'}      | The improvements of the ballot are no list",
        "{'region':'a','improvements':[['b']]}  | An improvement of the ballot is not a string",
        "{'region':'a','improvements':['']}     | An improvement of the ballot is empty",
        "{'region':'a\\u0000','improvements':[]} | The region of the ballot contains a control",
        "{'region':'\\ud83d','improvements':[]} | The region of the ballot contains an unpaired",
        "{'region':'a','improvements':[],'id':'c'} | and nothing else",
        "{'region':'a','improvements':[],'seen':[]} | JSON object",
        "{'region':'a','improvements':[],'seen':null} | JSON object",
        "{'region':'a','improvements':[],'seen':{'region':'a'}} | are missing",
        "{'region':'a','improvements':[],'seen':{'region':'a','improvements':[],'seen':{}}}"
            + " | and nothing else"
      },
      quoteCharacter = '`')
  void refusesWhatIsNotABallot(String body, String reason) throws Exception {
    Answer answer = cast(body == null ? "" : body.replace('\'', '"'));

    assertThat(answer.status).isEqualTo(400);
    assertThat(title(answer)).contains(reason);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void refusesMoreThanTheTableHolds() throws Exception {
    String[] names = IntStream.range(0, 101).mapToObj(i -> "i" + i).toArray(String[]::new);
    for (String name : names) {
      city.entries.put(new Choice("Wesoła", name), BallotEntry.votable(name));
    }

    assertThat(cast(vote("Wesoła", names)).status).isEqualTo(400);
    assertThat(cast(vote("Wesoła", Arrays.copyOf(names, 100))).status).isEqualTo(200);
  }

  @Test
  void takesAChangeOfTheLongestBallot() throws Exception {
    String region = "😀".repeat(256);
    String[] names =
        IntStream.range(0, 200).mapToObj(i -> "😀".repeat(253) + (100 + i)).toArray(String[]::new);
    for (String name : names) {
      city.entries.put(new Choice(region, name), BallotEntry.votable(name));
    }
    String[] first = Arrays.copyOf(names, 100);
    String[] second = Arrays.copyOfRange(names, 100, 200);

    assertThat(cast(vote(region, first)).status).isEqualTo(200);
    assertThat(cast(change(region, List.of(first), second)).status).isEqualTo(200);
  }

  @Test
  void refusesATextThatIsTooLongForTheTables() throws Exception {
    city.entries.put(new Choice("ł".repeat(256), "b"), BallotEntry.votable("Long"));

    assertThat(cast(vote("ł".repeat(256), "b")).status).isEqualTo(200);
    assertThat(cast(vote("ł".repeat(257), "b")).status).isEqualTo(400);
  }

  @Test
  void refusesABodyThatIsTooLong() throws Exception {
    String vote = vote("Wesoła", "park");
    int padding = Request.MAX_BODY_BYTES - vote.getBytes(StandardCharsets.UTF_8).length;

    assertThat(cast(vote + " ".repeat(padding)).status).isEqualTo(200);
    assertThat(cast(vote + " ".repeat(padding + 1)).status).isEqualTo(413);
    assertThat(cast(vote + " ".repeat(1_000_000)).status).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json,200",
    "Application/JSON; charset=utf-8,200",
    "text/plain,415",
    "application/x-www-form-urlencoded,415",
    "application/jsonp,415",
    ";,415"
  })
  void takesVotesInJsonAlone(String type, int status) throws Exception {
    Map<String, String> headers = Map.of("Content-Type", type, OpenVoters.HEADER, CAPABILITY);

    assertThat(request("PUT", MINE, headers, vote("Wesoła", "park")).status).isEqualTo(status);
    assertThat(
            request("PUT", MINE, Map.of(OpenVoters.HEADER, CAPABILITY), vote("Wesoła", "park"))
                .status)
        .isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yours", "0123456789abcdef0123456789abcdeg"})
  void refusesACapabilityThatIsEasilyGuessedOrMalformed(String capability) throws Exception {
    assertThat(castWith(capability, vote("Wesoła", "park")).status).isEqualTo(400);
    assertThat(request("GET", MINE, NOTHING, "").status).isEqualTo(400);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void saysSoWhenABallotCouldNotBeRecordedOrRead() throws Exception {
    get("/api/ballot");
    city.votes.put(VOTE_ID, stored("park"));
    city.down = true;

    Answer cast = cast(vote("Wesoła", "pool"));
    assertThat(cast.status).isEqualTo(503);
    assertThat(cast.headers).containsEntry("retry-after", "1");
    assertThat(title(cast)).isEqualTo("The ballot could not be recorded; please try again");
    assertThat(title(cast(change("Wesoła", List.of("park"))))).contains("could not be withdrawn");
    assertThat(request("GET", MINE, Map.of(OpenVoters.HEADER, CAPABILITY), "").status)
        .isEqualTo(503);
  }

  @Test
  void showsNoId() throws Exception {
    cast(vote("Wesoła", "park"));

    for (String address : List.of("/api/results", "/api/ballot", "/api/results/Weso%C5%82a")) {
      assertThat(get(address).text()).doesNotContain(CAPABILITY, VOTE_ID);
    }
    assertThat(mine().toString()).doesNotContain(CAPABILITY, VOTE_ID);
  }

  // Votes of citizens

  @ParameterizedTest
  @CsvSource({"REGION,2", "CITY,1"})
  void givesACitizenAsManyBallotsAsTheRuleSays(VotePer rule, int votes) throws Exception {
    startWithCitizens(rule);

    for (int i = 0; i < 2; i++) {
      castAs("anna", vote("Wesoła", "park"));
      castAs("anna", vote(TREES.region, "trees"));
    }
    assertThat(city.votes).hasSize(votes);

    castAs("bob", vote("Wesoła", "park"));
    assertThat(city.votes).hasSize(votes + 1);
    assertThat(city.votes.keySet()).allMatch(id -> id.matches("[A-Za-z0-9_-]{43}"));
  }

  @Test
  void showsAndChangesOnlyTheCitizensOwnBallot() throws Exception {
    startWithCitizens(VotePer.REGION);
    castAs("anna", vote("Wesoła", "park"));

    assertThat(asCitizen("bob", "GET", MINE, "").json().path("ballots")).isEmpty();
    assertThat(castAs("bob", change("Wesoła", List.of("park"))).status).isEqualTo(200);
    assertThat(city.votes).hasSize(1);
    assertThat(asCitizen("anna", "GET", MINE, "").json().path("ballots")).hasSize(1);
    assertThat(castAs("anna", change("Wesoła", List.of("park"))).status).isEqualTo(200);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void letsACitizenVoteInTheRegionsOfAClaim() throws Exception {
    startWithCitizens(VotePer.REGION);
    city.setUp("'voting': 'signed-in', 'regions_claim': 'districts'");

    assertThat(castAs("resident", vote("Wesoła", "park")).status).isEqualTo(200);
    assertThat(castAs("landlord", vote(TREES.region, "trees")).status).isEqualTo(200);
    for (Answer refused :
        List.of(
            castAs("resident", vote(TREES.region, "trees")),
            castAs("landlord", vote("Wesoła", "park")),
            castAs("neighbour", vote(TREES.region, "trees")),
            castAs("neighbour", vote("Wesoła", "park")),
            castAs("anna", vote("Wesoła", "park")))) {
      assertThat(refused.status).isEqualTo(403);
      assertThat(title(refused)).isEqualTo("You can't vote in this region");
    }
  }

  @Test
  void showsResultsAndTakesNoBallotOnceTheKeyWasErased() throws Exception {
    startWithCitizens(VotePer.REGION);
    city.setUp("'voting': 'signed-in'");
    assertThat(castAs("anna", vote("Wesoła", "park")).status).isEqualTo(200);
    start(CitizenIdentity.withErasedKey(new SignIn(ISSUER, "citytally")));

    assertThat(get("/api/results").status).isEqualTo(200);
    assertThat(get("/api/ballot").status).isEqualTo(200);
    for (Answer refused :
        List.of(asCitizen("anna", "GET", MINE, ""), castAs("anna", vote("Wesoła", "pool")))) {
      assertThat(refused.status).isEqualTo(410);
      assertThat(title(refused)).contains("The key of this election was erased");
    }
    assertThat(request("GET", MINE, NOTHING, "").status).isEqualTo(401);
    clock.advance(Duration.ofDays(1));
    assertThat(castAs("anna", vote("Wesoła", "pool")).status).isEqualTo(403);
    assertThat(city.votes).hasSize(1);
  }

  @Test
  void readsNoChoiceFromTheAddress() throws Exception {
    startWithCitizens(VotePer.REGION);
    String choice = "?region=Weso%C5%82a&improvements=pool";

    assertThat(castAs("anna", "").status).isEqualTo(400);
    assertThat(asCitizen("anna", "PUT", MINE + choice, "").status).isEqualTo(400);
    assertThat(asCitizen("anna", "DELETE", MINE + choice, "").status).isEqualTo(405);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void asksWhoeverBringsNoTokenToSignIn() throws Exception {
    startWithCitizens(VotePer.REGION);

    for (Answer answer : List.of(cast(vote("Wesoła", "park")), request("GET", MINE, NOTHING, ""))) {
      assertThat(answer.status).isEqualTo(401);
      assertThat(answer.headers).containsEntry("www-authenticate", "Bearer realm=\"citytally\"");
      assertThat(title(answer)).isEqualTo("Please sign in to vote");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"forged", "stranger", "machine"})
  void trustsNoTokenButTheIssuersForACitizen(String token) throws Exception {
    startWithCitizens(VotePer.REGION);

    Answer answer = castAs(token, vote("Wesoła", "park"));

    assertThat(answer.status).isEqualTo(401);
    assertThat(answer.headers.get("www-authenticate")).contains("error=\"invalid_token\"");
    assertThat(city.votes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unscoped", "otherwise-scoped"})
  void takesNoTokenThatIsNotForVoting(String token) throws Exception {
    startWithCitizens(VotePer.REGION);

    for (Answer answer :
        List.of(castAs(token, vote("Wesoła", "park")), asCitizen(token, "GET", MINE, ""))) {
      assertThat(answer.status).isEqualTo(403);
      assertThat(answer.headers)
          .containsEntry(
              "www-authenticate",
              "Bearer realm=\"citytally\", error=\"insufficient_scope\", scope=\"citytally/vote\"");
    }
    assertThat(city.votes).isEmpty();
  }

  @Test
  void tellsHowToVote() throws Exception {
    startWithCitizens(VotePer.REGION);

    assertThat(get("/api/ballot").json().path("voting"))
        .isEqualTo(
            JSON.readTree(
                """
                {"identity": "oidc", "issuer": "https://id.lunden.example",
                 "clientId": "citytally", "scope": "citytally/vote", "audience": "citytally",
                 "votePer": "region"}
                """));
  }

  // Everything else

  @ParameterizedTest
  @CsvSource({
    "POST,/api/results,'GET, HEAD'",
    "DELETE,/api/results/x,'GET, HEAD'",
    "PUT,/api/ballot,'GET, HEAD'",
    "POST,/api/votes/mine,'GET, HEAD, PUT'",
    "DELETE,/api/votes/mine,'GET, HEAD, PUT'",
    "POST,/,'GET, HEAD'"
  })
  void saysWhichMethodsThereAre(String method, String path, String allowed) throws Exception {
    Answer answer = request(method, path, NOTHING, "");

    assertThat(answer.status).isEqualTo(405);
    assertThat(answer.headers).containsEntry("allow", allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/nothing.js",
        "/api",
        "/api/",
        "/api/votes",
        "/api/votes/kZ3_u-0aQ7x1VbN4",
        "/api/results/",
        "/../web/openapi.json",
        "/./openapi.json",
        "/%2e%2e/log4j2-citytally.properties",
        "/..%2flog4j2-citytally.properties",
        "/../log4j2-citytally.properties",
        "/openapi.json/",
        "/META-INF/MANIFEST.MF",
        "/3rdpartylicenses.txt"
      })
  void hasNothingElse(String path) throws Exception {
    Answer answer = request("GET", path, NOTHING, "");

    assertThat(answer.status).isEqualTo(404);
    assertThat(title(answer)).isEqualTo("There is nothing at this address");
  }

  @Test
  void saysWhatIsWrongInTheLanguageThatTheClientAsksFor() throws Exception {
    Answer polish =
        request("GET", "/nothing", Map.of("Accept-Language", "ja, pl-PL;q=0.9, en;q=0.5"), "");
    Answer unknown = request("GET", "/nothing", Map.of("Accept-Language", "ja"), "");

    assertThat(title(polish)).isEqualTo("Pod tym adresem niczego nie ma");
    assertThat(polish.headers())
        .containsEntry("content-language", "pl")
        .containsEntry("vary", "Accept-Language");
    assertThat(title(unknown)).isEqualTo("There is nothing at this address");
    assertThat(unknown.headers()).containsEntry("content-language", "en");
  }

  @Test
  void answersHeadAsGetWithoutTheBody() throws Exception {
    Answer get = get("/api/results");
    Answer head = request("HEAD", "/api/results", NOTHING, "");

    assertThat(head.status).isEqualTo(200);
    assertThat(head.body).isEmpty();
    assertThat(head.headers)
        .containsEntry("content-length", Integer.toString(get.body.length))
        .containsEntry("etag", get.headers.get("etag"));
    assertThat(request("HEAD", "/api/results/Atlantis", NOTHING, "").status).isEqualTo(404);
  }

  @Test
  void servesItsOwnDescription() throws Exception {
    Answer answer = get("/api/openapi.json");

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.json().path("openapi").textValue()).startsWith("3.1");
    assertThat(answer.headers).containsEntry("cache-control", "no-cache");
    String tag = answer.headers.get("etag");
    assertThat(request("GET", "/api/openapi.json", Map.of("If-None-Match", tag), "").status)
        .isEqualTo(304);
  }

  @Test
  void describesEveryAddressOfTheApi() throws Exception {
    for (String path :
        List.of("/api/results", "/api/results.csv", "/api/results/x", "/api/ballot", MINE)) {
      assertThat(request("TRACEROUTE", path, NOTHING, "").status).isEqualTo(405);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/vote", "/regions/Weso%C5%82a", "/regions/a%20%2F%20b/c"})
  void servesAPageAtEachOfItsAddresses(String path) throws Exception {
    Answer answer = get(path);

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.headers).containsEntry("content-type", "text/html; charset=utf-8");
  }

  /** Header names in small letters, as tests look for them. */
  protected static Map<String, String> lowerCase(Map<String, String> headers) {
    return headers.entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().toLowerCase(), Map.Entry::getValue));
  }
}
