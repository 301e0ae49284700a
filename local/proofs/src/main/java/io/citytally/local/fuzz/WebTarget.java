package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.election.Election;
import io.citytally.election.FinalResult;
import io.citytally.election.Pin;
import io.citytally.election.VotePer;
import io.citytally.local.cloud.ChangeRecord;
import io.citytally.source.DecodedRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.table.CounterState;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.web.Ballot;
import io.citytally.web.BallotSource;
import io.citytally.web.CitizenIdentity;
import io.citytally.web.Counted;
import io.citytally.web.ElectionStore;
import io.citytally.web.History;
import io.citytally.web.LambdaHandler;
import io.citytally.web.OpenVoters;
import io.citytally.web.Request;
import io.citytally.web.Response;
import io.citytally.web.Results;
import io.citytally.web.SignIn;
import io.citytally.web.Vote;
import io.citytally.web.VoteStore;
import io.citytally.web.Voters;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The web application, alone and behind its Lambda handler. The first byte of an input chooses how
 * one may vote; the second, whether the rest is the event of a Lambda, as JSON, or decisions by
 * which a request is made.
 *
 * <p>Promised: every request has an answer, none of them a failure of the server; what is refused
 * says so in a JSON problem; every answer has the security headers, and no header has a second
 * line; a request casts one vote at most, only if it is told so, and none where the ballot is
 * empty; each vote that is cast, the table can hold and the decoder counts; no address names a
 * vote's id; no answer names what is hidden; and without the origin's secret, a Lambda answers
 * nothing.
 */
public final class WebTarget implements FuzzTarget {

  private static final String ISSUER = "https://id.lunden.example";
  private static final CitizenIdentity CITIZENS =
      new CitizenIdentity(new SignIn(ISSUER, "citytally"), new byte[CitizenIdentity.MIN_KEY_BYTES]);
  private static final String CAPABILITY = "0123456789abcdef0123456789abcdef";
  private static final int MAX_PARTITION_KEY_BYTES = 2048;
  private static final int MAX_SORT_KEY_BYTES = 1024;

  private static final List<String> METHODS =
      List.of("PUT", "GET", "DELETE", "HEAD", "POST", "OPTIONS", "PATCH");
  private static final List<String> PATHS =
      List.of(
          "/api/votes/mine",
          "/api/votes/" + CAPABILITY,
          "/api/results",
          "/api/results/Weso%C5%82a",
          "/api/results/Wesoła",
          "/api/ballot",
          "/api/ballot/Weso%C5%82a",
          "/api/map",
          "/api/openapi.json",
          "/api/",
          "/",
          "/vote",
          "/regions/x",
          "/index.html",
          "/..%2f..%2fpom.xml",
          "/../LambdaHandler.class",
          "/a//b.js",
          // About as long as API Gateway lets a path be.
          "/" + "a/".repeat(5_000) + "b.js");
  private static final List<String> QUERIES =
      List.of(
          "",
          "region=Weso%C5%82a&improvement=park",
          "region=3&improvement=%F0%9F%8C%B3",
          "region=a&region=b",
          "region=%ff&improvement=%",
          "region=%00&improvement=+",
          "since=1");
  private static final List<String> TYPES =
      List.of("application/json", "application/json; charset=utf-8", "text/plain", ";", "");
  private static final List<String> BODIES =
      List.of(
          "{\"region\":\"Wesoła\",\"improvements\":[\"park\"]}",
          "",
          "{}",
          "{\"region\":\"Wesoła\",\"improvements\":[]}",
          "{\"region\":\"\\ud800\",\"improvements\":[\"park\"]}",
          "{\"region\":\"" + "\uD83C\uDF33".repeat(256) + "\",\"improvements\":[\"p\"]}",
          "{\"region\":1,\"improvements\":null}",
          "{\"improvements\":[\"park\"],\"region\":\"Wesoła\",\"region\":\"x\"}",
          "{\"region\":\"Wesoła\",\"improvements\":[\"park\",\"park\"],\"seen\":"
              + "{\"region\":\"Wesoła\",\"improvements\":[\"slander\"]}}",
          "[".repeat(1_500),
          "x".repeat(Request.MAX_BODY_BYTES + 1));
  private static final List<String> HEADERS =
      List.of("Accept-Encoding", "If-None-Match", "Authorization", "Host", OpenVoters.HEADER);
  private static final List<String> HEADER_VALUES =
      List.of("gzip", "gzip;q=0", "gzip;;", "*", "W/\"", ",", ";", "Bearer x", "a\r\nb: c");

  private static final Map<String, String> SECURITY_HEADERS =
      Map.of("X-Content-Type-Options", "nosniff", "Referrer-Policy", "no-referrer");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .build();

