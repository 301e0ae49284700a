package io.citytally.local.access;

import static io.citytally.local.city.City.PARK;
import static io.citytally.local.city.City.POOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.cli.aws.LocalAws;
import io.citytally.cloudformation.Template;
import io.citytally.election.Election;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.local.city.City;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.web.LocalWebServer;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.web.CitizenIdentity;
import io.citytally.web.Request;
import io.citytally.web.SignIn;
import io.citytally.web.StoredBallot;
import io.citytally.web.StoredElection;
import io.citytally.web.StoredHistory;
import io.citytally.web.StoredResults;
import io.citytally.web.StoredVotes;
import io.citytally.web.WebApplication;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Someone who may read all that is stored, and the configuration of all that runs, as AWS's {@code
 * ReadOnlyAccess} lets him: he can change no vote, and tell nobody's.
 */
class ReadOnlyAccessITCase {

  private static final String ISSUER = "https://login.example.org";
  private static final List<String> SUBJECTS = List.of("anna", "bob", "cleo");

  /** What could be a capability, or a key. */
  private static final Pattern KEY_LIKE = Pattern.compile("[A-Za-z0-9_-]{16,128}");

  private final Closing closing = new Closing();
  private final HttpClient client = HttpClient.newHttpClient();
  private City city;

  @BeforeEach
  void start() throws Exception {
    city = closing.add(City.withDynamoDbStreams());
    city.cloud().publishBallot(Map.of(PARK, "A park", POOL, "A pool"));
    city.startJob(city.settings(Duration.ofMillis(100), 1, 1), Optional.empty());
  }

  @AfterEach
  void stop() throws Exception {
    closing.close();
  }

  @Test
  void canChangeNoVote() throws Exception {
    LocalWebServer web = city.startWeb();
    for (int i = 0; i < 3; i++) {
      assertThat(send(web, capability(), vote(PARK))).isEqualTo(200);
    }
    city.awaitTotal(PARK, 3);
    spoil(votes().iterator().next());
    await()
        .atMost(City.TIMEOUT)
        .untilAsserted(() -> assertThat(city.cloud().rejectedVotes()).isNotEmpty());
    Set<Map<String, AttributeValue>> before = votes();
    Set<String> candidates = keyLike(allThatCanBeRead(Template.of("web")));
    assertThat(candidates).hasSizeGreaterThan(3);

    for (String candidate : candidates) {
      send(web, candidate, vote(POOL));
      assertThat(votes()).as("after a vote with %s", candidate).containsAll(before);
      send(web, candidate, withdrawal(POOL));
      send(web, candidate, withdrawal(PARK));
      assertThat(votes()).as("after withdrawals with %s", candidate).isEqualTo(before);
    }
  }

  @Test
  void canNotTellWhoCastAVote() throws Exception {
    // As Secrets Manager makes it.
    String key = capability() + capability();
    DynamoDbClient dynamoDb = city.cloud().dynamoDb();
    WebApplication application =
        closing.add(
            new WebApplication(
                new StoredResults(
                    dynamoDb,
                    TotalVotesTable.DEFAULT_NAME,
                    RecentVotesTable.DEFAULT_NAME,
                    TurnoutTable.DEFAULT_NAME),
                new StoredHistory(dynamoDb, HistoryTable.DEFAULT_NAME, Clock.systemUTC()),
                new StoredBallot(dynamoDb, BallotTable.DEFAULT_NAME, ElectionTable.DEFAULT_NAME),
                new StoredElection(
                    dynamoDb,
                    ElectionTable.DEFAULT_NAME,
                    Election.alwaysOpen(VotingMode.SIGNED_IN, VotePer.CITY)),
                new StoredVotes(dynamoDb, VotesTable.DEFAULT_NAME),
                new CitizenIdentity(
                    new SignIn(ISSUER, "citytally"), Base64.getDecoder().decode(key)),
                Clock.systemUTC()));
    for (String subject : SUBJECTS) {
      application.handle(
          new Request(
              "PUT",
              "/api/votes/mine",
              Map.of("Content-Type", "application/json"),
              vote(PARK).getBytes(UTF_8),
              Map.of("iss", ISSUER, "sub", subject, "scope", SignIn.DEFAULT_SCOPE)));
    }
    city.awaitTotal(PARK, SUBJECTS.size());
    Set<String> ids =
        votes().stream().map(vote -> vote.get(VotesTable.ID).s()).collect(Collectors.toSet());

    Template template =
        Template.of("web", Map.of("OidcIssuer", ISSUER, "OidcAudience", "citytally"));
    List<String> texts = allThatCanBeRead(template);
    // The stack's dynamic references are resolved when it is deployed, wherever they stand.
    texts.replaceAll(
        text -> text.replaceAll("\\{\\{resolve:secretsmanager:<VoteIdKeyArn>[^}]*}}", key));
    Set<String> keys = keyLike(texts);

    assertThat(idOf("anna", key)).as("with the key, one can tell").isIn(ids);
    for (String candidate : keys) {
      for (String subject : SUBJECTS) {
        assertThat(idOf(subject, candidate)).as("by the key %s", candidate).isNotIn(ids);
      }
    }
  }

