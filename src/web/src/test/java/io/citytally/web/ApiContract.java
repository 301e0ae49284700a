package io.citytally.web;

import static io.citytally.web.FakeCity.PARK;
import static io.citytally.web.FakeCity.POOL;
import static io.citytally.web.FakeCity.TREES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.VirtualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the API promises, through whatever adapter. Every answer is held to the OpenAPI document.
 */
public abstract class ApiContract {

  protected static final String ISSUER = "https://id.lunden.example";

  /** The tokens that are genuine, by what they say. */
  protected static final Map<String, Map<String, String>> TOKENS =
      Map.of(
          "anna", Map.of("iss", ISSUER, "sub", "anna"),
          "bob", Map.of("iss", ISSUER, "sub", "bob"),
          "stranger", Map.of("iss", "https://elsewhere.example", "sub", "anna"),
          "machine", Map.of("iss", ISSUER));

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenApi OPEN_API = OpenApi.read();
  private static final String ID = "kZ3_u-0aQ7x1VbN4";
  private static final String VOTE_ID = Capability.voteId(ID);
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
    start(Optional.empty());
  }

  private void start(Optional<CitizenIdentity> citizens) throws Exception {
    if (application != null) {
      application.close();
    }
    application = new WebApplication(city.results(), city.ballot(), city, citizens, clock);
    serve(application);
  }

  protected final void startWithCitizens(VotePer votePer) throws Exception {
    start(
        Optional.of(
            new CitizenIdentity(
                ISSUER, "citytally", new byte[CitizenIdentity.MIN_KEY_BYTES], votePer)));
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
    assertThat(answer.headers)
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("referrer-policy", "no-referrer")
        .containsEntry("cross-origin-opener-policy", "same-origin")
        .containsEntry("cross-origin-resource-policy", "same-origin")
        .containsKey("permissions-policy")
        .doesNotContainKey("set-cookie");
    assertThat(answer.headers.get("content-security-policy"))
        .startsWith("default-src 'none';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe", "http");
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
      assertThat(answer.text()).doesNotContain(ID, VOTE_ID);
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

  private Answer put(String address, String body) throws Exception {
    return request("PUT", address, JSON_TYPE, body);
  }

  private Answer post(String address, String body) throws Exception {
    return request("POST", address, JSON_TYPE, body);
  }

  private Answer castAs(String token, String body) throws Exception {
    return asCitizen(token, "PUT", MINE, body);
  }

  private Answer withdrawAs(String token, String body) throws Exception {
    return asCitizen(token, "POST", WITHDRAWAL, body);
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

  private static String vote(String region, String improvement) {
    return JSON.createObjectNode().put("region", region).put("improvement", improvement).toString();
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

    Answer answer = get("/api/results");

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            JSON.readTree(
                """
                {"asOf": "2026-05-01T12:00:00.000Z", "stale": false, "votes": 9, "regions": [
                  {"region": "3 - Les Chalets / Bayard", "votes": 1, "improvements": [
                    {"improvement": "trees", "title": "Trees", "votes": 1}]},
                  {"region": "Wesoła", "votes": 8, "improvements": [
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
                  {"region": "Wesoła", "votes": 2, "improvements": [
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
                {"regions": [
                  {"region": "3 - Les Chalets / Bayard", "improvements": [
                    {"improvement": "trees", "title": "Trees"}]},
                  {"region": "Wesoła", "improvements": [
                    {"improvement": "park", "title": "A park by the river"},
                    {"improvement": "pool", "title": "Кириллица & <b>pool</b>"}]}],
                 "voting": {"identity": "capability"}}
                """));
    assertThat(
            request("GET", "/api/ballot", Map.of("If-None-Match", answer.headers.get("etag")), "")
                .status)
        .isEqualTo(304);
  }

  @Test
  void showsANewBallotWithinTenSeconds() throws Exception {
    get("/api/ballot");
    city.entries.clear();
    clock.advance(Duration.ofSeconds(10));

    assertThat(get("/api/ballot").json().path("regions")).isEmpty();
  }

  // Votes of whoever has the id

  @Test
  void castsAVote() throws Exception {
    Answer answer = put("/api/votes/" + ID, vote("3 - Les Chalets / Bayard", "trees"));

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.headers).containsEntry("cache-control", "no-store");
    assertThat(answer.json())
        .isEqualTo(
            JSON.readTree(
                """
                {"region": "3 - Les Chalets / Bayard", "improvement": "trees", "title": "Trees"}
                """));
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, TREES));
  }

  @Test
  void castsAVoteOnceHoweverOftenItIsSent() throws Exception {
    Answer first = put("/api/votes/" + ID, vote("Wesoła", "park"));
    Answer second = put("/api/votes/" + ID, vote("Wesoła", "park"));

    assertThat(second.text()).isEqualTo(first.text());
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, PARK));
  }

  @Test
  void changesAndWithdrawsAVote() throws Exception {
    put("/api/votes/" + ID, vote("Wesoła", "park"));
    put("/api/votes/" + ID, vote("Wesoła", "pool"));
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, POOL));

    Answer withdrawn = request("DELETE", "/api/votes/" + ID, NOTHING, "");
    assertThat(withdrawn.status).isEqualTo(204);
    assertThat(withdrawn.body).isEmpty();
    assertThat(city.votes).isEmpty();
    assertThat(request("DELETE", "/api/votes/" + ID, NOTHING, "").status).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({"Atlantis,park,no such region", "Wesoła,trees,no such improvement"})
  void refusesWhatIsNotOnTheBallot(String region, String improvement, String reason)
      throws Exception {
    Answer answer = put("/api/votes/" + ID, vote(region, improvement));

    assertThat(answer.status).isEqualTo(422);
    assertThat(title(answer)).contains(reason);
    assertThat(city.votes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesNoVoteButAWithdrawalWhereNothingCanBeVotedFor(boolean hasLeft) throws Exception {
    put("/api/votes/" + ID, vote("Wesoła", "park"));
    if (hasLeft) {
      city.entries.replaceAll((choice, entry) -> entry.with(Status.LEFT));
    } else {
      city.entries.clear();
    }
    clock.advance(Duration.ofSeconds(10));

    Answer refused = put("/api/votes/" + ID, vote("Wesoła", "pool"));
    assertThat(refused.status).isEqualTo(422);
    assertThat(title(refused)).isEqualTo("Voting is closed: there is nothing on the ballot");
    assertThat(put("/api/votes/" + ID, vote("Atlantis", "dry land")).status).isEqualTo(422);
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, PARK));
    assertThat(get("/api/ballot").json().path("regions")).isEmpty();

    assertThat(request("DELETE", "/api/votes/" + ID, NOTHING, "").status).isEqualTo(204);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void takesNoCitizensVoteButAWithdrawalWhereNothingCanBeVotedFor() throws Exception {
    startWithCitizens(VotePer.IMPROVEMENT);
    castAs("anna", PARK_VOTE);
    city.entries.clear();
    clock.advance(Duration.ofSeconds(10));

    Answer refused = castAs("anna", POOL_VOTE);
    assertThat(refused.status).isEqualTo(422);
    assertThat(title(refused)).startsWith("Voting is closed");

    assertThat(withdrawAs("anna", PARK_VOTE).status).isEqualTo(204);
    assertThat(city.votes).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Status.class, names = "VOTABLE", mode = EnumSource.Mode.EXCLUDE)
  void takesNoVoteForWhatLeftOrIsHiddenButLetsItBeWithdrawn(Status status) throws Exception {
    put("/api/votes/" + ID, vote("Wesoła", "park"));
    city.entries.computeIfPresent(PARK, (choice, entry) -> entry.with(status));
    city.entries.computeIfPresent(TREES, (choice, entry) -> entry.with(status));
    clock.advance(Duration.ofSeconds(10));

    Answer improvement = put("/api/votes/other_____________", vote("Wesoła", "park"));
    assertThat(improvement.status).isEqualTo(422);
    assertThat(title(improvement)).contains("no such improvement");
    Answer region = put("/api/votes/other_____________", vote(TREES.region, "trees"));
    assertThat(region.status).isEqualTo(422);
    assertThat(title(region)).contains("no such region");
    assertThat(city.votes).isEqualTo(Map.of(VOTE_ID, PARK));
    assertThat(get("/api/ballot").json().path("regions").toString())
        .contains("pool")
        .doesNotContain("park", "trees");

    assertThat(request("DELETE", "/api/votes/" + ID, NOTHING, "").status).isEqualTo(204);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void admitsNothingWhereTheBallotCanNotBeRead() throws Exception {
    city.down = true;

    assertThat(put("/api/votes/" + ID, vote("Wesoła", "park")).status).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                       | not proper JSON",
        "{                                      | not proper JSON",
        "{'region':'a','improvement':'b'} x     | not proper JSON",
        "{'region':'a','region':'b'}            | not proper JSON",
        "[]                                     | JSON object",
        "'park'                                 | JSON object",
        "null                                   | JSON object",
        "{'region':'a'}                         | The improvement of the vote is missing",
        "{'improvement':'a'}                    | The region of the vote is missing",
        "{'region':1,'improvement':'b'}         | The region of the vote is not a string",
        "{'region':null,'improvement':'b'}      | The region of the vote is not a string",
        "{'region':'a','improvement':['b']}     | The improvement of the vote is not a string",
        "{'region':'a','improvement':''}        | The improvement of the vote is empty",
        "{'region':'a\\u0000','improvement':'b'} | The region of the vote contains a control",
        "{'region':'\\ud83d','improvement':'b'} | The region of the vote contains an unpaired",
        "{'region':'a','improvement':'b','id':'c'} | and nothing else"
      },
      quoteCharacter = '`')
  void refusesWhatIsNotAVote(String body, String reason) throws Exception {
    Answer answer = put("/api/votes/" + ID, body == null ? "" : body.replace('\'', '"'));

    assertThat(answer.status).isEqualTo(400);
    assertThat(title(answer)).contains(reason);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void refusesATextThatIsTooLongForTheTables() throws Exception {
    city.entries.put(new Choice("ł".repeat(256), "b"), BallotEntry.votable("Long"));

    assertThat(put("/api/votes/" + ID, vote("ł".repeat(256), "b")).status).isEqualTo(200);
    assertThat(put("/api/votes/" + ID, vote("ł".repeat(257), "b")).status).isEqualTo(400);
  }

  @Test
  void refusesABodyThatIsTooLong() throws Exception {
    String vote = vote("Wesoła", "park");
    int padding = Request.MAX_BODY_BYTES - vote.getBytes(StandardCharsets.UTF_8).length;

    assertThat(put("/api/votes/" + ID, vote + " ".repeat(padding)).status).isEqualTo(200);
    assertThat(put("/api/votes/" + ID, vote + " ".repeat(padding + 1)).status).isEqualTo(413);
    assertThat(put("/api/votes/" + ID, vote + " ".repeat(1_000_000)).status).isEqualTo(413);
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
    assertThat(
            request("PUT", "/api/votes/" + ID, Map.of("Content-Type", type), vote("Wesoła", "park"))
                .status)
        .isEqualTo(status);
    assertThat(request("PUT", "/api/votes/" + ID, NOTHING, vote("Wesoła", "park")).status)
        .isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fifteen-letters",
        "yours",
        "kZ3_u-0aQ7x1VbN.",
        "kZ3_u-0aQ7x1VbN4/x",
        "%6Baaaaaaaaaaaaaaa%20"
      })
  void refusesAnIdThatIsEasilyGuessedOrMalformed(String id) throws Exception {
    assertThat(put("/api/votes/" + id, vote("Wesoła", "park")).status).isEqualTo(400);
    assertThat(request("DELETE", "/api/votes/" + id, NOTHING, "").status).isEqualTo(400);
    assertThat(put("/api/votes/" + "a".repeat(129), vote("Wesoła", "park")).status).isEqualTo(400);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void saysSoWhenAVoteCouldNotBeRecorded() throws Exception {
    get("/api/ballot");
    city.votes.put(VOTE_ID, PARK);
    city.down = true;

    Answer cast = put("/api/votes/" + ID, vote("Wesoła", "pool"));
    assertThat(cast.status).isEqualTo(503);
    assertThat(cast.headers).containsEntry("retry-after", "1");
    assertThat(title(cast)).isEqualTo("The vote could not be recorded; please try again");
    assertThat(request("DELETE", "/api/votes/" + ID, NOTHING, "").status).isEqualTo(503);
  }

  @Test
  void showsNoId() throws Exception {
    put("/api/votes/" + ID, vote("Wesoła", "park"));

    for (String address : List.of("/api/results", "/api/ballot", "/api/results/Weso%C5%82a")) {
      assertThat(get(address).text()).doesNotContain(ID, VOTE_ID);
    }
  }

  // Votes of citizens

  private static final String PARK_VOTE = vote("Wesoła", "park");
  private static final String POOL_VOTE = vote("Wesoła", "pool");
  private static final String TREES_VOTE = vote("3 - Les Chalets / Bayard", "trees");
  private static final String MINE = "/api/votes/mine";
  private static final String WITHDRAWAL = "/api/votes/mine/withdrawal";

  @ParameterizedTest
  @CsvSource({"IMPROVEMENT,3", "REGION,2", "CITY,1"})
  void givesACitizenAsManyVotesAsTheRuleSays(VotePer rule, int votes) throws Exception {
    startWithCitizens(rule);

    for (int i = 0; i < 2; i++) {
      for (String body : List.of(PARK_VOTE, POOL_VOTE, TREES_VOTE)) {
        assertThat(castAs("anna", body).status).isEqualTo(200);
      }
    }
    assertThat(city.votes).hasSize(votes).containsValue(TREES);

    castAs("bob", PARK_VOTE);
    assertThat(city.votes).hasSize(votes + 1);
    assertThat(city.votes.keySet()).allMatch(id -> id.matches("[A-Za-z0-9_-]{43}"));
  }

  @Test
  void withdrawsOnlyTheCitizensOwnVote() throws Exception {
    startWithCitizens(VotePer.IMPROVEMENT);
    castAs("anna", PARK_VOTE);

    assertThat(withdrawAs("bob", PARK_VOTE).status).isEqualTo(204);
    assertThat(withdrawAs("anna", POOL_VOTE).status).isEqualTo(204);
    assertThat(city.votes).hasSize(1);

    assertThat(withdrawAs("anna", PARK_VOTE).status).isEqualTo(204);
    assertThat(city.votes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CITY        | {}                                    | 204",
        "CITY        | {'region':'a','improvement':'b'}      | 204",
        "REGION      | {}                                    | 400",
        "REGION      | {'region':'Wesoła'}                   | 204",
        "IMPROVEMENT | {'region':'Wesoła'}                   | 400",
        "IMPROVEMENT | {'region':'Wesoła','improvement':1}   | 400",
        "IMPROVEMENT | {'region':'a','region':'b'}           | 400",
        "IMPROVEMENT | {'region':'a','improvement':'b','id':1} | 400",
        "CITY        | []                                    | 400",
        "CITY        | {                                     | 400"
      },
      quoteCharacter = '`')
  void needsToKnowWhichVoteToWithdraw(VotePer rule, String body, int status) throws Exception {
    startWithCitizens(rule);
    castAs("anna", PARK_VOTE);

    assertThat(withdrawAs("anna", body.replace('\'', '"')).status).isEqualTo(status);
    assertThat(city.votes).hasSize(status == 204 ? 0 : 1);
  }

  @Test
  void readsNoChoiceFromTheAddress() throws Exception {
    startWithCitizens(VotePer.IMPROVEMENT);
    castAs("anna", PARK_VOTE);
    String choice = "?region=Weso%C5%82a&improvement=pool";

    assertThat(castAs("anna", "").status).isEqualTo(400);
    assertThat(asCitizen("anna", "PUT", MINE + choice, "").status).isEqualTo(400);
    assertThat(asCitizen("anna", "DELETE", MINE + choice, "").status).isEqualTo(405);
    assertThat(asCitizen("anna", "POST", WITHDRAWAL + choice, "{}").status).isEqualTo(400);
    assertThat(city.votes.values()).containsExactly(PARK);
  }

  @Test
  void takesNoWithdrawalButInJson() throws Exception {
    startWithCitizens(VotePer.CITY);
    castAs("anna", PARK_VOTE);
    Map<String, String> text = Map.of("Authorization", "Bearer anna", "Content-Type", "text/plain");

    assertThat(request("POST", WITHDRAWAL, text, "{}").status).isEqualTo(415);
    assertThat(withdrawAs("anna", "{}" + " ".repeat(Request.MAX_BODY_BYTES)).status).isEqualTo(413);
    assertThat(city.votes).hasSize(1);
  }

  @Test
  void asksWhoeverBringsNoTokenToSignIn() throws Exception {
    startWithCitizens(VotePer.IMPROVEMENT);

    for (Answer answer : List.of(put(MINE, PARK_VOTE), post(WITHDRAWAL, PARK_VOTE))) {
      assertThat(answer.status).isEqualTo(401);
      assertThat(answer.headers).containsEntry("www-authenticate", "Bearer realm=\"citytally\"");
      assertThat(title(answer)).isEqualTo("Please sign in to vote");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"forged", "stranger", "machine"})
  void trustsNoTokenButTheIssuersForACitizen(String token) throws Exception {
    startWithCitizens(VotePer.IMPROVEMENT);

    Answer answer = castAs(token, PARK_VOTE);

    assertThat(answer.status).isEqualTo(401);
    assertThat(answer.headers.get("www-authenticate")).contains("error=\"invalid_token\"");
    assertThat(city.votes).isEmpty();
  }

  @Test
  void checksACitizensVoteAgainstTheBallot() throws Exception {
    startWithCitizens(VotePer.CITY);

    assertThat(castAs("anna", vote("Wesoła", "x")).status).isEqualTo(422);
    assertThat(castAs("anna", "{}").status).isEqualTo(400);
    assertThat(city.votes).isEmpty();
  }

  @Test
  void takesNoIdsOfOnesOwnFromCitizens() throws Exception {
    startWithCitizens(VotePer.IMPROVEMENT);

    assertThat(put("/api/votes/" + ID, vote("Wesoła", "park")).status).isEqualTo(404);
    assertThat(request("DELETE", "/api/votes/" + ID, NOTHING, "").status).isEqualTo(404);
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
                 "audience": "citytally", "votePer": "region"}
                """));
  }

  // Everything else

  @ParameterizedTest
  @CsvSource({
    "POST,/api/results,'GET, HEAD'",
    "DELETE,/api/results/x,'GET, HEAD'",
    "PUT,/api/ballot,'GET, HEAD'",
    "GET,/api/votes/kZ3_u-0aQ7x1VbN4,'DELETE, PUT'",
    "POST,/api/votes/kZ3_u-0aQ7x1VbN4,'DELETE, PUT'",
    "OPTIONS,/api/votes/kZ3_u-0aQ7x1VbN4,'DELETE, PUT'",
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
        List.of(
            "/api/results", "/api/results/x", "/api/ballot", "/api/votes/x", MINE, WITHDRAWAL)) {
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