  private final List<City> cities =
      List.of(
          new City(true, new OpenVoters(), VotePer.REGION),
          new City(false, new OpenVoters(), VotePer.REGION),
          new City(true, new OpenVoters(), VotePer.CITY),
          new City(true, CITIZENS, VotePer.CITY),
          new City(true, CITIZENS, VotePer.REGION));
  private final VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis("votes", 1);

  @Override
  public void accept(byte[] input) throws Exception {
    Decisions decisions = new Decisions(input);
    City city = decisions.pick(cities);
    city.cast.clear();
    switch (decisions.below(3)) {
      case 0 -> checkRequest(city, decisions);
      case 1 -> checkLambda(city, event(decisions));
      default -> checkJsonEvent(city, decisions.rest());
    }
    city.cast.forEach(this::checkCast);
    promise(city.cast.size() <= 1, "a request casts one vote at most");
    promise(city.hasBallot || city.cast.isEmpty(), "an empty ballot takes no votes");
  }

  private static void checkRequest(City city, Decisions decisions) throws IOException {
    String method = decisions.text(METHODS);
    String path = decisions.text(PATHS);
    Response response =
        city.application.handle(
            new Request(
                method,
                path,
                headers(decisions),
                decisions.text(BODIES).getBytes(StandardCharsets.UTF_8),
                claims(decisions)));
    check(response.status(), response.headers(), response.body(), method.equals("HEAD"));
    promise(
        city.cast.isEmpty() || response.status() == 200,
        "who has cast a vote is told that it stands");
    checkIds(city, path);
  }

  /** Checks that no vote is reached by an id, which is what a reader of the table knows. */
  private static void checkIds(City city, String path) {
    promise(
        city.cast.keySet().stream().noneMatch(id -> path != null && path.contains(id)),
        "no address names the vote's id");
  }

