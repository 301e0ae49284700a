package io.citytally.local;

import static io.citytally.local.City.PARK;
import static io.citytally.local.City.POOL;
import static io.citytally.local.City.TIMEOUT;
import static io.citytally.local.City.TREES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.VoterSettings;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The web application in front of real tables, beside the job that counts. */
class WebITCase {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "kZ3_u-0aQ7x1VbN4";

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
    return LocalWeb.start(CLOSING, city.cloud().dynamoDbEndpoint(), voters, Optional.empty(), 0)
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
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode get(String path) throws Exception {
    return JSON.readTree(send("GET", path, "").body());
  }

  private static String vote(Choice choice) throws IOException {
    return JSON.writeValueAsString(
        Map.of("region", choice.region, "improvement", choice.improvement));
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
      assertThat(send("PUT", "/api/votes/" + ID, vote(TREES)).statusCode()).isEqualTo(200);
    }
    await().atMost(TIMEOUT).until(() -> votes(TREES) == 1);
    assertThat(get("/api/results").path("recent").get(0).path("title").textValue())
        .isEqualTo("Trees");
    assertThat(get("/api/results/3%20-%20Les%20Chalets%20%2F%20Bayard").path("votes").intValue())
        .isEqualTo(1);

    send("PUT", "/api/votes/" + ID, vote(PARK));
    await().atMost(TIMEOUT).until(() -> votes(PARK) == 1 && votes(TREES) == 0);

    assertThat(send("DELETE", "/api/votes/" + ID, "").statusCode()).isEqualTo(204);
    await().atMost(TIMEOUT).until(() -> votes(PARK) == 0);
    assertThat(city.cloud().scan(VotesTable.DEFAULT_NAME)).isEmpty();
  }
}
