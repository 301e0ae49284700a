package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.citytally.cli.aws.LocalAws;
import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.election.Election;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.faults.WriteFault;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RandomSeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One citizen votes from many devices at once, through the real API and into real tables, while
 * writes and their answers are lost, delayed and refused.
 */
class RaceITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String ISSUER = "https://id.lunden.example";
  private static final List<String> REGIONS = List.of("Wesoła", "Old Town");
  private static final int IMPROVEMENTS = 8;
  private static final int AT_MOST = 3;
  private static final int DEVICES = 12;
  private static final int REQUESTS_PER_DEVICE = 40;
  private static final int BALLOTS_PER_CITIZEN = 20;
  private static final double DISTURBED_WRITES = 0.3;
  private static final int OK = 200;
  private static final int CHANGED_ELSEWHERE = 412;
  private static final int TOO_MANY = 422;
  private static final int UNKNOWN = 503;

  @RegisterExtension final RandomSeed seed = new RandomSeed();

  private final CitizenIdentity citizens =
      new CitizenIdentity(new SignIn(ISSUER, "citytally"), new byte[CitizenIdentity.MIN_KEY_BYTES]);
  private final List<WebApplication> instances = new ArrayList<>();
  private final List<String> broken = Collections.synchronizedList(new ArrayList<>());
  private final Map<Integer, Integer> answers = new TreeMap<>();
  private String tables;
  private FaultyDynamoDb proxy;
  private DynamoDbClient client;

  @BeforeEach
  void start(TestInfo test) throws RulesException {
    tables = test.getTestMethod().orElseThrow().getName() + "-";
    DYNAMODB.createTable(tables + "votes", VotesTable.ID);
    DYNAMODB.createTable(tables + "ballot", BallotTable.REGION, BallotTable.IMPROVEMENT);
    DYNAMODB.createTable(tables + "election", ElectionTable.ID);
    for (String region : REGIONS) {
      for (String improvement : improvements()) {
        DYNAMODB.put(
            tables + "ballot", BallotTable.itemOf(new Choice(region, improvement), improvement));
      }
    }
    Map<String, AttributeValue> election = new HashMap<>(ElectionTable.key());
    election.put(
        ElectionTable.RULES,
        AttributeValue.fromS(
            RulesFile.parse(
                    """
                    {"name": "Race", "time_zone": "UTC", "opens_at": "2000-01-01T00:00:00Z",
                     "closes_at": "2999-01-01T00:00:00Z", "voting": "signed-in", "at_most": 3}
                    """)
                .text()));
    DYNAMODB.put(tables + "election", election);
    proxy = new FaultyDynamoDb(DYNAMODB.address(), EnumSet.allOf(WriteFault.class), seed.value());
    client = LocalAws.dynamoDb(proxy.endpoint(), Election.WRITE_TIMEOUT);
    for (int i = 0; i < 3; i++) {
      instances.add(
          new WebApplication(
              () -> new Results(Map.of(), Map.of(), Map.of()),
              region -> new History(History.Counts.NONE, History.Counts.NONE, Map.of(), Map.of()),
              new StoredBallot(client, tables + "ballot", tables + "election"),
              new StoredElection(client, tables + "election", Election.notSetUp(citizens.mode())),
              new StoredVotes(client, tables + "votes"),
              citizens,
              Clock.systemUTC()));
    }
  }

  @AfterEach
  void stop() {
    instances.forEach(WebApplication::close);
    client.close();
    proxy.close();
  }

  private static List<String> improvements() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < IMPROVEMENTS; i++) {
      names.add("improvement-" + i);
    }
    return names;
  }

  /** What one device has been told, by region; it knows nothing where an answer was lost. */
  private final class Device {

    private final Random random;
    private final WebApplication instance;
    private final Map<String, Optional<JsonNode>> seen = new HashMap<>();

    Device(int number) {
      random = new Random(seed.value() + number);
      instance = instances.get(number % instances.size());
    }

    Void vote() throws IOException {
      for (int i = 0; i < REQUESTS_PER_DEVICE; i++) {
        String region = REGIONS.get(random.nextInt(REGIONS.size()));
        List<String> names = new ArrayList<>(improvements());
        Collections.shuffle(names, random);
        // Now and then none, which withdraws; now and then more than allowed.
        List<String> wanted = names.subList(0, random.nextInt(AT_MOST + 2));
        ObjectNode ballot = ballot(region, wanted);
        seen.getOrDefault(region, Optional.empty()).ifPresent(vote -> ballot.set("seen", vote));
        Response response = send(instance, "PUT", ballot.toString());
        count(response.status());
        switch (response.status()) {
          case OK ->
              seen.put(
                  region,
                  wanted.isEmpty() ? Optional.empty() : Optional.of(ballot(region, wanted)));
          case CHANGED_ELSEWHERE -> {
            JsonNode stored = JSON.readTree(response.body()).get("stored");
            seen.put(region, Optional.ofNullable(stored));
            checkAllowed(stored);
          }
          case TOO_MANY -> check(wanted.size() > AT_MOST, "refused " + wanted.size());
          default -> check(response.status() == UNKNOWN, "answer " + response.status());
        }
      }
      return null;
    }
  }

  private static ObjectNode ballot(String region, List<String> names) {
    ObjectNode json = JSON.createObjectNode().put("region", region);
    new TreeSet<>(names).forEach(json.putArray("improvements")::add);
    return json;
  }

  private static Response send(WebApplication instance, String method, String body) {
    return sendAs("anna", instance, method, body);
  }

  private static Response sendAs(
      String citizen, WebApplication instance, String method, String body) {
    return instance.handle(
        new Request(
            method,
            "/api/votes/mine",
            Map.of("Content-Type", "application/json"),
            body.getBytes(StandardCharsets.UTF_8),
            Map.of("iss", ISSUER, "sub", citizen, "scope", SignIn.DEFAULT_SCOPE)));
  }

  private synchronized void count(int status) {
    answers.merge(status, 1, Integer::sum);
  }

  private void checkAllowed(@Nullable JsonNode vote) {
    check(vote == null || vote.path("improvements").size() <= AT_MOST, "stands: " + vote);
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      broken.add(otherwise);
    }
  }

  @Test
  void neverGivesACitizenMoreThanIsAllowedAndKeepsWhatItHasAccepted() throws Exception {
    List<Callable<Void>> devices = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      devices.add(new Device(i)::vote);
    }

    runDisturbed(devices, this::checkTable);

    checkTable();
    assertThat(broken).isEmpty();
    assertThat(answers).containsKeys(OK, CHANGED_ELSEWHERE, TOO_MANY);
    checkThatOneMoreIsAccepted();
  }

  @Test
  void keepsTheLastBallotThatItHasAcceptedOfEachCitizen() throws Exception {
    Map<String, JsonNode> accepted = new ConcurrentHashMap<>();
    List<Callable<Void>> devices = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      String citizen = "citizen-" + i;
      WebApplication instance = instances.get(i % instances.size());
      devices.add(
          () -> {
            accepted.put(citizen, voteUntilAccepted(citizen, instance));
            return null;
          });
    }

    runDisturbed(devices, () -> {});

    assertThat(broken).isEmpty();
    assertThat(accepted).hasSize(DEVICES);
    for (Map.Entry<String, JsonNode> each : accepted.entrySet()) {
      Response mine = sendAs(each.getKey(), instances.get(0), "GET", "");
      assertThat(JSON.readTree(mine.body()).path("ballots")).containsExactly(each.getValue());
    }
  }

  /** No two ballots are the same, so a late write of an earlier one can't take effect. */
  private JsonNode voteUntilAccepted(String citizen, WebApplication instance) {
    @Nullable ObjectNode seen = null;
    for (int i = 0; i < BALLOTS_PER_CITIZEN; i++) {
      ObjectNode wanted =
          ballot(
              REGIONS.get(0),
              List.of(
                  "improvement-" + i % IMPROVEMENTS,
                  "improvement-" + (i % IMPROVEMENTS + 1 + i / IMPROVEMENTS) % IMPROVEMENTS));
      ObjectNode change = wanted.deepCopy();
      if (seen != null) {
        change.set("seen", seen);
      }
      Response response;
      do {
        response = sendAs(citizen, instance, "PUT", change.toString());
        count(response.status());
      } while (response.status() == UNKNOWN);
      check(response.status() == OK, "answer " + response.status());
      seen = wanted;
    }
    return Objects.requireNonNull(seen);
  }

  private void runDisturbed(List<Callable<Void>> devices, Runnable disturbance) throws Exception {
    proxy.disturb(DISTURBED_WRITES);
    ExecutorService threads = Executors.newFixedThreadPool(DEVICES);
    try {
      List<Future<Void>> running = new ArrayList<>();
      devices.forEach(device -> running.add(threads.submit(device)));
      while (!running.stream().allMatch(Future::isDone)) {
        disturbance.run();
      }
      for (Future<Void> device : running) {
        device.get();
      }
    } finally {
      threads.shutdownNow();
      proxy.disturb(0);
    }
  }

  /** One item for each region at most, with no more than is allowed. */
  private void checkTable() {
    List<Map<String, AttributeValue>> items;
    try (DynamoDbClient direct = DYNAMODB.blockingClient()) {
      items = direct.scan(scan -> scan.tableName(tables + "votes").consistentRead(true)).items();
    }
    Set<String> regions = new TreeSet<>();
    for (Map<String, AttributeValue> item : items) {
      check(regions.add(item.get(VotesTable.REGION).s()), "two ballots: " + items);
      int names = item.get(VotesTable.IMPROVEMENTS).ss().size();
      check(names >= 1 && names <= AT_MOST, names + " improvements");
    }
  }

  private void checkThatOneMoreIsAccepted() throws Exception {
    for (String region : REGIONS) {
      JsonNode standing = standing(region);
      ObjectNode wanted = ballot(region, List.of("improvement-0", "improvement-7"));
      ObjectNode change = wanted.deepCopy();
      if (standing != null) {
        change.set("seen", standing);
      }
      assertThat(send(instances.get(1), "PUT", change.toString()).status()).isEqualTo(OK);
      assertThat(standing(region)).isEqualTo(wanted);
    }
  }

  private @Nullable JsonNode standing(String region) throws IOException {
    Response mine = send(instances.get(2), "GET", "");
    for (JsonNode ballot : JSON.readTree(mine.body()).path("ballots")) {
      if (ballot.path("region").asText().equals(region)) {
        return ballot;
      }
    }
    return null;
  }
}
