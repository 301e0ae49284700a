package io.citytally.cli.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.command.RefusedInput;
import io.citytally.cli.election.RefusedElectionException;
import io.citytally.cli.election.ServiceTime;
import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.election.Election;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.VirtualClock;
import io.citytally.web.StoredElection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class CloseElectionITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final ResultTables TABLES =
      new ResultTables("election", "total_votes", "turnout", "ballot");
  private static final Choice PARK = new Choice("north", "park");
  private static final Choice POOL = new Choice("north", "pool");
  private static final Choice SECRET = new Choice("north", "secret");
  private static final Choice ALONE_IN_ITS_REGION = new Choice("south", "secret");
  private static final Choice LEFT = new Choice("north", "left");
  private static final Choice LEFT_WITH_VOTES = new Choice("north", "left-with-votes");

  private static DynamoDbClient client;

  @TempDir private Path folder;

  private final VirtualClock clock = new VirtualClock();
  private final StringWriter said = new StringWriter();
  private final Instant closesAt = clock.instant().plus(Duration.ofMinutes(1));
  private IntSupplier audit = () -> 0;
  private ServiceTime serviceTime = response -> Optional.of(clock.instant());

  @BeforeAll
  static void createTables() {
    DYNAMODB.createTable(TABLES.election(), ElectionTable.ID);
    DYNAMODB.createTable(TABLES.totalVotes(), TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
    DYNAMODB.createTable(TABLES.turnout(), TurnoutTable.REGION);
    DYNAMODB.createTable(TABLES.ballot(), BallotTable.REGION, BallotTable.IMPROVEMENT);
    client = DYNAMODB.blockingClient();
  }

  @AfterAll
  static void closeClient() {
    client.close();
  }

  @BeforeEach
  void holdElection() {
    DYNAMODB.put(TABLES.election(), election(closesAt));
    DYNAMODB.put(TABLES.ballot(), BallotTable.itemOf(PARK, "A \"park\", at last"));
    DYNAMODB.put(TABLES.ballot(), BallotTable.itemOf(POOL, "Pool"));
    DYNAMODB.put(
        TABLES.ballot(),
        BallotTable.itemOf(SECRET, new BallotEntry("Secret", BallotEntry.Status.HIDDEN)));
    for (Choice left : List.of(LEFT, LEFT_WITH_VOTES)) {
      DYNAMODB.put(
          TABLES.ballot(),
          BallotTable.itemOf(left, new BallotEntry("Has left", BallotEntry.Status.LEFT)));
    }
    DYNAMODB.put(
        TABLES.ballot(),
        BallotTable.itemOf(
            ALONE_IN_ITS_REGION, new BallotEntry("Secret", BallotEntry.Status.HIDDEN)));
    total(PARK, 2);
    total(POOL, 5);
    total(SECRET, 1);
    total(ALONE_IN_ITS_REGION, 3);
    total(LEFT, 0);
    total(LEFT_WITH_VOTES, 1);
    ballots("north", 6);
    ballots(ALONE_IN_ITS_REGION.region, 3);
  }

  private static void ballots(String region, long count) {
    DYNAMODB.put(
        TABLES.turnout(),
        Map.of(
            TurnoutTable.REGION, AttributeValue.fromS(region),
            TurnoutTable.BALLOTS, AttributeValue.fromN(Long.toString(count))));
  }

  @Test
  void makesTheResultFinalOnceNoBallotCanChangeAnyMore() throws Exception {
    assertThat(close().execute(folder)).isZero();

    assertThat(clock.instant())
        .isEqualTo(
            closesAt
                .plus(Election.MAX_AGE)
                .plus(Election.WRITE_TIMEOUT)
                .plus(CloseElection.CLOCK_MARGIN));
    JsonNode result = json();
    assertThat(result.at("/election/closes_at").textValue()).isEqualTo(closesAt.toString());
    assertThat(result.get("hidden").intValue()).isEqualTo(2);
    assertThat(result.get("regions").findValuesAsText("region")).containsExactly("north");
    JsonNode north = result.get("regions").get(0);
    assertThat(north.get("title").textValue()).isEqualTo("The North");
    assertThat(north.get("ballots").intValue()).isEqualTo(6);
    assertThat(north.get("improvements").findValuesAsText("improvement"))
        .containsExactly("pool", "park", "left-with-votes");
    assertThat(folder.resolve("result.csv"))
        .hasContent(
            """
            region,region_title,ballots,improvement,improvement_title,votes
            "north","The North",6,"pool","Pool",5
            "north","The North",6,"park","A ""park"", at last",2
            "north","The North",6,"left-with-votes","Has left",1
            """);
    Election closed = ElectionTable.electionOf(item());
    assertThat(shown(closed)).isEqualTo(Map.of(POOL, 5L, PARK, 2L, LEFT_WITH_VOTES, 1L));
    assertThat(closed.result().orElseThrow().sha256())
        .isEqualTo(ElectionResult.sha256(Files.readAllBytes(folder.resolve("result.json"))));
    assertThat(
            new ProcessBuilder("sha256sum", "--quiet", "-c", "SHA256SUMS")
                .directory(folder.toFile())
                .start()
                .waitFor())
        .isZero();
  }

  @Test
  void aSecondRunReturnsWhatIsStoredEvenIfATotalHasMovedSince() throws Exception {
    close().execute(folder.resolve("first"));
    total(PARK, 7);
    clock.advance(Duration.ofDays(1));

    assertThat(close().execute(folder.resolve("second"))).isZero();

    for (String file : new String[] {"result.json", "result.csv", "SHA256SUMS"}) {
      assertThat(folder.resolve("second").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("first").resolve(file));
    }
  }

  @Test
  void storesNothingWhereTheAuditFindsADifference() throws Exception {
    audit = () -> 3;

    assertThat(close().execute(folder)).isEqualTo(CloseElection.NOT_EXACT);

    assertThat(ElectionTable.electionOf(item()).result()).isEmpty();
    assertThat(folder).isEmptyDirectory();
    assertThat(said.toString()).contains("not closed: the totals are not exact");
  }

  @Test
  void storesNothingWhereATotalMovesDuringTheAudit() throws Exception {
    audit =
        () -> {
          total(PARK, 3);
          return 0;
        };

    assertThat(close().execute(folder)).isEqualTo(CloseElection.NOT_EXACT);

    assertThat(ElectionTable.electionOf(item()).result()).isEmpty();
  }

  @Test
  void ofTwoThatCloseAtTheSameTimeTheFirstOneCounts() throws Exception {
    audit =
        () -> {
          audit = () -> 0;
          try {
            return close().execute(folder.resolve("other"));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        };

    assertThat(close().execute(folder.resolve("own"))).isZero();

    assertThat(folder.resolve("own").resolve("result.json"))
        .hasSameBinaryContentAs(folder.resolve("other").resolve("result.json"));
  }

  /** By a clock that is fast, it would end before the last ballot. */
  @Test
  void storesNothingIfTheClockOfThisMachineIsWrong() throws Exception {
    serviceTime = response -> Optional.of(clock.instant().minus(Duration.ofSeconds(7)));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> close().execute(folder))
        .withMessageStartingWith("the clock of this machine shows");

    assertThat(ElectionTable.electionOf(item()).result()).isEmpty();
    serviceTime = response -> Optional.empty();
    assertThat(close().execute(folder)).isZero();
    serviceTime = response -> Optional.of(Instant.EPOCH);
    assertThat(close().execute(folder)).as("once it is final").isZero();
  }

  @Test
  void refusesRulesThatChangeDuringTheAudit() {
    audit =
        () -> {
          DYNAMODB.put(TABLES.election(), election(closesAt.plus(Duration.ofDays(1))));
          return 0;
        };

    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() -> close().execute(folder))
        .withMessageContaining("changed the election's rules");
    assertThat(ElectionTable.electionOf(item()).result()).isEmpty();
  }

  @Test
  void tellsWhatToDoWhereThereIsNothingToClose() {
    client.deleteItem(delete -> delete.tableName(TABLES.election()).key(ElectionTable.key()));
    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> close().execute(folder))
        .withMessageContaining("There is no election to close")
        .isInstanceOf(RefusedInput.class);
  }

  /** What the web application shows from then on. */
  private static Map<Choice, Long> shown(Election closed) {
    return new StoredElection(client, TABLES.election(), closed)
        .resultsOf(closed.result().orElseThrow())
        .totals();
  }

  private CloseElection close() {
    return new CloseElection(
        client,
        TABLES,
        () -> audit.getAsInt(),
        "citytally 1.2.3",
        clock,
        clock::advance,
        serviceTime,
        new PrintWriter(said, true));
  }

  private static Map<String, AttributeValue> election(Instant closesAt) {
    String rules =
        """
        {"name": "Lunden 2026", "time_zone": "Europe/Berlin",
         "opens_at": "2026-01-01T00:00:00Z", "closes_at": "%s",
         "voting": "open", "vote_per": "region", "region_titles": {"north": "The North"}}
        """
            .formatted(closesAt);
    try {
      Map<String, AttributeValue> item = new HashMap<>(ElectionTable.key());
      item.put(ElectionTable.RULES, AttributeValue.fromS(RulesFile.parse(rules).text()));
      return item;
    } catch (RulesException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void total(Choice choice, long votes) {
    Map<String, AttributeValue> item = new HashMap<>(TotalVotesTable.keyOf(choice));
    item.put(TotalVotesTable.TOTAL_VOTES, AttributeValue.fromN(Long.toString(votes)));
    DYNAMODB.put(TABLES.totalVotes(), item);
  }

  private static Map<String, AttributeValue> item() {
    return client.getItem(get -> get.tableName(TABLES.election()).key(ElectionTable.key())).item();
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("result.json")));
  }
}