  private static Map<String, String> headers(Decisions decisions) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", decisions.text(TYPES));
    headers.put(OpenVoters.HEADER, CAPABILITY);
    int count = decisions.below(3);
    for (int i = 0; i < count; i++) {
      headers.put(decisions.text(HEADERS), decisions.text(HEADER_VALUES));
    }
    return headers;
  }

  private static Map<String, String> claims(Decisions decisions) {
    return switch (decisions.below(4)) {
      case 0 -> Map.of("iss", ISSUER, "sub", "anna", "scope", SignIn.DEFAULT_SCOPE);
      case 1 -> Map.of("iss", ISSUER, "sub", "anna", "scope", decisions.text());
      case 2 -> Map.of("iss", ISSUER, "sub", decisions.text(), "scp", SignIn.DEFAULT_SCOPE);
      default -> Map.of("iss", decisions.text(), "sub", "anna");
    };
  }

  private static APIGatewayV2HTTPEvent event(Decisions decisions) {
    String method = decisions.text(METHODS);
    boolean isBase64 = decisions.oneIn(3);
    String body = decisions.text(BODIES);
    if (isBase64 && !decisions.oneIn(8)) {
      body = Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
    }
    String path = decisions.text(PATHS);
    String query = decisions.text(QUERIES);
    Map<String, String> headers = headers(decisions);
    Map<String, String> claims = claims(decisions);
    headers.putIfAbsent("Authorization", "Bearer " + token(claims));
    return APIGatewayV2HTTPEvent.builder()
        .withRawPath(path)
        .withRawQueryString(query)
        .withHeaders(headers)
        .withBody(body)
        .withIsBase64Encoded(isBase64)
        .withRequestContext(
            RequestContext.builder()
                .withStage(decisions.text(List.of("$default", "lunden")))
                .withHttp(RequestContext.Http.builder().withMethod(method).build())
                .withAuthorizer(
                    RequestContext.Authorizer.builder()
                        .withJwt(RequestContext.Authorizer.JWT.builder().withClaims(claims).build())
                        .build())
                .build())
        .build();
  }

  private static String token(Map<String, String> claims) {
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(JSON.valueToTree(claims).toString().getBytes(StandardCharsets.UTF_8))
        + ".e30";
  }

  private static void checkJsonEvent(City city, byte[] json) throws IOException {
    APIGatewayV2HTTPEvent event;
    try {
      event = JSON.readValue(json, APIGatewayV2HTTPEvent.class);
    } catch (IOException e) {
      // Lambda itself refuses it.
      return;
    }
    if (event != null) {
      checkLambda(city, event);
    }
  }

  private static void checkLambda(City city, APIGatewayV2HTTPEvent event) throws IOException {
    promise(
        city.guarded.handleRequest(event, null).getStatusCode() == 403 && city.cast.isEmpty(),
        "without the origin's secret, nothing is answered");
    APIGatewayV2HTTPResponse response = city.lambda.handleRequest(event, null);
    checkIds(city, event.getRawPath());
    promise(response.getIsBase64Encoded(), "a body is sent as its bytes");
    boolean isHead =
        event.getRequestContext() != null
            && event.getRequestContext().getHttp() != null
            && "HEAD".equals(event.getRequestContext().getHttp().getMethod());
    check(
        response.getStatusCode(),
        response.getHeaders(),
        Base64.getDecoder().decode(response.getBody()),
        isHead);
  }

  private static void check(int status, Map<String, String> headers, byte[] body, boolean isHead)
      throws IOException {
    promise(status >= 200 && status < 500, "no request makes the server fail: " + status);
    promise(
        headers.entrySet().containsAll(SECURITY_HEADERS.entrySet())
            && headers.get("Content-Security-Policy").startsWith("default-src 'none'"),
        "every answer has the security headers");
    promise(
        !new String(body, StandardCharsets.UTF_8).contains("slander"),
        "nobody is told of what is hidden");
    for (String value : headers.values()) {
      promise(value.chars().noneMatch(Character::isISOControl), "a header is one line");
    }
    if (isHead) {
      promise(body.length == 0, "a HEAD has no body");
    } else if (status >= 400) {
      promise(
          "application/problem+json".equals(headers.get("Content-Type")), "a problem is in JSON");
      JsonNode problem = JSON.readTree(body);
      promise(
          problem.path("status").intValue() == status && !problem.path("title").asText().isBlank(),
          "a problem has its status and a title");
    }
  }

  /** What is cast through the application comes back as a change of the table, and has to count. */
  private void checkCast(String id, Vote vote) {
    promise(isKey(id, MAX_PARTITION_KEY_BYTES), "the tables can hold each id");
    promise(isKey(vote.region(), MAX_PARTITION_KEY_BYTES), "the tables can hold each region");
    for (String improvement : vote.improvements()) {
      promise(isKey(improvement, MAX_SORT_KEY_BYTES), "the tables can hold each improvement");
      ChangeRecord record = ChangeRecord.cast("votes", id, improvement, vote.region(), 1);
      DecodedRecord decoded = decoder.decode(new RawRecord(record.toJson(), "shard", "1", 1));
      promise(
          decoded.change() != null
              && decoded.change().newChoice.equals(new Choice(vote.region(), improvement)),
          "each vote that is cast counts: " + decoded.rejection());
    }
  }

  private static boolean isKey(String text, int maxBytes) {
    return text.getBytes(StandardCharsets.UTF_8).length <= maxBytes;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int city = 0; city < 5; city++) {
      for (int path = 0; path < PATHS.size(); path++) {
        seeds.add(new byte[] {(byte) city, 0, (byte) (path % 4), (byte) path, (byte) (path % 7)});
        seeds.add(
            new byte[] {(byte) city, 1, (byte) (path % 4), 0, 0, (byte) path, (byte) (path % 7)});
      }
    }
    String event =
        "\u0000\u0002{\"version\":\"2.0\",\"rawPath\":\"/api/votes/mine"
            + "\",\"rawQueryString\":\"\","
            + "\"headers\":{\"content-type\":\"application/json\",\"citytally-capability\":\""
            + CAPABILITY
            + "\"},\"requestContext\":{\"stage\":"
            + "\"$default\",\"http\":{\"method\":\"PUT\",\"path\":\"/\"}},\"body\":"
            + "\"{\\\"region\\\":\\\"a\\\",\\\"improvements\\\":[\\\"b\\\"]}\",\"isBase64Encoded\":false}";
    seeds.add(event.getBytes(StandardCharsets.UTF_8));
    seeds.add("\u0000\u0002{}".getBytes(StandardCharsets.UTF_8));
    seeds.add(
        ("\u0002\u0002{\"rawPath\":\"/api/votes/mine\",\"requestContext\":{\"http\":{\"method\":\"PUT\"},"
                + "\"authorizer\":{\"jwt\":{\"claims\":{\"iss\":\""
                + ISSUER
                + "\",\"sub\":null}}}}}")
            .getBytes(StandardCharsets.UTF_8));
    seeds.add("\u0000\u0002{\"headers\":{\"a\":null}}".getBytes(StandardCharsets.UTF_8));
    return seeds;
  }

  @Override
  public List<String> words() {
    return List.of(
        "a/",
        "/api/votes/",
        "/api/votes/mine",
        "/api/results/",
        CAPABILITY,
        "region=",
        "&improvement=",
        "%C5%82",
        "{\"region\":\"",
        "\",\"improvements\":[\"",
        "\",\"seen\":{",
        "\"requestContext\":{",
        "\"http\":{",
        "\"method\":",
        "\"rawPath\":",
        "\"headers\":{",
        "\"body\":",
        "\"isBase64Encoded\":true",
        "\"authorizer\":{",
        "\"jwt\":{",
        "\"claims\":{",
        "gzip",
        "If-None-Match",
        "\\ud800",
        "null");
  }

  @Override
  public void close() {
    cities.forEach(city -> city.application.close());
  }

  /** A city whose tables always answer, and remember what was cast. */
  private static final class City implements VoteStore, ElectionStore {

    private static final Choice PARK = new Choice("Wesoła", "park");
    private static final Choice SLANDER = new Choice("Wesoła", "slander");

    /** What the requests above ask for, also where no vote for it could be counted. */
    private static final Map<Choice, BallotEntry> BALLOT =
        Map.of(
            PARK,
            BallotEntry.votable("A park"),
            SLANDER,
            new BallotEntry("A slander", BallotEntry.Status.HIDDEN),
            new Choice("3", "\uD83C\uDF33"),
            BallotEntry.votable("A tree"),
            new Choice("\uD83C\uDF33".repeat(256), "p"),
            BallotEntry.votable("A wood"),
            new Choice("a", "b"),
            BallotEntry.votable("B"),
            new Choice("\u0000", " "),
            BallotEntry.votable("Nothing"),
            new Choice("\ud800", "park"),
            BallotEntry.votable("Half a park"));

    private static final History HISTORY =
        new History(
            new History.Counts(
                Map.of("2023-11-14T22", 4L, "undated", 1L),
                true,
                Counted.of(5, CounterState.at(1, 5, 0))),
            new History.Counts(
                Map.of("2023-11-14T22", 6L), false, Counted.of(6, CounterState.at(1, 6, 0))),
            Map.of("2023-11-14T22:10", 4L),
            Map.of("2023-11-14T22:10", 6L));

    /** The ballot, of which all is known that a city can give. */
    private record DescribedBallot(Map<Choice, BallotEntry> entries) implements BallotSource {

      @Override
      public Ballot read() {
        return new Ballot(
            entries,
            JsonNodeFactory.instance
                .objectNode()
                .put("currency", "EUR")
                .put("ordered", true)
                .put("map", true));
      }

      @Override
      public JsonNode projectsOf(String region) {
        return JsonNodeFactory.instance
            .objectNode()
            .set(PARK.improvement, JsonNodeFactory.instance.objectNode().put("cost", 7));
      }

      @Override
      public JsonNode map() {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.putArray("features").addObject().putObject("properties").put("region", PARK.region);
        return map;
      }
    }

    private final boolean hasBallot;
    private final Map<String, Vote> cast = new HashMap<>();
    private final Election election;
    private final WebApplication application;
    private final LambdaHandler lambda;
    private final LambdaHandler guarded;

    City(boolean hasBallot, Voters voters, VotePer votePer) {
      election = Election.alwaysOpen(voters.mode(), votePer);
      Results results =
          new Results(
              hasBallot ? Map.of(PARK, 7L, SLANDER, 1L) : Map.of(PARK, 7L),
              Map.of(RecentVotes.CITY, List.of(new RecentVotes.Vote(PARK, 1_700_000_000_000L))),
              Map.of(PARK.region, 5L));
      this.hasBallot = hasBallot;
      DescribedBallot ballot = new DescribedBallot(hasBallot ? BALLOT : Map.of());
      application =
          new WebApplication(
              () -> results,
              region -> HISTORY,
              ballot,
              this,
              this,
              voters,
              Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC));
      lambda = new LambdaHandler(application, Optional.empty());
      guarded = new LambdaHandler(application, Optional.of(UUID.randomUUID().toString()));
    }

    @Override
    public Election read() {
      return election;
    }

    @Override
    public Results resultsOf(FinalResult result) {
      throw new AssertionError("no result is final here");
    }

    @Override
    public boolean pin(Election known, Pin pin) {
      return true;
    }

    @Override
    public List<Vote> read(Collection<String> ids) {
      ids.forEach(City::promiseHoldable);
      return List.of();
    }

    @Override
    public Optional<Vote> replace(String id, Optional<Vote> seen, Optional<Vote> wanted) {
      promiseHoldable(id);
      wanted.ifPresent(vote -> cast.put(id, vote));
      return wanted;
    }

    private static void promiseHoldable(String id) {
      promise(
          !id.isEmpty() && isKey(id, MAX_PARTITION_KEY_BYTES), "an id that is asked for is a key");
    }
  }
}
