package io.citytally.local.recount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.citytally.cli.aws.LocalAws;
import io.citytally.local.cloud.CastVote;
import io.citytally.local.cloud.DynamoDbVotes;
import io.citytally.local.cloud.InstalledEmulators;
import io.citytally.local.cloud.LocalDynamoDb;
import io.citytally.local.cloud.StorageTemplate;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.recount.Recount.Outcome;
import io.citytally.local.recount.Recount.Verdict;
import io.citytally.local.web.LocalWeb;
import io.citytally.local.web.LocalWebServer;
import io.citytally.table.BallotTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The recount, over a DynamoDB emulator and the real web application, that someone tampers with.
 */
class RecountITCase {

  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final StorageTemplate STORAGE =
      StorageTemplate.read(Path.of("cloudformation/storage.yaml"));

  private static final Choice PARK = new Choice("3 - Les Chalets / Bayard", "park");
  private static final Choice POOL = new Choice("Wesoła", "pool");

  private final Closing closing = new Closing();
  private URI endpoint;
  private DynamoDbClient client;
  private LocalWebServer web;

  /** Three thousand votes, as many pages of a scan as that takes, all of them counted rightly. */
  @BeforeEach
  void holdAnElection() throws Exception {
    LocalDynamoDb dynamoDb = closing.add(LocalDynamoDb.inMemory(InstalledEmulators.directory(), 0));
    endpoint = dynamoDb.endpoint();
    client = closing.add(LocalAws.dynamoDb(endpoint));
    STORAGE.createTables(client);
    put(BallotTable.DEFAULT_NAME, BallotTable.itemOf(PARK, "A park"));
    put(BallotTable.DEFAULT_NAME, BallotTable.itemOf(POOL, "A pool"));
    castAll(2_998, PARK);
    castAll(2, POOL);
    putTotal(PARK, 2_998);
    putTotal(POOL, 2);
    putTurnout(PARK.region, 2_998);
    putTurnout(POOL.region, 2);
    putList(RecentVotes.CITY, POOL, POOL, PARK, PARK);
    putList(RecentVotes.listOf(PARK.region), PARK, PARK, PARK);
    putList(RecentVotes.listOf(POOL.region), POOL, POOL);
    web = LocalWeb.start(closing, endpoint, LocalWeb.VotersOf.OPEN, Optional.empty(), 0);
  }

  @AfterEach
  void close() throws Exception {
    closing.close();
  }

  private void put(String table, Map<String, AttributeValue> item) {
    client.putItem(put -> put.tableName(table).item(item));
  }

  /** Long ids: together the votes are more than a page of a scan may hold. */
  private void castAll(int votes, Choice choice) {
    new DynamoDbVotes(client, VotesTable.DEFAULT_NAME)
        .castAll(
            IntStream.range(0, votes)
                .mapToObj(i -> new CastVote(choice.improvement + "-".repeat(240) + i, choice))
                .toList());
  }

  private void putTotal(Choice key, long votes) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(key));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN(Long.toString(votes)));
    put(TotalVotesTable.DEFAULT_NAME, item);
  }

  private void putTurnout(String region, long ballots) {
    Map<String, AttributeValue> item = new HashMap<>(TurnoutTable.keyOf(region));
    item.put(TurnoutTable.BALLOTS, AttributeValue.fromN(Long.toString(ballots)));
    put(TurnoutTable.DEFAULT_NAME, item);
  }

  /** The newest of all is the first of the list; each choice has times of its own. */
  private void putList(String list, Choice... choices) {
    List<RecentVotes.Vote> votes = new ArrayList<>();
    Map<Choice, Long> next =
        new HashMap<>(Map.of(POOL, 1_777_000_009_000L, PARK, 1_777_000_005_000L));
    for (Choice choice : choices) {
      votes.add(new RecentVotes.Vote(choice, next.merge(choice, -1_000L, Long::sum)));
    }
    put(
        RecentVotesTable.DEFAULT_NAME,
        RecentVotesTable.itemOf(new RecentVotes(list, votes.toArray(RecentVotes.Vote[]::new))));
  }

  private void withdraw(Choice choice) {
    new DynamoDbVotes(client, VotesTable.DEFAULT_NAME)
        .withdraw(choice.improvement + "-".repeat(240) + 0);
  }

  private Verdict recount(String patience) throws Exception {
    Verdict verdict =
        new Recount(HOME, endpoint, web.address(), 20).with("--patience", patience).run();
    assumeTrue(verdict.outcome() != Outcome.SKIPPED, () -> "nothing was recounted: " + verdict);
    return verdict;
  }

  private void assertDiffers(String... lines) throws Exception {
    Verdict verdict = recount("0");

    assertThat(verdict.differs()).as(verdict.toString()).isTrue();
    assertThat(verdict.lines()).contains(lines);
  }

  @Test
  void agreesWithWhatIsRightThoughTheVotesTakeManyPages() throws Exception {
    Verdict verdict = recount("15");

    assertThat(verdict)
        .isEqualTo(
            new Verdict(
                Outcome.AGREES,
                List.of("agrees: 3,000 votes on 3,000 ballots, 2 totals, 3 lists, API")));
  }

  @Test
  void seesATotalThatIsOffByOne() throws Exception {
    putTotal(PARK, 2_999);

    assertDiffers("total_votes: " + PARK + ": 2998 votes stand, but the item has 2999");
  }

  @Test
  void seesATurnoutThatIsOffByOne() throws Exception {
    putTurnout(PARK.region, 2_999);

    assertDiffers("turnout: " + PARK.region + ": 2998 ballots stand, but the item has 2999");
  }

  @Test
  void seesAListThatHoldsAWithdrawnVote() throws Exception {
    withdraw(POOL);
    putTotal(POOL, 1);

    assertDiffers(
        "recent_votes: city: shows " + POOL + " 2 times, but 1 such votes stand",
        "recent_votes: region:Wesoła: shows " + POOL + " 2 times, but 1 such votes stand");
  }

  /** The web application reads the ballot every ten seconds: until then it shows what it knew. */
  @Test
  void seesAHiddenChoiceInTheApi() throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(web.address().resolve("/api/results")).build(),
            HttpResponse.BodyHandlers.discarding());
    Map<String, AttributeValue> hidden = new HashMap<>(BallotTable.itemOf(POOL, "A pool"));
    hidden.put("status", AttributeValue.fromS("hidden"));
    put(BallotTable.DEFAULT_NAME, hidden);

    assertDiffers(
        "API: the city's results: " + POOL + " is hidden, but shown",
        "API: the recent votes of city: " + POOL + " is hidden, but shown",
        "API: the ballot: " + POOL + " is hidden, but shown");
  }

  @Test
  void looksAgainUntilTheApiHasReadTheTablesAnew() throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(web.address().resolve("/api/results")).build(),
            HttpResponse.BodyHandlers.discarding());
    withdraw(PARK);
    putTotal(PARK, 2_997);
    putTurnout(PARK.region, 2_997);

    assertThat(recount("15").outcome()).isEqualTo(Outcome.AGREES);
  }
}
