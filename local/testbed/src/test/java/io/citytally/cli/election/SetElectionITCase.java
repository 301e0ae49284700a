package io.citytally.cli.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.citytally.cli.aws.Target;
import io.citytally.cli.command.CannotStartException;
import io.citytally.cli.command.NobodyToAskException;
import io.citytally.cli.command.Operator;
import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.election.Election;
import io.citytally.election.Phase;
import io.citytally.election.Pin;
import io.citytally.election.RulesException;
import io.citytally.election.RulesFile;
import io.citytally.election.VotePer;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.VirtualClock;
import io.citytally.web.StoredElection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The command against real tables, on 1 May 2026 at noon in UTC. */
class SetElectionITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final String RULES =
      """
      {"name": "Budget", "time_zone": "Europe/Warsaw", "opens_at": "2026-05-02T08:00",
       "closes_at": "2026-05-03T20:00", "voting": "open", "at_most": {"Wesoła": 2}}
      """;

  private static final AtomicInteger ROUND = new AtomicInteger();

  private static DynamoDbClient client;

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final VirtualClock clock = new VirtualClock();
  private final List<Duration> waits = new ArrayList<>();
  private URI address = DYNAMODB.address();
  private Runnable duringAWait = () -> {};
  private ServiceTime serviceTime = response -> Optional.of(clock.instant());
  private Operator operator = new FakeOperator(true, true, () -> {});
  private ElectionOptions.Tables tables;

  /** The person at the terminal: agrees or not, after something has happened. */
  private record FakeOperator(boolean isThere, boolean agrees, Consumer<String> before)
      implements Operator {

    FakeOperator(boolean isThere, boolean agrees, Runnable before) {
      this(isThere, agrees, question -> before.run());
    }

    @Override
    public boolean agreesTo(String question) {
      before.accept(question);
      return agrees;
    }
  }

  @BeforeAll
  static void connect() {
    client = DYNAMODB.blockingClient();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @BeforeEach
  void createTables() {
    int round = ROUND.incrementAndGet();
    tables = new ElectionOptions.Tables("election" + round, "ballot" + round, "ballots" + round);
    DYNAMODB.createTable(tables.election(), ElectionTable.ID);
    DYNAMODB.createTable(tables.ballot(), BallotTable.REGION, BallotTable.IMPROVEMENT);
    DYNAMODB.createTable(tables.votes(), VotesTable.ID);
    DYNAMODB.put(tables.ballot(), BallotTable.itemOf(new Choice("Wesoła", "park"), "A park"));
  }

  private int execute(Task task) throws Exception {
    return execute(task, false);
  }

  private int execute(Task task, boolean yes) throws Exception {
    out.reset();
    return new SetElection(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            operator,
            clock,
            time -> {
              waits.add(time);
              clock.advance(time);
              duringAWait.run();
            },
            serviceTime)
        .execute(
            new ElectionOptions(task, new Target.ThisMachine(address.getPort(), 1), tables, yes));
  }

  private Task file(String json) throws IOException {
    Path file = directory.resolve("election.json");
    Files.writeString(file, json);
    return new Task.Replace(file);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private Election stored() {
    return ElectionTable.electionOf(DYNAMODB.get(tables.election(), ElectionTable.key()));
  }

  private void pin() {
    StoredElection web = new StoredElection(client, tables.election(), stored());
    assertThat(web.pin(stored(), Pin.open(VotePer.REGION))).isTrue();
  }

  private void castBallots(int count) {
    for (int i = 0; i < count; i++) {
      DYNAMODB.put(tables.votes(), VotesTable.itemOf("voter" + i, "Wesoła", List.of("park")));
    }
  }

  private int ballots() {
    return client.scan(scan -> scan.tableName(tables.votes())).count();
  }

  // Rules

  @Test
  void writesRulesAfterItHasShownThem() throws Exception {
    assertThat(execute(file(RULES))).isZero();

    assertThat(said())
        .contains("name \"Budget\"", "opens_at \"2026-05-02T06:00:00Z\"", "at_most {\"Wesoła\":2}")
        .endsWith("Written. All instances keep to it after 18 seconds.\n");
    assertThat(stored().rules().atMost("Wesoła")).isEqualTo(2);
    assertThat(stored().phaseAt(clock.instant())).isEqualTo(Phase.BEFORE);
  }

  @Test
  void showsWhatChangesAndKeepsTheRest() throws Exception {
    execute(file(RULES));
    pin();
    String changed =
        RULES
            .replace("05-03T20", "05-04T20")
            .replace("\"at_most\": {\"Wesoła\": 2}", "\"city\": \"Lunden\"");

    assertThat(execute(file(changed))).isZero();

    assertThat(said())
        .startsWith(
            """
            closes_at "2026-05-04T18:00:00Z", was: "2026-05-03T18:00:00Z"
            at_most 1, was: {"Wesoła":2}
            city "Lunden"
            Written.\
            """);
    assertThat(stored().pinned()).isPresent();
    assertThat(execute(file(changed))).isZero();
    assertThat(said()).isEqualTo("Nothing changes.\n");
  }

  @Test
  void writesNothingUnlessSomeoneAgrees() throws Exception {
    operator = new FakeOperator(true, false, () -> {});
    assertThat(execute(file(RULES))).isEqualTo(3);
    operator = new FakeOperator(false, false, () -> {});
    assertThatExceptionOfType(NobodyToAskException.class)
        .isThrownBy(() -> execute(file(RULES)))
        .withMessageContaining("Say --yes to write these rules without asking");

    assertThat(DYNAMODB.get(tables.election(), ElectionTable.key())).isEmpty();
    assertThat(execute(file(RULES), true)).isZero();
  }

  @Test
  void refusesAnEndThatHasPassed() throws Exception {
    execute(file(RULES));
    clock.advance(Duration.ofHours(40));
    String ended = RULES.replace("05-03T20", "05-03T05");

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(ended)))
        .withMessage(
            "closes_at: 2026-05-03T03:00:00Z has passed, and ballots may have been taken since. Use"
                + " a time from 2026-05-03T04:00:00Z on.");
    assertThat(execute(file(RULES.replace("05-03T20", "05-03T06")))).isZero();
    clock.advance(Duration.ofHours(1));
    assertThat(execute(file(RULES.replace("05-03T20", "05-03T06").replace("Budget", "Plan"))))
        .isZero();
  }

  @Test
  void namesTheFileAndTheFieldThatIsWrong() throws Exception {
    Task file = file(RULES.replace("\"open\"", "\"secret\""));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file))
        .withMessageEndingWith(
            "election.json: voting: 'secret' is none of the values. Use \"signed-in\" or"
                + " \"open\".");
  }

  @Test
  void pointsAtRegionsThatTheBallotDoesNotHave() throws Exception {
    DYNAMODB.put(tables.ballot(), BallotTable.itemOf(new Choice("Old Town", "oak"), "Oak"));
    DYNAMODB.put(
        tables.ballot(),
        BallotTable.itemOf(
            new Choice("Harbour", "crane"), new BallotEntry("Crane", BallotEntry.Status.LEFT)));

    execute(file(RULES.replace("Wesoła", "Wesola")));

    assertThat(said())
        .contains(
            "Attention: the ballot has no region 'Wesola'. Is it spelled as there?",
            "Attention: at_most does not name the region 'Wesoła'. A ballot has one vote there.",
            "Attention: at_most does not name the region 'Old Town'.")
        .doesNotContain("Harbour");
  }

  @Test
  void changesNoPinnedField() throws Exception {
    execute(file(RULES));
    pin();
    String perCity = RULES.replace("\"at_most\": {\"Wesoła\": 2}", "\"vote_per\": \"city\"");
    String signedIn = RULES.replace("\"open\"", "\"signed-in\"");

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(perCity)))
        .withMessage(
            "vote_per: ballots were cast under \"region\". With \"city\" everyone could vote a"
                + " second time. Leave it as it is; before the election opens, --reset withdraws"
                + " test ballots and frees it.");
    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(signedIn)))
        .withMessageStartingWith("voting: ballots were cast under \"open\".");
  }

  @Test
  void opensNoElectionTwice() throws Exception {
    execute(file(RULES));
    pin();
    clock.advance(Duration.ofHours(24));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(RULES.replace("05-02T08", "05-03T08"))))
        .withMessageStartingWith("opens_at: the election has opened, and ballots were cast.");
  }

  @Test
  void opensNoElectionTwiceIfItOpensDuringTheQuestion() throws Exception {
    execute(file(RULES));
    pin();
    operator = new FakeOperator(true, true, () -> clock.advance(Duration.ofHours(24)));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(RULES.replace("05-02T08", "05-03T08"))))
        .withMessageStartingWith("opens_at: the election has opened, and ballots were cast.");

    assertThat(stored().rules().opensAt()).contains(Instant.parse("2026-05-02T06:00:00Z"));
  }

  @Test
  void refusesToMoveTheEndOnceTotalsArePublic() throws Exception {
    String hidden = RULES.replace("\"voting\"", "\"results\": \"turnout\", \"voting\"");
    String later = hidden.replace("05-03T20", "05-03T22");
    execute(file(hidden));
    pin();
    clock.advance(Duration.ofHours(54).minusSeconds(11));
    operator = new FakeOperator(true, true, () -> clock.advance(Duration.ofSeconds(1)));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(later)))
        .withMessage(
            "closes_at: hidden totals become public at the end, 2026-05-03 20:00:00 Europe/Warsaw."
                + " If voting went on after that, citizens would know the totals. The end can be moved"
                + " only until 10 seconds before it. Leave it as it is.");
    clock.advance(Duration.ofHours(1));
    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(file(later)));
    assertThat(execute(file(hidden.replace("Budget", "Plan")))).isZero();
    assertThat(stored().rules().closesAt()).contains(Instant.parse("2026-05-03T18:00:00Z"));
  }

  @Test
  void movesAnEndThatRevealsNothing() throws Exception {
    String hidden = RULES.replace("\"voting\"", "\"results\": \"turnout\", \"voting\"");
    execute(file(hidden));
    clock.advance(Duration.ofHours(55));
    assertThat(execute(file(hidden.replace("05-03T20", "05-03T22")))).isZero();
    pin();
    assertThat(execute(file(hidden.replace("05-03T20", "05-03T23")))).isZero();
    assertThat(execute(file(RULES.replace("05-03T20", "05-03T23")))).isZero();
    clock.advance(Duration.ofHours(3));
    assertThat(execute(file(RULES.replace("05-03T20", "05-04T20")))).isZero();
  }

  @Test
  void doesNotOvertakeAFirstBallotOrAnotherOperator() throws Exception {
    execute(file(RULES));
    operator = new FakeOperator(true, true, this::pin);

    assertThatIllegalStateException()
        .isThrownBy(() -> execute(file(RULES.replace("\"open\"", "\"signed-in\""))))
        .withMessageContaining("changed while you looked at it, perhaps by its first ballot");
    assertThat(stored().rules().text()).contains("\"open\"");
  }

  @Test
  void changesNothingOnceTheResultIsFinal() throws Exception {
    execute(file(RULES));
    Map<String, AttributeValue> item =
        new HashMap<>(DYNAMODB.get(tables.election(), ElectionTable.key()));
    item.put("closed_at", AttributeValue.fromS("2026-05-03T18:30:00.000Z"));
    item.put("closed_sha256", AttributeValue.fromS("ab12"));
    DYNAMODB.put(tables.election(), item);

    for (Task task : List.of(file(RULES.replace("Budget", "B")), new Task.Reset(), test("1h"))) {
      assertThatExceptionOfType(RefusedElectionException.class).isThrownBy(() -> execute(task));
    }
    execute(new Task.Show());
    assertThat(said())
        .contains("It is closed.", "The result is final since 2026-05-03 20:30:00 Europe/Warsaw")
        .contains("SHA-256 ab12.");
  }

  private void opensEarlier() {
    try {
      new StoredRules(client, tables.election())
          .replace(
              Optional.of(stored()), RulesFile.parse(RULES.replace("05-02T08:00", "05-01T14:00")));
    } catch (RulesException e) {
      throw new AssertionError(e);
    }
  }

  private static Task test(String time) {
    return new Task.Test(Duration.parse("PT" + time.toUpperCase()));
  }

  @Test
  void showsTheRulesAndWhereTheElectionStands() throws Exception {
    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(new Task.Show()))
        .withMessageContaining("there is no election yet");
    execute(file(RULES));

    execute(new Task.Show());

    assertThat(said())
        .contains("\"time_zone\" : \"Europe/Warsaw\"")
        .contains("It opens at 2026-05-02 08:00:00 Europe/Warsaw.", "No ballot was cast.");
    pin();
    clock.advance(Duration.ofHours(24));
    execute(new Task.Show());
    assertThat(said())
        .contains("It is open until 2026-05-03 20:00:00 Europe/Warsaw.")
        .contains("They are pinned to {\"voting\":\"open\",\"vote_per\":\"region\"}.");
  }

  @Test
  void saysWhichTableIsMissing() throws Exception {
    tables = new ElectionOptions.Tables("nowhere", tables.ballot(), tables.votes());

    assertThatIllegalStateException()
        .isThrownBy(() -> execute(new Task.Show()))
        .withMessageContaining("One of the tables nowhere, ")
        .withMessageContaining("--election-table");
  }

  // Tests

  @Test
  void takesTestBallotsUntilTheElectionOpensAtMost() throws Exception {
    execute(file(RULES));

    execute(test("2h"));
    assertThat(said()).startsWith("Takes test ballots until 2026-05-01 16:00:00 Europe/Warsaw.");
    assertThat(stored().isTestAt(clock.instant())).isTrue();
    assertThat(stored().phaseAt(clock.instant())).isEqualTo(Phase.OPEN);

    execute(test("200h"));
    assertThat(stored().testUntil()).contains(Instant.parse("2026-05-02T06:00:00Z"));

    clock.advance(Duration.ofHours(18));
    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(test("1h")))
        .withMessageStartingWith("--test: the election has opened, at 2026-05-02 08:00:00");
  }

  @Test
  void withdrawsAllTestBallotsAndThePin() throws Exception {
    execute(file(RULES));
    execute(test("2h"));
    pin();
    castBallots(60);

    assertThat(execute(new Task.Reset())).isZero();

    assertThat(said()).contains("Waits 20 seconds", "Withdrew 60 ballots.");
    assertThat(waits).containsExactly(Duration.ofSeconds(20));
    assertThat(ballots()).isZero();
    assertThat(stored().pinned()).isEmpty();
    assertThat(stored().testUntil()).isEmpty();
    assertThat(execute(file(RULES.replace("\"open\"", "\"signed-in\"")))).isZero();
  }

  /** A ballot on its way when the tests end must not outlive the reset. */
  @Test
  void waitsForTheLastBallotsOnTheirWayAlsoAfterAnInterruption() throws Exception {
    execute(file(RULES));
    execute(test("2h"));
    new StoredRules(client, tables.election()).openForTests(stored(), clock.instant());
    clock.advance(Duration.ofSeconds(5));

    execute(new Task.Reset());

    assertThat(waits).containsExactly(Duration.ofSeconds(15));
  }

  @Test
  void namesTheTableAndThePlaceBeforeItDeletes() throws Exception {
    execute(file(RULES));
    List<String> questions = new ArrayList<>();
    operator = new FakeOperator(true, false, questions::add);

    execute(new Task.Reset());

    assertThat(questions)
        .containsExactly(
            "Delete all ballots in the table %s at http://127.0.0.1:%d?"
                .formatted(tables.votes(), address.getPort()));
  }

  @Test
  void withdrawsNothingUnlessSomeoneAgrees() throws Exception {
    execute(file(RULES));
    castBallots(1);
    operator = new FakeOperator(true, false, () -> {});

    assertThat(execute(new Task.Reset())).isEqualTo(3);

    assertThat(ballots()).isEqualTo(1);
  }

  @Test
  void withdrawsNothingFromAMinuteBeforeTheElectionOpensOn() throws Exception {
    execute(file(RULES));
    castBallots(1);
    clock.advance(Duration.ofHours(18).minusMinutes(1));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(new Task.Reset()))
        .withMessageStartingWith("--reset: the election opens at 2026-05-02 08:00:00");
    clock.advance(Duration.ofHours(5));
    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(new Task.Reset()));

    assertThat(ballots()).isEqualTo(1);
  }

  @Test
  void withdrawsNothingIfAnotherOperatorOpensTheElectionDuringTheQuestion() throws Exception {
    execute(file(RULES));
    new StoredRules(client, tables.election()).openForTests(stored(), clock.instant());
    castBallots(1);
    clock.advance(Duration.ofMinutes(1));
    operator = new FakeOperator(true, true, this::opensEarlier);

    assertThatIllegalStateException()
        .isThrownBy(() -> execute(new Task.Reset()))
        .withMessageContaining("changed while you looked at it");

    assertThat(ballots()).isEqualTo(1);
  }

  @Test
  void withdrawsNothingIfAnotherOperatorOpensTheElectionDuringTheWait() throws Exception {
    execute(file(RULES));
    castBallots(1);
    duringAWait = this::opensEarlier;

    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() -> execute(new Task.Reset()))
        .withMessage(
            "--reset stopped after it had withdrawn 0 ballots: someone has changed the rules or the"
                + " opening for tests. The other ballots remain. Look at the election with --show."
                + " If it has not opened, run --reset again.");

    assertThat(ballots()).isEqualTo(1);
  }

  @Test
  void withdrawsNothingIfAnotherOperatorOpensForTestsAgain() throws Exception {
    execute(file(RULES));
    execute(test("1m"));
    castBallots(1);
    clock.advance(Duration.ofMinutes(2));
    Instant until = clock.instant().plus(Duration.ofHours(1));
    operator =
        new FakeOperator(
            true,
            true,
            () -> new StoredRules(client, tables.election()).openForTests(stored(), until));

    assertThatIllegalStateException().isThrownBy(() -> execute(new Task.Reset()));

    assertThat(ballots()).isEqualTo(1);
    assertThat(stored().testUntil()).contains(until);
  }

  @Test
  void writesNothingIfTheAnswerComesInTheLastMinute() throws Exception {
    execute(file(RULES));
    operator = new FakeOperator(true, true, () -> clock.advance(Duration.ofHours(18)));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(new Task.Reset()));

    assertThat(stored().testUntil()).isEmpty();
  }

  @Test
  void saysHowManyBallotsItWithdrewBeforeItStopped() throws Exception {
    execute(file(RULES));
    castBallots(60);
    try (FaultyDynamoDb proxy = new FaultyDynamoDb(DYNAMODB.address())) {
      address = proxy.endpoint();
      proxy.intercept(
          request -> {
            if (request.operation().equals("BatchWriteItem")) {
              clock.advance(Duration.ofHours(18));
            }
            return Optional.empty();
          });

      assertThatExceptionOfType(CannotStartException.class)
          .isThrownBy(() -> execute(new Task.Reset()))
          .withMessage(
              "--reset stopped after it had withdrawn 25 ballots: the election opens at 2026-05-02"
                  + " 08:00:00 Europe/Warsaw. The other ballots remain, and count as real from then"
                  + " on. Before that time, move opens_at with `citytally election FILE.json`, and"
                  + " run --reset again.");
    }

    assertThat(ballots()).isEqualTo(35);
  }

  @Test
  void withdrawsNothingIfTheClockOfThisMachineIsWrong() throws Exception {
    execute(file(RULES));
    castBallots(1);
    serviceTime = response -> Optional.of(clock.instant().plus(Duration.ofSeconds(4)));

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> execute(new Task.Reset(), true))
        .withMessageStartingWith(
            "the clock of this machine shows 2026-05-01T12:00:00Z, and the clock of DynamoDB"
                + " 2026-05-01T12:00:04Z.");

    assertThat(ballots()).isEqualTo(1);
    assertThat(stored().testUntil()).isEmpty();
  }

  @Test
  void readsTheTimeOfTheServiceFromItsAnswer() throws Exception {
    execute(file(RULES));

    assertThat(ServiceTime.inHeader(new StoredRules(client, tables.election()).get()))
        .hasValueSatisfying(
            time -> assertThat(time).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES)));
  }

  /** The wait takes it into the last minute. */
  @Test
  void stopsInTimeBeforeTheElectionOpens() throws Exception {
    execute(file(RULES));
    pin();
    castBallots(1);
    clock.advance(Duration.ofHours(18).minusSeconds(70));

    assertThatExceptionOfType(CannotStartException.class)
        .isThrownBy(() -> execute(new Task.Reset()));

    assertThat(ballots()).isEqualTo(1);
    assertThat(stored().pinned()).isPresent();
  }
}
