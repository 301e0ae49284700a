package io.citytally.local.web;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static io.citytally.local.city.City.TIMEOUT;
import static io.citytally.local.city.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.city.City;
import io.citytally.local.lifecycle.Closing;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The web application in front of real tables, next to the job that counts. */
class WebITCase {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CAPABILITY = "0123456789abcdef0123456789abcdef";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Closing CLOSING = new Closing();
  private static City city;
  private static URI address;

  @BeforeAll
  static void start() throws Exception {
    city = CLOSING.add(City.withDynamoDbStreams());
    city.cloud().publishBallot(Map.of(PARK, "A park", POOL, "A pool", TREES, "Trees"));
    city.startJob(city.settings(Duration.ofMillis(100), 1, 1), Optional.empty());
    address = startWeb(Optional.empty());
  }

  private static URI startWeb(Optional<VoterSettings> voters) throws Exception {
    return LocalWeb.start(
            CLOSING, city.cloud().dynamoDbEndpoint(), pages -> voters, Optional.empty(), 0)
        .address();
  }

  @AfterAll
  static void stop() throws Exception {
    CLOSING.close();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Content-Type", "application/json")
            .header("Citytally-Capability", CAPABILITY)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode get(String path) throws Exception {
    return JSON.readTree(send("GET", path, "").body());
  }

  private static int cast(List<Choice> seen, Choice... choices) throws Exception {
    Map<String, Object> body = new HashMap<>(vote(List.of(choices)));
    if (choices.length == 0) {
      body.putAll(Map.of("region", seen.get(0).region, "improvements", List.of()));
    }
    if (!seen.isEmpty()) {
      body.put("seen", vote(seen));
    }
    return send("PUT", "/api/votes/mine", JSON.writeValueAsString(body)).statusCode();
  }

  private static Map<String, Object> vote(List<Choice> choices) {
    return choices.isEmpty()
        ? Map.of()
        : Map.of(
            "region",
            choices.get(0).region,
            "improvements",
            choices.stream().map(choice -> choice.improvement).toList());
  }

  private static long votes(Choice choice) throws Exception {
    for (JsonNode region : get("/api/results").path("regions")) {
      for (JsonNode improvement : region.path("improvements")) {
        if (region.path("region").textValue().equals(choice.region)
            && improvement.path("improvement").textValue().equals(choice.improvement)) {
          return improvement.path("votes").longValue();
        }
      }
    }
    throw new AssertionError(choice + " is not among the results");
  }

  @Test
  void countsChangesAndWithdrawsAVoteBeforeEveryonesEyes() throws Exception {
    assertThat(votes(TREES)).isZero();

    for (int i = 0; i < 3; i++) {
      assertThat(cast(List.of(), TREES)).isEqualTo(200);
    }
    await().atMost(TIMEOUT).until(() -> votes(TREES) == 1);
    assertThat(get("/api/results").path("recent").get(0).path("title").textValue())
        .isEqualTo("Trees");
    assertThat(get("/api/results/3%20-%20Les%20Chalets%20%2F%20Bayard").path("votes").intValue())
        .isEqualTo(1);

    assertThat(cast(List.of(), PARK, POOL)).isEqualTo(200);
    await().atMost(TIMEOUT).until(() -> votes(PARK) == 1 && votes(POOL) == 1);
    assertThat(cast(List.of(PARK, POOL), POOL)).isEqualTo(200);
    await().atMost(TIMEOUT).until(() -> votes(PARK) == 0 && votes(POOL) == 1);
    assertThat(get("/api/votes/mine").path("ballots")).hasSize(2);

    assertThat(cast(List.of(POOL))).isEqualTo(200);
    assertThat(cast(List.of(TREES))).isEqualTo(200);
    await().atMost(TIMEOUT).until(() -> votes(POOL) == 0 && votes(TREES) == 0);
    assertThat(city.cloud().scan(VotesTable.DEFAULT_NAME)).isEmpty();
  }
}
