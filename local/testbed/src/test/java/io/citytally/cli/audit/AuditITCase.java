package io.citytally.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.dynamodb.LocalDynamoDbExtension;
import io.citytally.local.faults.FaultyDynamoDb;
import io.citytally.local.faults.WriteFault;
import io.citytally.table.CorrectionsTable;
import io.citytally.table.Decision;
import io.citytally.table.HistoryTable;
import io.citytally.table.IdempotentAdd;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import io.citytally.vote.VirtualClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The real expressions against an emulator, with a job that does what the test says, and when. */
class AuditITCase {

  @RegisterExtension static final LocalDynamoDbExtension DYNAMODB = new LocalDynamoDbExtension();

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Choice TREES = new Choice("South", "trees");

  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final int LOOKS = 5;

  private static final Tables TABLES =
      new Tables(
          "votes", "total_votes", "turnout", "vote_history", "rejected_votes", "corrections");
  private static final String OPERATOR = "clerk";

  private static DynamoDbClient client;

  private final VirtualClock clock = new VirtualClock();
  private FaultyDynamoDb proxy;
  private DynamoDbClient dynamoDb;
  private Job job = new Job(1);

  private int voters;
  private final Map<Choice, String> lastVote = new HashMap<>();

  /** What happens while the audit lets the job settle, in turn; then nothing. */
  private final Deque<Runnable> whileSettling = new ArrayDeque<>();

  /** What happens when. */
  private final NavigableMap<Instant, Runnable> agenda = new TreeMap<>();

  private final Random random = new Random(1);

  @BeforeAll
  static void createTables() {
    DYNAMODB.createTable(TABLES.votes(), VotesTable.ID);
    DYNAMODB.createTable(TABLES.totalVotes(), TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
    DYNAMODB.createTable(TABLES.turnout(), TurnoutTable.REGION);
    DYNAMODB.createTable(
        TABLES.rejectedVotes(), RejectedVotesTable.SHARD, RejectedVotesTable.POSITION);
    DYNAMODB.createTable(
        TABLES.corrections(), CorrectionsTable.REGION, CorrectionsTable.CORRECTION);
    DYNAMODB.createTable(TABLES.history(), HistoryTable.PLACE, HistoryTable.BUCKET);
    client = DYNAMODB.blockingClient();
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @BeforeEach
  void connect() {
    proxy = new FaultyDynamoDb(DYNAMODB.address());
    dynamoDb = DYNAMODB.blockingClient(proxy.endpoint());
  }

  @AfterEach
  void disconnect() {
    dynamoDb.close();
    proxy.close();
  }

  @AfterEach
  void emptyTables() {
    empty(TABLES.votes(), VotesTable.ID);
    empty(TABLES.totalVotes(), TotalVotesTable.REGION, TotalVotesTable.IMPROVEMENT);
    empty(TABLES.turnout(), TurnoutTable.REGION);
    empty(TABLES.rejectedVotes(), RejectedVotesTable.SHARD, RejectedVotesTable.POSITION);
    empty(TABLES.corrections(), CorrectionsTable.REGION, CorrectionsTable.CORRECTION);
  }

  private static void empty(String table, String... keys) {
    for (Map<String, AttributeValue> item :
        client.scanPaginator(scan -> scan.tableName(table)).items()) {
      Map<String, AttributeValue> key = new HashMap<>(item);
      key.keySet().retainAll(Set.of(keys));
      client.deleteItem(delete -> delete.tableName(table).key(key));
    }
  }

  @Test
  void findsNothingWhereTheJobHasCountedEveryVote() {
    castAndCount(PARK, 3);
    castAndCount(POOL, 1);
    castAndCount(TREES, 1);
    withdrawAndCount(TREES);

    AuditReport report = audit();

    assertThat(drifts(report)).isEmpty();
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.looks()).isEqualTo(1);
    assertThat(report.votes()).isEqualTo(4);
    assertThat(report.choices()).isEqualTo(3);
  }

  @Test
  void findsEveryKindOfDrift() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    cast(POOL, 4);
    castAndCount(TREES, 2);
    lambdaAdds(TREES, -1);
    Choice gone = new Choice("South", "gone");
    lambdaAdds(gone, 7);

    AuditReport report = audit();

    assertThat(drifts(report)).isEqualTo(Map.of(PARK, 2L, POOL, -4L, TREES, -1L, gone, 7L));
    assertThat(report.looks()).isEqualTo(2);
    assertThat(report.leavesOpen()).isFalse();
  }

  @Test
  void takesEveryKindOfDriftOutAndFindsNoneAfterwards() {
    findsEveryKindOfDrift();

    correct(audit());

    assertThat(drifts(audit())).isEmpty();
    assertThat(total(PARK)).isEqualTo(3);
    assertThat(total(POOL)).isEqualTo(4);
    assertThat(total(TREES)).isEqualTo(2);
    assertThat(total(new Choice("South", "gone"))).isZero();
  }

  @Test
  void theJobCountsOnExactlyAfterACorrection() {
    findsEveryKindOfDrift();
    correct(audit());

    castAndCount(PARK, 2);
    castAndCount(POOL, 3);
    withdrawAndCount(TREES);
    job.writesAgain();

    assertThat(drifts(audit())).isEmpty();
    assertThat(total(PARK)).isEqualTo(5);
    assertThat(total(POOL)).isEqualTo(7);
    assertThat(total(TREES)).isEqualTo(1);
  }