  /** All texts in the tables and the stream, and in the function's environment. */
  private List<String> allThatCanBeRead(Template web) {
    List<String> texts = new ArrayList<>();
    for (String table :
        List.of(
            VotesTable.DEFAULT_NAME,
            TotalVotesTable.DEFAULT_NAME,
            RecentVotesTable.DEFAULT_NAME,
            RejectedVotesTable.DEFAULT_NAME,
            BallotTable.DEFAULT_NAME)) {
      texts.add(city.cloud().scan(table).toString());
    }
    try (DynamoDbStreamsClient streams =
        LocalAws.dynamoDbStreams(city.cloud().dynamoDbEndpoint())) {
      String stream =
          streams
              .listStreams(list -> list.tableName(VotesTable.DEFAULT_NAME))
              .streams()
              .get(0)
              .streamArn();
      streams
          .describeStream(describe -> describe.streamArn(stream))
          .streamDescription()
          .shards()
          .forEach(shard -> texts.add(recordsOf(streams, stream, shard.shardId())));
    }
    texts.add(((Map<?, ?>) web.properties("Function").get("Environment")).toString());
    return texts;
  }

  private static String recordsOf(DynamoDbStreamsClient streams, String stream, String shard) {
    String iterator =
        streams
            .getShardIterator(
                get ->
                    get.streamArn(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    return streams.getRecords(get -> get.shardIterator(iterator)).records().toString();
  }

  private static Set<String> keyLike(List<String> texts) {
    return texts.stream()
        .flatMap(text -> KEY_LIKE.matcher(text).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  /** By what {@link CitizenIdentity} documents, with a key that may be base64. */
  private static String idOf(String subject, String key) throws GeneralSecurityException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key);
    } catch (IllegalArgumentException e) {
      bytes = key.getBytes(UTF_8);
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
    for (String text : List.of(ISSUER, subject)) {
      byte[] utf8 = text.getBytes(UTF_8);
      mac.update(ByteBuffer.allocate(4).putInt(utf8.length).array());
      mac.update(utf8);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
  }

  /** The job rejects the record of it. */
  private void spoil(Map<String, AttributeValue> vote) {
    city.cloud()
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(VotesTable.DEFAULT_NAME)
                    .key(VotesTable.keyOf(vote.get(VotesTable.ID).s()))
                    .updateExpression("REMOVE #region")
                    .expressionAttributeNames(Map.of("#region", VotesTable.REGION)));
  }

  private Set<Map<String, AttributeValue>> votes() {
    return new HashSet<>(city.cloud().scan(VotesTable.DEFAULT_NAME));
  }

  private int send(LocalWebServer web, String capability, String body) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(web.address().resolve("/api/votes/mine"))
                .header("Content-Type", "application/json")
                .header("Citytally-Capability", capability)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** 32 letters and digits, as a browser makes one. */
  private static String capability() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return String.format("%032x", new BigInteger(1, bytes));
  }

  private static String vote(Choice choice) {
    return "{\"region\":\"%s\",\"improvements\":[\"%s\"]}"
        .formatted(choice.region, choice.improvement);
  }

  private static String withdrawal(Choice choice) {
    return "{\"region\":\"%s\",\"improvements\":[],\"seen\":%s}"
        .formatted(choice.region, vote(choice));
  }
}
