package io.citytally.source;

import static io.citytally.source.ChangeRecords.insert;
import static io.citytally.source.ChangeRecords.raw;
import static io.citytally.source.ChangeRecords.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.vote.Backlog;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Side;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How sides wait for the ballot and for totals. */
class AdmitSidesTest {

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Choice TREES = new Choice("South", "trees");

  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final long NOON = 1_700_000_000_000L;
  private static final long LATER = (NOON + 60_000) * 1_000;

  private final FakeBallot ballot = new FakeBallot(PARK);
  private final FakeTotals totals = new FakeTotals();
  private final List<AdmittingReader> readers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AdmittingReader reader : readers) {
      reader.close();
    }
  }

  @Test
  void triesAgainWithLongerAndLongerPausesWhileTheBallotIsAway() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    reader.read(vote(1, PARK));
    int before = ballot.readings;

    List<Long> pauses = new ArrayList<>();
    long last = 0;
    for (long tenths = 1; pauses.size() < 9; tenths++) {
      reader.pass(Duration.ofMillis(100));
      if (ballot.readings > before) {
        before = ballot.readings;
        pauses.add((tenths - last) * 100);
        last = tenths;
      }
    }

    assertThat(pauses)
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L);
  }

  @Test
  void triesATotalAgainUntilItIsKnown() throws Exception {
    totals.isOutOfReach = true;
    AdmittingReader reader = byBallot();
    reader.read(vote(1, POOL));
    reader.pass(Duration.ofHours(1));
    assertThat(reader.rejected()).isEmpty();

    totals.isOutOfReach = false;
    totals.written.add(POOL);
    reader.pass(Duration.ofSeconds(10));

    assertThat(choices(reader)).containsExactly(POOL);
  }

  @Test
  void whatDoesNotWaitGoesOnWhileOthersDo() throws Exception {
    AdmittingReader reader = byBallot();
    reader.read(vote(1, PARK));
    reader.pass(REFRESH);
    ballot.isOutOfReach = true;

    reader.read(vote(2, POOL), vote(3, PARK));

    assertThat(choices(reader)).containsExactly(PARK, PARK);
  }

  @Test
  void refusesBecauseOfAReadingThatBeganLessThanARefreshBeforeTheSideCame() throws Exception {
    AdmittingReader reader = byBallot();
    reader.read(vote(1, POOL));
    ballot.put(PARK, POOL);

    reader.pass(REFRESH.minusMillis(1));
    reader.read(vote(2, POOL));
    assertThat(refused(reader)).containsExactly(POOL, POOL);
    reader.pass(Duration.ofMillis(1));
    ballot.put(PARK, TREES);
    reader.read(vote(3, TREES));

    assertThat(choices(reader)).containsExactly(TREES);
  }

  @Test
  void aReadingThatTakesLongerThanARefreshRefusesOnlyWhatCameInTime() throws Exception {
    AdmittingReader reader = byBallotThatAnswersLater();
    reader.read(vote(1, POOL));
    reader.pass(REFRESH);
    reader.read(vote(2, POOL));

    ballot.answer();
    reader.runMailbox();
    assertThat(refused(reader)).hasSize(1);
    ballot.answer();
    reader.runMailbox();

    assertThat(refused(reader)).hasSize(2);
    assertThat(totals.asked).containsExactly(POOL, POOL);
  }

  @Test
  void sidesOfOneChoiceShareALookup() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    for (int i = 0; i < 50; i++) {
      reader.read(vote(i, POOL));
    }

    ballot.isOutOfReach = false;
    reader.pass(Duration.ofSeconds(1));

    assertThat(refused(reader)).hasSize(50);
    assertThat(totals.asked).containsExactly(POOL);
  }

  @Test
  void aSideThatComesWhileATotalIsLookedForIsLookedForAgain() throws Exception {
    totals.answersLater = true;
    AdmittingReader reader = byBallot();
    reader.read(vote(1, POOL));
    totals.written.add(POOL);
    reader.read(raw(remove("v2", POOL, LATER)));

    totals.answer();
    reader.runMailbox();
    assertThat(refused(reader)).containsExactly(POOL);
    totals.answer();
    reader.runMailbox();

    assertThat(reader.changes()).extracting(change -> change.oldChoice).containsExactly(POOL);
  }

  @Test
  void asksForNoMoreTotalsAtATimeThanTheReaderAllows() throws Exception {
    totals.answersLater = true;
    AdmittingReader reader = byBallot();
    for (int i = 0; i < 3 * TotalsReader.MAX_CONCURRENCY; i++) {
      reader.read(vote(i, new Choice("Nowhere", "bogus-" + i)));
      assertThat(totals.unanswered()).isLessThanOrEqualTo(TotalsReader.MAX_CONCURRENCY);
    }

    while (totals.unanswered() > 0) {
      totals.answer();
      reader.runMailbox();
      assertThat(totals.unanswered()).isLessThanOrEqualTo(TotalsReader.MAX_CONCURRENCY);
    }

    assertThat(refused(reader)).hasSize(3 * TotalsReader.MAX_CONCURRENCY);
  }

  @Test
  void asksForTheSameTotalsUntilTheyAreKnownAndForOthersThen() throws Exception {
    totals.isOutOfReach = true;
    AdmittingReader reader = byBallot();
    for (int i = 0; i < 3 * TotalsReader.MAX_CONCURRENCY; i++) {
      reader.read(vote(i, new Choice("Nowhere", "bogus-" + i)));
    }

    reader.pass(Duration.ofHours(1));
    assertThat(Set.copyOf(totals.asked)).hasSize(TotalsReader.MAX_CONCURRENCY);
    totals.isOutOfReach = false;
    reader.pass(Duration.ofMinutes(1));

    assertThat(refused(reader)).hasSize(3 * TotalsReader.MAX_CONCURRENCY);
  }

  @Test
  void aChoiceThatComesToTheBallotWhileItsTotalIsLookedForCounts() throws Exception {
    totals.answersLater = true;
    AdmittingReader reader = byBallot();
    reader.read(vote(1, POOL));
    reader.pass(REFRESH);
    ballot.put(PARK, POOL);
    reader.read(vote(2, TREES));

    totals.answer();
    totals.answer();
    reader.runMailbox();

    assertThat(choices(reader)).containsExactly(POOL);
    assertThat(refused(reader)).containsExactly(TREES);
  }

  @Test
  void thousandsOfChoicesMayComeToTheBallotWhileTheyWaitForTheirLookup() throws Exception {
    totals.answersLater = true;
    AdmittingReader reader = byBallot();
    Choice[] many = new Choice[Backlog.MAX_ELEMENTS - 1];
    for (int i = 0; i < many.length; i++) {
      many[i] = new Choice("North", "bench-" + i);
      reader.read(vote(i, many[i]));
    }

    reader.pass(REFRESH);
    ballot.put(many);
    reader.read(vote(-1, TREES));
    while (totals.unanswered() > 0) {
      totals.answer();
      reader.runMailbox();
    }

    assertThat(choices(reader)).containsExactly(many);
    assertThat(refused(reader)).containsExactly(TREES);
  }

  @Test
  void remembersForLongerWhatAnotherReaderMayHaveRefused() throws Exception {
    totals.written.add(TREES);
    AdmittingReader reader = withoutBallotYet();
    long known = NOON + 100;
    long bound = known + REFRESH.toMillis() + 1_000;
    reader.read(
        raw(insert("v1", PARK, bound * 1_000)),
        raw(insert("v2", PARK, (bound + 1) * 1_000)),
        raw(insert("v3", TREES, (bound + 1) * 1_000)));

    ballot.isOutOfReach = false;
    reader.setTime(known);

    assertThat(reader.changes())
        .extracting(change -> change.recastable)
        .containsExactly(true, false, true);
  }

  @Test
  void failsIfATotalCannotBeHadByTryingAgain() throws Exception {
    AdmittingReader reader = byBallot();
    totals.isMissing = true;

    assertThatThrownBy(() -> reader.read(vote(1, POOL))).hasStackTraceContaining("missing");
  }

  @Test
  void failsIfTheBallotCannotBeHadByTryingAgain() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    reader.read(vote(1, POOL));
    ballot.isMissing = true;

    assertThatThrownBy(() -> reader.pass(Duration.ofSeconds(1))).hasStackTraceContaining("missing");
  }

  @Test
  void holdsTheStreamBackOnceSoManySidesWait() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    for (int i = 0; i < Backlog.MAX_ELEMENTS; i++) {
      assertThat(holdsBack(reader, vote(i, POOL))).isFalse();
    }

    assertThat(holdsBack(reader, vote(-1, POOL))).isTrue();
    reader.pass(Duration.ofHours(1));

    assertThat(refused(reader)).hasSize(Backlog.MAX_ELEMENTS + 1);
  }

  @Test
  void holdsTheStreamBackOnceSoManyBytesWait() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    String padding = "x".repeat(RejectedVote.MAX_PAYLOAD_BYTES);
    int held = 0;
    while (!holdsBack(
        reader,
        raw(
            "{\"id\":\"v"
                + held
                + "\",\"region\":\"r\",\"improvement\":\"i\",\"recordFormat\":\""
                + padding
                + "\"}"))) {
      held++;
    }

    assertThat(held)
        .isBetween(
            Backlog.MAX_BYTES / RejectedVote.MAX_PAYLOAD_BYTES / 8,
            Backlog.MAX_BYTES / RejectedVote.MAX_PAYLOAD_BYTES);
  }

  @Test
  void aStreamThatIsHeldBackCanBeInterrupted() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    for (int i = 0; i < Backlog.MAX_ELEMENTS; i++) {
      reader.read(vote(i, POOL));
    }

    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> reader.read(vote(-1, POOL)));
  }

  @Test
  void aSnapshotHoldsWhatWaitsAndDealsItOutToAnyNumberOfReaders() throws Exception {
    AdmittingReader one = withoutBallotYet();
    AdmittingReader other = withoutBallotYet();
    for (int i = 0; i < 10; i++) {
      one.read(vote(i, i % 2 == 0 ? PARK : POOL));
      other.read(vote(100 + i, i % 2 == 0 ? PARK : POOL));
    }
    AdmittingReader.Snapshot snapshot = AdmittingReader.snapshot(List.of(one, other));
    ballot.isOutOfReach = false;

    for (int parallelism : new int[] {1, 2, 3}) {
      List<VoteChange> passed = new ArrayList<>();
      List<RejectedVote> refused = new ArrayList<>();
      for (int number = 0; number < parallelism; number++) {
        AdmittingReader reader = open(parallelism, number, snapshot);
        passed.addAll(reader.changes());
        refused.addAll(reader.rejected());
      }
      assertThat(passed).hasSize(10).extracting(change -> change.newChoice).containsOnly(PARK);
      assertThat(passed).extracting(change -> change.identity).doesNotHaveDuplicates();
      assertThat(refused).hasSize(10).extracting(vote -> vote.choice).containsOnly(POOL);
    }
  }

  @Test
  void whatIsDecidedIsNoLongerInASnapshot() throws Exception {
    AdmittingReader reader = withoutBallotYet();
    reader.read(vote(1, PARK));
    ballot.isOutOfReach = false;
    reader.pass(REFRESH);

    AdmittingReader.Snapshot snapshot = AdmittingReader.snapshot(List.of(reader));
    AdmittingReader after = open(1, 0, snapshot);

    assertThat(after.changes()).isEmpty();
  }

  @Test
  void theEndOfTheInputWaitsForEachDecision() throws Exception {
    totals.answersLater = true;
    AdmittingReader reader = byBallot();
    reader.read(vote(1, POOL), vote(2, TREES));
    reader.mailbox().execute(totals::answer, "answer");
    reader.mailbox().execute(totals::answer, "answer");

    reader.endInput();

    assertThat(refused(reader)).containsExactly(POOL, TREES);
  }

  @Test
  void whatWaitsAtTheEndOfTheInputGoesBeforeTheLastWatermark() throws Exception {
    totals.answersLater = true;
    AdmittingReader reader = byBallot();
    reader.read(vote(1, POOL));
    reader.mailbox().execute(totals::answer, "answer");

    reader.lastWatermark();
    assertThat(reader.hasEnded()).isFalse();
    reader.endInput();

    assertThat(refused(reader)).containsExactly(POOL);
    assertThat(reader.hasEnded()).isTrue();
  }

  @Test
  void aSideIsWrittenWithoutReflectionThatGuesses() {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(UndecidedSide.class);
  }

  private boolean holdsBack(AdmittingReader reader, RawRecord record) throws Exception {
    AtomicBoolean held = new AtomicBoolean();
    reader
        .mailbox()
        .execute(
            () -> {
              if (reader.isAdmitting()) {
                held.set(true);
                ballot.isOutOfReach = false;
                reader.tick(Duration.ofHours(1));
              }
            },
            "relief");
    reader.read(record);
    return held.get();
  }

  private AdmittingReader byBallot() throws Exception {
    return open(1, 0, null);
  }

  private AdmittingReader byBallotThatAnswersLater() throws Exception {
    ballot.answersLater = true;
    return byBallot();
  }

  private AdmittingReader withoutBallotYet() throws Exception {
    ballot.isOutOfReach = true;
    return byBallot();
  }

  /** A reader that decides each side here: to its first stage, the ballot is empty. */
  private AdmittingReader open(int parallelism, int number, AdmittingReader.Snapshot snapshot)
      throws Exception {
    AdmittingReader reader =
        new AdmittingReader(
            Admission.byBallot(new FakeBallot(), REFRESH, TotalsReader.NONE),
            Admission.byBallot(ballot, REFRESH, totals),
            parallelism,
            number,
            snapshot,
            NOON);
    readers.add(reader);
    return reader;
  }

  /** A vote of which only the choice counts, as one that is cast again. */
  private static RawRecord vote(int number, Choice choice) {
    VoteChange change =
        new VoteChange(
            new ChangeIdentity(LATER + number, number, 0), number, null, choice, LATER + number, 0);
    return raw(RecastRecord.of(change, Side.NEW, 1));
  }

  private static List<Choice> choices(AdmittingReader reader) {
    return reader.changes().stream().map(change -> change.newChoice).toList();
  }

  private static List<Choice> refused(AdmittingReader reader) {
    return reader.rejected().stream().map(vote -> vote.choice).toList();
  }
}