  @Test
  void aJobOfANewEpochCountsOnExactlyAfterACorrection() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    correct(audit());

    job = new Job(2);
    castAndCount(PARK, 1);

    assertThat(drifts(audit())).isEmpty();
    assertThat(total(PARK)).isEqualTo(4);
  }

  @Test
  void whatTheOldLambdaCountedIsNoDrift() {
    cast(PARK, 3);
    lambdaAdds(PARK, 3);
    castAndCount(PARK, 2);

    assertThat(drifts(audit())).isEmpty();
  }

  @Test
  void whatTheOldLambdaCountedTwiceIsTakenOut() {
    cast(PARK, 3);
    lambdaAdds(PARK, 5);

    AuditReport report = audit();
    correct(report);
    castAndCount(PARK, 1);

    assertThat(drifts(report)).isEqualTo(Map.of(PARK, 2L));
    assertThat(total(PARK)).isEqualTo(4);
    assertThat(drifts(audit())).isEmpty();
  }

  @Test
  void takesVotesOnTheirWayForWhatTheyAre() {
    castAndCount(PARK, 1);
    cast(PARK, 2);
    whileSettling.add(() -> job.counts(PARK, 2, 0));

    AuditReport report = audit();

    assertThat(drifts(report)).isEmpty();
    assertThat(report.looks()).isEqualTo(2);
    assertThat(report.leavesOpen()).isFalse();
  }

  @Test
  void doesNotTakeAVoteThatMovesDuringTheScanForDrift() {
    castAndCount(PARK, 20);
    whileSettling.add(
        () -> {
          cast("voter-0", POOL);
          job.counts(PARK, 0, 1);
          job.counts(POOL, 1, 0);
        });

    assertThat(drifts(audit())).isEmpty();
  }

  @Test
  void doesNotMistakeComingAndGoingForStandingStill() {
    castAndCount(PARK, 2);
    lambdaAdds(PARK, 1);
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(() -> job.counts(PARK, 1, 1));
    }

    AuditReport report = audit();

    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.BUSY)).hasSize(1);
  }

  @Test
  void tellsTheBoundsOfWhatIsNeverQuiet() {
    castAndCount(PARK, 10);
    lambdaAdds(PARK, 5);
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(
          () -> {
            castAndCount(PARK, 2);
            withdrawAndCount(PARK);
          });
    }

    AuditReport report = audit();

    assertThat(report.looks()).isEqualTo(LOOKS);
    assertThat(drifts(report)).isEmpty();
    Finding wrong = choices(report, Finding.Kind.WRONG).get(0);
    assertThat(wrong.low()).isEqualTo(4);
    assertThat(wrong.high()).isEqualTo(7);
    assertThat(report.leavesOpen()).isTrue();
  }

  @Test
  void findsDriftBesideChoicesThatAreNeverQuiet() {
    castAndCount(PARK, 1);
    castAndCount(POOL, 3);
    lambdaAdds(POOL, 1);
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(() -> castAndCount(PARK, 1));
    }

    AuditReport report = audit();

    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L));
    correct(report);
    assertThat(total(POOL)).isEqualTo(3);
    assertThat(total(PARK)).isEqualTo(1 + LOOKS);
  }

  @Test
  void judgesWhatIsNeverQuietByWhatManyLooksExclude() {
    castAndCount(PARK, 30);
    castAndCount(POOL, 30);
    castAndCount(TREES, 30);
    lambdaAdds(POOL, 1);
    lambdaAdds(TREES, -1);
    citizensVoteEvery(Duration.ofSeconds(2), PARK, POOL, TREES);

    AuditReport report = audit(new Pace(Duration.ofSeconds(3), LOOKS, Duration.ofMinutes(2)));

    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L, TREES, -1L));
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.looks()).as("looks, 3 of which take as long as a vote").isGreaterThan(LOOKS);
  }

  /** One look after the other would meet the first such moment after half a minute. */
  @Test
  void looksOftenEnoughToMeetAMomentInWhichNothingMoves() {
    castAndCount(PARK, 1);
    for (int vote = 0; vote < 40; vote++) {
      Duration time = Duration.ofMillis(100 + 3_300 * vote);
      at(time, () -> cast(PARK, 1));
      at(time.plusMillis(100), () -> job.counts(PARK, 1, 0));
    }
    Instant begun = clock.instant();

    AuditReport report = audit(new Pace(Duration.ofSeconds(3), LOOKS, Duration.ofMinutes(2)));

    assertThat(report.leavesOpen()).isFalse();
    assertThat(Duration.between(begun, clock.instant())).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void givesUpOnWhatIsTooBusyToBeJudgedButTellsWhatIsWrong() {
    castAndCount(PARK, 30);
    castAndCount(POOL, 30);
    lambdaAdds(POOL, 40);
    citizensVoteEvery(Duration.ofMillis(200), PARK, POOL);
    Duration limit = Duration.ofSeconds(20);
    Instant begun = clock.instant();

    AuditReport report = audit(new Pace(Duration.ofSeconds(3), LOOKS, limit));

    assertThat(Duration.between(begun, clock.instant()))
        .isBetween(limit, limit.plus(Duration.ofSeconds(4)));
    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.BUSY)).extracting(Finding::key).containsExactly(PARK);
    assertThat(choices(report, Finding.Kind.WRONG)).extracting(Finding::key).containsExactly(POOL);
    Finding wrong = choices(report, Finding.Kind.WRONG).get(0);
    assertThat(wrong.low()).isBetween(1L, 40L);
    assertThat(wrong.high()).isGreaterThanOrEqualTo(40);
  }

  @Test
  void confirmsNothingByLooksThatOverlap() {
    castAndCount(PARK, 1);
    castAndCount(POOL, 30);
    citizensVoteEvery(Duration.ofMillis(200), POOL);
    // The job takes longer than the settling, but not than two looks.
    at(Duration.ofMillis(3_200), () -> cast(PARK, 1));
    at(Duration.ofMillis(7_500), () -> job.counts(PARK, 1, 0));

    AuditReport report = audit(new Pace(Duration.ofSeconds(3), LOOKS, Duration.ofSeconds(7)));

    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.WRONG)).isEmpty();
    assertThat(choices(report, Finding.Kind.BUSY)).extracting(Finding::key).contains(PARK);
  }

  @Test
  void scansNoMoreOftenThanItMustWhereNothingMoves() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);

    AuditReport report = audit(new Pace(SETTLE, LOOKS, Duration.ofMinutes(2)));

    assertThat(drifts(report)).isEqualTo(Map.of(PARK, 2L));
    assertThat(report.looks()).isEqualTo(2);
  }

  @Test
  void takesNothingForDriftThatMovesBeforeItIsConfirmed() {
    castAndCount(PARK, 1);
    cast(PARK, 2);
    whileSettling.add(() -> {});
    whileSettling.add(() -> job.counts(PARK, 2, 0));

    AuditReport report = audit();

    assertThat(drifts(report)).isEmpty();
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.looks()).as("looks, of which the first is refuted by the third").isEqualTo(4);
  }

  @Test
  void judgesNothingIfVotesGoOnBeingCastAndNoneIsCounted() {
    castAndCount(PARK, 1);
    castAndCount(POOL, 2);
    lambdaAdds(POOL, 1);
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(() -> cast(PARK, 1));
    }

    AuditReport report = audit();

    assertThat(report.lags()).isTrue();
    assertThat(drifts(report)).as("not even where nothing moves").isEmpty();
    assertThat(report.leavesOpen()).isTrue();
  }

  @Test
  void takesAVoteThatGoesUncountedForASignThatTheJobLags() {
    cast("undecided", PARK);
    castAndCount(POOL, 2);
    lambdaAdds(POOL, 1);
    whileSettling.add(() -> withdraw("undecided"));

    AuditReport report = audit();

    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L));
    assertThat(report.looks()).as("looks, of which the second refutes the first").isEqualTo(3);
  }

  @Test
  void judgesAgainOnceTheJobCountsAgain() {
    castAndCount(PARK, 1);
    castAndCount(POOL, 2);
    lambdaAdds(POOL, 1);
    whileSettling.add(() -> cast(PARK, 1));
    whileSettling.add(() -> job.counts(PARK, 1, 0));

    AuditReport report = audit();

    assertThat(report.lags()).isFalse();
    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L));
  }

  @Test
  void doesNotJudgeWhatSomebodyElseWrites() {
    cast(PARK, 1);
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(() -> lambdaAdds(PARK, 1));
    }

    AuditReport report = audit();

    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.BUSY)).hasSize(1);
  }

  @Test
  void tellsVotesThatCannotBeCountedApart() {
    castAndCount(PARK, 1);
    DYNAMODB.put(TABLES.votes(), VotesTable.itemOf("blank", new Choice(" ", "park")));
    DYNAMODB.put(TABLES.votes(), VotesTable.itemOf("long", new Choice("x".repeat(257), "park")));
    DYNAMODB.put(TABLES.votes(), VotesTable.itemOf("control\u0007", PARK));
    DYNAMODB.put(TABLES.votes(), VotesTable.keyOf("nothing"));
    DYNAMODB.put(
        TABLES.votes(),
        Map.of(
            "id", AttributeValue.fromS("number"),
            "region", AttributeValue.fromN("1"),
            "improvement", AttributeValue.fromS("park")));

    AuditReport report = audit();

    assertThat(drifts(report)).isEmpty();
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.uncountable())
        .isEqualTo(
            Map.of(
                "region is empty", 1L,
                "region is longer than 256 characters", 1L,
                "id contains a control character", 1L,
                "region is missing", 1L,
                "region is not a string", 1L));
  }

  @Test
  void countsEachImprovementOfABallotOnce() {
    castBallot("one", "North", "park", "pool");
    castBallot("two", "North", "park");
    Map<String, AttributeValue> bothForms = new HashMap<>(VotesTable.itemOf("three", PARK));
    bothForms.put("improvements", VotesTable.improvementsOf(List.of("park", "pool")));
    DYNAMODB.put(TABLES.votes(), bothForms);
    job.countsVotes(PARK, 3, 0);
    job.countsVotes(POOL, 2, 0);
    job.countsBallots("North", 3, 0);
    lambdaAdds(POOL, 1);

    AuditReport report = audit();

    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L));
    assertThat(turnoutDrifts(report)).isEmpty();
    assertThat(report.votes()).isEqualTo(5);
    assertThat(report.ballots()).isEqualTo(3);
    assertThat(report.choices()).isEqualTo(2);
  }

  @Test
  void anEmptyBallotIsNoFinding() {
    castAndCount(PARK, 1);
    DYNAMODB.put(
        TABLES.votes(),
        Map.of("id", AttributeValue.fromS("empty"), "region", AttributeValue.fromS("North")));

    AuditReport report = audit();

    assertThat(report.uncountable()).isEmpty();
    assertThat(report.of(Finding.Kind.DRIFT)).isEmpty();
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.ballots()).isOne();
  }

  @Test
  void tellsBallotsThatCannotBeCountedWhole() {
    List<String> tooMany = IntStream.rangeClosed(0, 100).mapToObj(i -> "number " + i).toList();
    DYNAMODB.put(
        TABLES.votes(),
        Map.of(
            "id", AttributeValue.fromS("too many"),
            "region", AttributeValue.fromS("North"),
            "improvements", AttributeValue.fromSs(tooMany)));
    castBallot("one malformed", "North", "park", "\u0007");
    castBallot("only malformed", "North", "\u0007");
    job.counts(PARK, 1, 0);

    AuditReport report = audit();

    assertThat(report.uncountable())
        .isEqualTo(
            Map.of(
                "more than 100 improvements are named", 1L,
                "an improvement contains a control character", 2L));
    assertThat(drifts(report)).isEmpty();
    assertThat(turnoutDrifts(report)).isEmpty();
    assertThat(report.votes()).isOne();
    assertThat(report.ballots()).isOne();
  }

  @Test
  void findsEveryKindOfTurnoutThatDrifted() {
    castBallot("one", "North", "park", "pool");
    castBallot("two", "North", "park");
    castBallot("three", "South", "trees");
    job.countsBallots("North", 1, 0);
    job.countsBallots("South", 3, 0);
    job.countsBallots("Nowhere", 4, 0);

    AuditReport report = audit();

    assertThat(turnoutDrifts(report)).isEqualTo(Map.of("North", -1L, "South", 2L, "Nowhere", 4L));
    assertThat(report.looks()).isEqualTo(2);
  }

  @Test
  void takesTheDriftOfATurnoutOutAndTheJobCountsOn() {
    findsEveryKindOfTurnoutThatDrifted();

    correct(audit());
    job.countsBallots("South", 0, 1);
    withdraw("three");
    job.writesAgain();

    assertThat(turnoutDrifts(audit())).isEmpty();
    assertThat(turnout("North")).isEqualTo(2);
    assertThat(turnout("South")).isZero();
    assertThat(turnout("Nowhere")).isZero();
  }

  @Test
  void recordsTheCorrectionOfATurnoutWithoutAnImprovement() {
    castAndCount(PARK, 3);
    job.countsBallots("North", 2, 0);
    AuditReport report = audit();
    long correctedAtMillis = clock.millis();

    correct(report);

    assertThat(corrections())
        .containsExactly(
            CorrectionsTable.itemOf(
                new Choice("North", ""), correctedAtMillis, -2, 5, OPERATOR, CorrectionsTable.MADE))
        .allSatisfy(item -> assertThat(item).doesNotContainKey(CorrectionsTable.IMPROVEMENT));
  }

  @Test
  void takesABallotOnItsWayForWhatItIs() {
    castBallot("one", "North", "park", "pool");
    whileSettling.add(
        () -> {
          job.countsVotes(PARK, 1, 0);
          job.countsVotes(POOL, 1, 0);
          job.countsBallots("North", 1, 0);
        });

    AuditReport report = audit();

    assertThat(report.of(Finding.Kind.DRIFT)).isEmpty();
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.looks()).isEqualTo(2);
  }

  @Test
  void doesNotJudgeATurnoutThatMovesOnEveryLook() {
    castAndCount(PARK, 2);
    job.countsBallots("North", 1, 0);
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(() -> job.countsBallots("North", 1, 1));
    }

    AuditReport report = audit();

    assertThat(turnoutDrifts(report)).isEmpty();
    assertThat(report.of(Finding.Kind.BUSY)).extracting(Finding::isTurnout).containsExactly(true);
    assertThat(report.leavesOpen()).isTrue();
  }

  @Test
  void expectsATurnoutOnlyWhereSomethingOfTheRegionIsOrWasOnTheBallot() {
    castBallot("one", "North", "park", "never on the ballot");
    castBallot("two", "North", "never on the ballot");
    castBallot("three", "South", "trees");
    job.counts(PARK, 1, 0);
    job.countsBallots("North", 1, 0);

    AuditReport report = audit(PARK);

    assertThat(report.of(Finding.Kind.DRIFT)).isEmpty();
    assertThat(report.of(Finding.Kind.NOT_ADMITTED))
        .extracting(finding -> finding.key().toString())
        .containsExactlyInAnyOrder(
            "North / never on the ballot", "turnout of South", "South / trees");
  }

  @Test
  void leavesWhatWaitsToBeCastAgain() {
    castAndCount(PARK, 1);
    cast(PARK, 2);
    refuse("1", PARK);
    refuse("2", PARK);

    AuditReport report = audit(PARK);

    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.REFUSED))
        .extracting(Finding::key)
        .containsExactly(PARK);
    assertThat(report.leavesOpen()).isTrue();
  }

  @Test
  void judgesWhatIsOnlyWaitedForToBeTakenBack() {
    castAndCount(PARK, 1);
    castAndCount(POOL, 1);
    lambdaAdds(POOL, 1);
    refuse("1", PARK, "old");
    refuse("2", POOL, "old");

    AuditReport report = audit(PARK, POOL);

    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L));
    assertThat(report.leavesOpen()).isFalse();
  }

  /** DynamoDB removes what has expired days later; a recast leaves it. */
  @Test
  void judgesWhatHasOnlyExpiredRefusals() {
    castAndCount(PARK, 1);
    cast(PARK, 2);
    refuse("1", PARK);
    clock.advance(Duration.ofDays(30).plusSeconds(1));

    AuditReport report = audit(PARK);

    assertThat(choices(report, Finding.Kind.REFUSED)).isEmpty();
    assertThat(drifts(report)).containsEntry(PARK, -2L);
  }

  @Test
  void leavesWhatIsCastAgainMeanwhile() {
    castAndCount(PARK, 1);
    castAndCountBallots(PARK, 1);
    refuse("1", PARK);
    castAndCount(POOL, 1);
    lambdaAdds(POOL, 1);
    whileSettling.add(
        () ->
            client.deleteItem(
                delete ->
                    delete
                        .tableName(TABLES.rejectedVotes())
                        .key(RejectedVotesTable.keyOf("shard", "1"))));
    whileSettling.add(() -> job.countsVotes(PARK, 1, 0));

    AuditReport report = audit(PARK, POOL);

    assertThat(drifts(report)).isEqualTo(Map.of(POOL, 1L));
    assertThat(report.leavesOpen()).isFalse();
    assertThat(report.looks()).as("looks, none of which refutes another").isEqualTo(3);
  }

  @Test
  void doesNotMissWhatIsNotOnTheBallot() {
    castAndCount(PARK, 1);
    cast(POOL, 2);
    refuse("1", POOL);
    whileSettling.add(() -> cast(POOL, 1));

    AuditReport report = audit(PARK);

    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.NOT_ADMITTED))
        .extracting(Finding::key)
        .containsExactly(POOL);
    assertThat(report.lags()).isFalse();
    assertThat(report.leavesOpen()).isFalse();
  }

  @Test
  void missesNoVoteWhereTheBallotIsEmpty() {
    cast(POOL, 2);

    AuditReport report = audit(new Choice[0]);

    assertThat(drifts(report)).isEmpty();
    assertThat(choices(report, Finding.Kind.NOT_ADMITTED))
        .extracting(Finding::key)
        .containsExactly(POOL);
  }

  /** The job admits the withdrawal of a vote that the Lambda counted, if it has a total. */
  @Test
  void judgesWhatHasATotalThoughTheJobNeverCountedItNorIsItOnTheBallot() {
    cast(POOL, 2);
    lambdaAdds(POOL, 3);

    assertThat(drifts(audit(PARK))).isEqualTo(Map.of(POOL, 1L));
  }

  @Test
  void judgesWhatWasCountedThoughItIsNoLongerOnTheBallot() {
    castAndCount(POOL, 2);
    lambdaAdds(POOL, 1);

    assertThat(drifts(audit(PARK))).isEqualTo(Map.of(POOL, 1L));
  }

  @Test
  void listsAnItemThatIsNoTotal() {
    DYNAMODB.put(
        TABLES.totalVotes(),
        Map.of(
            "region", AttributeValue.fromS("North"),
            "improvement", AttributeValue.fromS("park"),
            "total_votes", AttributeValue.fromS("three")));

    AuditReport report = audit();

    assertThat(report.of(Finding.Kind.MALFORMED)).extracting(Finding::key).containsExactly(PARK);
    assertThat(report.leavesOpen()).isTrue();
  }

  @Test
  void refusesToTellDriftByASingleLook() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pace(SETTLE, 1, Duration.ZERO))
        .withMessage("drift takes 2 looks, so 1 tell nothing");
  }

  @Test
  void correctsOnceWhenTheSameFindingsAreAppliedTwice() {
    cast(PARK, 3);
    castAndCount(POOL, 3);
    lambdaAdds(POOL, 2);
    AuditReport report = audit();

    correct(report);
    correct(report);

    assertThat(total(PARK)).isEqualTo(3);
    assertThat(total(POOL)).isEqualTo(3);
  }

  @Test
  void correctsOnceWhenTheAnswerIsLost() {
    cast(PARK, 3);
    losesTheFirstAnswer(() -> {});

    Correction correction = correct(audit());

    assertThat(total(PARK)).isEqualTo(3);
    assertThat(correction.done()).containsExactlyInAnyOrder(PARK, Choice.turnoutOf(PARK.region));
  }

  @Test
  void knowsItsOwnCorrectionThoughTheJobHasWrittenSince() {
    castAndCountBallots(PARK, 3);
    losesTheFirstAnswer(() -> castAndCount(PARK, 1));

    Correction correction = correct(audit());

    assertThat(total(PARK)).isEqualTo(4);
    assertThat(correction.done()).containsExactly(PARK);
  }

  @Test
  void correctsOnceWhenTheAnswerIsLostForGoodAndItIsRunAgain() {
    cast(PARK, 3);
    cast(POOL, 2);
    AuditReport report = audit();
    losesAnswers();
    assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> correct(report));
    proxy.intercept(request -> Optional.empty());

    correct(audit());

    assertThat(total(PARK)).isEqualTo(3);
    assertThat(total(POOL)).isEqualTo(2);
  }

  @Test
  void correctsTheRestWhenItWasInterrupted() {
    castAndCountBallots(PARK, 3);
    castAndCountBallots(POOL, 2);
    AuditReport report = audit();
    Correction interrupted = new Correction(dynamoDb, TABLES, OPERATOR, clock);
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(
            () ->
                interrupted.correct(
                    report.of(Finding.Kind.DRIFT),
                    () -> {
                      if (interrupted.done().size() == 1) {
                        throw new CancellationException();
                      }
                    }));
    assertThat(interrupted.done()).containsExactly(PARK);
    assertThat(total(POOL)).isZero();

    correct(audit());

    assertThat(total(PARK)).isEqualTo(3);
    assertThat(total(POOL)).isEqualTo(2);
  }

  @Test
  void leavesARecordOfWhatItCorrectedByWhomAndWhen() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    AuditReport report = audit();
    long correctedAtMillis = clock.millis();

    correct(report);

    assertThat(corrections())
        .containsExactly(
            CorrectionsTable.itemOf(
                PARK, correctedAtMillis, -2, 5, OPERATOR, CorrectionsTable.MADE));
  }

  @Test
  void recordsACorrectionBeforeItIsMade() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    AuditReport report = audit();
    losesAnswers();

    assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> correct(report));

    assertThat(corrections())
        .extracting(item -> item.get(CorrectionsTable.OUTCOME).s())
        .containsExactly(CorrectionsTable.BEGUN);
  }

  @Test
  void correctsNothingThatItCanNotRecord() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    AuditReport report = audit();
    Tables elsewhere =
        new Tables(
            TABLES.votes(),
            TABLES.totalVotes(),
            TABLES.turnout(),
            TABLES.history(),
            TABLES.rejectedVotes(),
            "missing");
    Correction correction = new Correction(dynamoDb, elsewhere, OPERATOR, clock);

    assertThatExceptionOfType(ResourceNotFoundException.class)
        .isThrownBy(() -> correction.correct(report.of(Finding.Kind.DRIFT), () -> {}));

    assertThat(total(PARK)).isEqualTo(5);
  }

  /** A vote during the wait for the history would be enough to have the correction refused. */
  @Test
  void correctsBeforeItWaitsForTheHistory() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    AtomicBoolean hasVoted = new AtomicBoolean();
    proxy.intercept(
        request -> {
          if (request.operation().equals("Scan")
              && request.body().contains(TABLES.history())
              && hasVoted.compareAndSet(false, true)) {
            castAndCount(PARK, 1);
          }
          return Optional.empty();
        });
    StringWriter out = new StringWriter();

    new AuditRun(
            dynamoDb,
            "here",
            "",
            new AuditOptions(
                TABLES,
                Optional.empty(),
                new Pace(Duration.ofMillis(10), LOOKS, Duration.ZERO),
                Duration.ofMillis(10),
                OptionalInt.empty(),
                AuditOptions.Concern.EVERYTHING,
                false,
                false),
            () -> OPERATOR,
            new PrintWriter(out),
            new PrintWriter(out))
        .execute();

    assertThat(hasVoted).isTrue();
    assertThat(total(PARK)).isEqualTo(4);
    assertThat(out.toString()).contains("1 corrected");
  }

  @Test
  void recordsCorrectionsOfNamesThatAreTooLongForASortKey() {
    String longest = "\uD83C\uDF33".repeat(255);
    List<Choice> longNamed =
        List.of(new Choice("North", longest + "1"), new Choice("North", longest + "2"));
    longNamed.forEach(
        choice -> {
          castAndCount(choice, 1);
          lambdaAdds(choice, 2);
        });

    correct(audit());

    assertThat(corrections())
        .extracting(item -> item.get(CorrectionsTable.IMPROVEMENT).s())
        .containsExactlyInAnyOrder(longest + "1", longest + "2");
    assertThat(corrections())
        .extracting(item -> item.get(CorrectionsTable.CORRECTION).s())
        .allMatch(key -> key.contains("Z \uD83C\uDF33"))
        .allMatch(key -> key.matches(".*\uD83C\uDF33 [0-9a-f]{16}"));
  }

  @Test
  void recordsThatACorrectionWasNotMade() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 2);
    AuditReport report = audit();
    beforeTheUpdate(() -> lambdaAdds(PARK, 1));

    correct(report);

    assertThat(corrections())
        .extracting(item -> item.get(CorrectionsTable.OUTCOME).s())
        .containsExactly(CorrectionsTable.NOT_MADE);
  }

  @Test
  void leavesWhatTheJobWritesBeforeTheCorrection() {
    castAndCount(PARK, 1);
    castAndCountBallots(PARK, 2);
    AuditReport report = audit();
    beforeTheUpdate(() -> job.countsVotes(PARK, 2, 0));

    Correction correction = correct(report);

    assertThat(drifts(report)).isEqualTo(Map.of(PARK, -2L));
    assertThat(total(PARK)).isEqualTo(3);
    assertThat(correction.done()).isEmpty();
  }

  @Test
  void leavesAnItemThatComesToBeBeforeTheCorrection() {
    castAndCountBallots(PARK, 2);
    AuditReport report = audit();
    beforeTheUpdate(() -> lambdaAdds(PARK, 2));

    Correction correction = correct(report);

    assertThat(total(PARK)).isEqualTo(2);
    assertThat(correction.done()).as("as good as corrected").containsExactly(PARK);
  }

  @Test
  void leavesWhatChangesButForItsTotal() {
    castAndCount(PARK, 3);
    lambdaAdds(PARK, 1);
    AuditReport report = audit();
    beforeTheUpdate(() -> job.counts(PARK, 1, 1));

    Correction correction = correct(report);

    assertThat(total(PARK)).isEqualTo(4);
    assertThat(correction.done()).isEmpty();
  }

  @Test
  void correctsOnlyWhatHasDrifted() {
    castAndCount(PARK, 3);
    refuse("1", PARK);
    AuditReport report = audit();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Correction(dynamoDb, TABLES, OPERATOR, clock)
                    .correct(report.of(Finding.Kind.REFUSED), () -> {}));
  }

  @Test
  void isJsonForOtherPrograms() throws Exception {
    cast(PARK, 2);
    castAndCount(POOL, 1);
    DYNAMODB.put(TABLES.votes(), VotesTable.keyOf("nothing"));
    for (int look = 0; look < LOOKS; look++) {
      whileSettling.add(() -> castAndCount(TREES, 1));
    }
    AuditReport report = audit();

    JsonNode json = new ObjectMapper().readTree(report.json(Set.of(PARK), List.of()));

    assertThat(json)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"looks": 5, "votes": 7, "ballots": 7, "choices": 3, "lags": false,
                     "uncountable": {"region is missing": 1},
                     "findings": [
                       {"region": "North", "kind": "drift",
                        "total": 1, "ballots": 3, "drift": -2, "corrected": false},
                       {"region": "North", "improvement": "park", "kind": "drift",
                        "total": 0, "votes": 2, "drift": -2, "corrected": true},
                       {"region": "South", "kind": "busy",
                        "total": 5, "ballots": 4, "atLeast": 0, "atMost": 1},
                       {"region": "South", "improvement": "trees", "kind": "busy",
                        "total": 5, "votes": 4, "atLeast": 0, "atMost": 1}],
                     "history": []}
                    """));
  }

  /** Where the job has no ballot. */
  private AuditReport audit() {
    return audit(Optional.empty());
  }

  private AuditReport audit(Choice... ballot) {
    return audit(Optional.of(Set.of(ballot)));
  }

  private AuditReport audit(Optional<Set<Choice>> ballot) {
    return audit(new Pace(SETTLE, LOOKS, Duration.ZERO), ballot);
  }

  private AuditReport audit(Pace pace) {
    return audit(pace, Optional.empty());
  }

  private AuditReport audit(Pace pace, Optional<Set<Choice>> ballot) {
    return new Audit(reader(), TABLES, ballot, pace, (look, votes) -> {}).run();
  }

  private PacedScan reader() {
    return new PacedScan(
        dynamoDb,
        OptionalInt.empty(),
        clock,
        time -> {
          Instant until = clock.instant().plus(time);
          while (!agenda.isEmpty() && !agenda.firstKey().isAfter(until)) {
            Map.Entry<Instant, Runnable> next = agenda.pollFirstEntry();
            clock.advance(Duration.between(clock.instant(), next.getKey()));
            next.getValue().run();
          }
          clock.advance(Duration.between(clock.instant(), until));
          if (time.equals(SETTLE) && !whileSettling.isEmpty()) {
            whileSettling.remove().run();
          }
        });
  }

  private void at(Duration fromNow, Runnable event) {
    Instant time = clock.instant().plus(fromNow);
    while (agenda.putIfAbsent(time, event) != null) {
      time = time.plusNanos(1);
    }
  }

  /** At random, each vote counted within a second; one of ten is withdrawn. */
  private void citizensVoteEvery(Duration mean, Choice... choices) {
    for (Choice choice : choices) {
      at(untilNext(mean), () -> vote(mean, choice));
    }
  }

  private void vote(Duration mean, Choice choice) {
    boolean withdraws = random.nextInt(10) == 0;
    if (withdraws) {
      withdraw(lastVote.get(choice));
    }
    cast(choice, 1);
    at(Duration.ofMillis(random.nextInt(1_000)), () -> job.counts(choice, 1, withdraws ? 1 : 0));
    at(untilNext(mean), () -> vote(mean, choice));
  }

  private Duration untilNext(Duration mean) {
    return Duration.ofMillis((long) (-Math.log(1 - random.nextDouble()) * mean.toMillis()));
  }

  private Correction correct(AuditReport report) {
    Correction correction = new Correction(dynamoDb, TABLES, OPERATOR, clock);
    correction.correct(report.of(Finding.Kind.DRIFT), () -> {});
    return correction;
  }

  private void beforeTheUpdate(Runnable action) {
    onUpdate(
        attempt -> {
          action.run();
          return Optional.empty();
        });
  }

  /** The client does not learn that its write took effect, and tries again after the action. */
  private void losesTheFirstAnswer(Runnable action) {
    onUpdate(
        attempt -> {
          if (attempt == 1) {
            return Optional.of(WriteFault.ANSWER_LOST);
          }
          action.run();
          return Optional.empty();
        });
  }

  private void onUpdate(IntFunction<Optional<WriteFault>> action) {
    AtomicInteger attempts = new AtomicInteger();
    proxy.intercept(
        request ->
            request.operation().equals("UpdateItem")
                ? action.apply(attempts.incrementAndGet())
                : Optional.empty());
  }

  /** The first try takes effect, and no answer comes until the client gives up. */
  private void losesAnswers() {
    onUpdate(
        attempt -> Optional.of(attempt == 1 ? WriteFault.ANSWER_LOST : WriteFault.REQUEST_LOST));
  }

  private List<Map<String, AttributeValue>> corrections() {
    return client.scan(scan -> scan.tableName(TABLES.corrections())).items();
  }

  private static Map<Choice, Long> drifts(AuditReport report) {
    Map<Choice, Long> drifts = new HashMap<>();
    choices(report, Finding.Kind.DRIFT).forEach(drift -> drifts.put(drift.key(), drift.low()));
    return drifts;
  }

  private static Map<String, Long> turnoutDrifts(AuditReport report) {
    Map<String, Long> drifts = new HashMap<>();
    report.of(Finding.Kind.DRIFT).stream()
        .filter(Finding::isTurnout)
        .forEach(drift -> drifts.put(drift.key().region, drift.low()));
    return drifts;
  }

  private static List<Finding> choices(AuditReport report, Finding.Kind kind) {
    return report.of(kind).stream().filter(finding -> !finding.isTurnout()).toList();
  }

  private long turnout(String region) {
    return TurnoutTable.ballotsOf(DYNAMODB.get(TABLES.turnout(), TurnoutTable.keyOf(region)));
  }

  private long total(Choice key) {
    Map<String, AttributeValue> item =
        DYNAMODB.get(TABLES.totalVotes(), TotalVotesTable.keyOf(key));
    return item.isEmpty() ? 0 : TotalVotesTable.totalVotesOf(item);
  }

  private void cast(Choice choice, int votes) {
    for (int vote = 0; vote < votes; vote++) {
      String id = "voter-" + voters++;
      cast(id, choice);
      lastVote.put(choice, id);
    }
  }

  private void cast(String id, Choice choice) {
    DYNAMODB.put(TABLES.votes(), VotesTable.itemOf(id, choice));
  }

  private void castBallot(String id, String region, String... improvements) {
    DYNAMODB.put(TABLES.votes(), VotesTable.itemOf(id, region, List.of(improvements)));
  }

  private void castAndCount(Choice choice, int votes) {
    cast(choice, votes);
    job.counts(choice, votes, 0);
  }

  private void castAndCountBallots(Choice choice, int votes) {
    cast(choice, votes);
    job.countsBallots(choice.region, votes, 0);
  }

  /** Withdraws the vote that was cast last. */
  private void withdrawAndCount(Choice choice) {
    withdraw(lastVote.get(choice));
    job.counts(choice, 0, 1);
  }

  private void withdraw(String id) {
    client.deleteItem(delete -> delete.tableName(TABLES.votes()).key(VotesTable.keyOf(id)));
  }

  private void lambdaAdds(Choice choice, int votes) {
    client.updateItem(
        update ->
            update
                .tableName(TABLES.totalVotes())
                .key(TotalVotesTable.keyOf(choice))
                .updateExpression("ADD total_votes :votes")
                .expressionAttributeValues(
                    Map.of(":votes", AttributeValue.fromN(Integer.toString(votes)))));
  }

  private void refuse(String position, Choice choice) {
    refuse(position, choice, "new");
  }

  private void refuse(String position, Choice choice, String side) {
    DYNAMODB.put(
        TABLES.rejectedVotes(),
        RejectedVotesTable.itemOf(
            new RejectedVote(
                "shard",
                position,
                "not admitted",
                "{}",
                clock.millis(),
                choice,
                "{\"recast\":{\"side\":\"" + side + "\",}}"),
            Duration.ofDays(30)));
  }

  /** What the job's sink does with a count, without what is around it. */
  private final class Job {

    private final long epoch;
    private final Map<Choice, Tally> tallies = new HashMap<>();
    private final Map<String, Tally> turnouts = new HashMap<>();

    Job(long epoch) {
      this.epoch = epoch;
    }

    /** Votes on ballots of their own. */
    void counts(Choice key, int added, int removed) {
      countsVotes(key, added, removed);
      countsBallots(key.region, added, removed);
    }

    void countsVotes(Choice key, int added, int removed) {
      tallies.put(key, tallies.getOrDefault(key, new Tally(key, epoch, 0, 0)).plus(added, removed));
      write(key);
    }

    void countsBallots(String region, int added, int removed) {
      Tally none = new Tally(new Choice(region, ""), epoch, 0, 0);
      turnouts.put(region, turnouts.getOrDefault(region, none).plus(added, removed));
      writeTurnout(region);
    }

    void writesAgain() {
      List.copyOf(tallies.keySet()).forEach(this::write);
      List.copyOf(turnouts.keySet()).forEach(this::writeTurnout);
    }

    private void writeTurnout(String region) {
      Decision decision =
          IdempotentAdd.decide(
              TotalVotesTable.stateOf(DYNAMODB.get(TABLES.turnout(), TurnoutTable.keyOf(region))),
              turnouts.get(region));
      if (decision.kind() == Decision.Kind.WRITE) {
        client.updateItem(
            update ->
                update
                    .tableName(TABLES.turnout())
                    .key(TurnoutTable.keyOf(region))
                    .updateExpression(
                        "SET epoch = :epoch, added = :added, removed = :removed"
                            + " ADD ballots :ballots")
                    .expressionAttributeValues(
                        Map.of(
                            ":epoch", number(decision.next().epoch()),
                            ":added", number(decision.next().added()),
                            ":removed", number(decision.next().removed()),
                            ":ballots", number(decision.votes()))));
      }
    }

    private static AttributeValue number(long number) {
      return AttributeValue.fromN(Long.toString(number));
    }

    private void write(Choice key) {
      Decision decision =
          IdempotentAdd.decide(
              TotalVotesTable.stateOf(
                  DYNAMODB.get(TABLES.totalVotes(), TotalVotesTable.keyOf(key))),
              tallies.get(key));
      if (decision.kind() == Decision.Kind.WRITE) {
        client.updateItem(TotalVotesTable.update(TABLES.totalVotes(), key, decision));
      }
    }
  }
}
