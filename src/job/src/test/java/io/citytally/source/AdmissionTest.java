package io.citytally.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.TotalsReader;
import io.citytally.vote.VoteChange;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a reader of the stream knows to count, from memory. */
class AdmissionTest {

  private static final Choice PARK = new Choice("North", "park");
  private static final Choice POOL = new Choice("North", "pool");
  private static final Choice TREES = new Choice("South", "trees");
  private static final Choice POND = new Choice("South", "pond");
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final long NOON = 1_700_000_000_000L;

  private final FakeBallot ballot = new FakeBallot(PARK, POOL);
  private long now = NOON;

  private KnownChoices byBallot() {
    return Admission.byBallot(ballot, REFRESH, TotalsReader.NONE).open(List.of());
  }

  private static KnownChoices ofAtMost(int choices, Choice... restored) {
    return Admission.ofAtMost(choices, TotalsReader.NONE).open(List.of(restored));
  }

  private boolean knows(KnownChoices known, Choice choice) {
    return known.since(choice, () -> now) != null;
  }

  private void pass(Duration time) {
    now += time.toMillis();
  }

  @Test
  void knowsWhatIsOnTheBallotAndNothingElse() {
    KnownChoices known = byBallot();

    assertThat(knows(known, PARK)).isTrue();
    assertThat(knows(known, POOL)).isTrue();
    assertThat(knows(known, TREES)).isFalse();
  }

  @Test
  void keepsNothingInStateWhereThereIsABallot() {
    KnownChoices known = byBallot();

    knows(known, PARK);

    assertThat(known.toKeep(0, 1)).isEmpty();
  }

  @Test
  void readsTheBallotAgainForAnUnknownChoiceOnceTheLastReadingIsOldEnough() {
    KnownChoices known = byBallot();
    assertThat(knows(known, TREES)).isFalse();
    ballot.put(PARK, POOL, TREES);

    pass(REFRESH.minusMillis(1));
    assertThat(knows(known, TREES)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(knows(known, TREES)).isTrue();
  }

  @Test
  void readsTheBallotAgainForTheFirstUnknownChoiceWhichMayComeLongAfterTheStart() {
    KnownChoices known = byBallot();
    ballot.put(TREES);

    assertThat(knows(known, TREES)).isTrue();
  }

  @Test
  void readsTheBallotOncePerRefreshHoweverManyUnknownChoicesCome() {
    KnownChoices known = byBallot();

    for (int second = 0; second < 60; second++) {
      for (int choice = 0; choice < 1_000; choice++) {
        knows(known, new Choice("Nowhere", "bogus-" + second + "-" + choice));
      }
      pass(Duration.ofSeconds(1));
    }

    assertThat(ballot.readings).isEqualTo(1 + 6);
  }

  @Test
  void doesNotReadTheBallotForKnownChoices() {
    KnownChoices known = byBallot();

    for (int i = 0; i < 10; i++) {
      pass(REFRESH);
      knows(known, PARK);
      knows(known, POOL);
    }

    assertThat(ballot.readings).isEqualTo(1);
  }

  @Test
  void readsTheBallotAlsoWhereTheClockWasSetBack() {
    KnownChoices known = byBallot();
    knows(known, TREES);
    ballot.put(TREES);

    pass(Duration.ofDays(-1));

    assertThat(knows(known, TREES)).isTrue();
  }

  @Test
  void doesNotWaitForAReadingAndTakesItInWhenTheNextUnknownChoiceComes() {
    ballot.answersLater = true;
    KnownChoices known = byBallot();
    assertThat(knows(known, PARK)).isFalse();
    assertThat(ballot.readings).isEqualTo(1);

    ballot.answer();

    assertThat(knows(known, PARK)).isTrue();
    assertThat(ballot.readings).isEqualTo(1);
  }

  @Test
  void countsTheRefreshFromTheBeginningOfAReading() {
    ballot.answersLater = true;
    KnownChoices known = byBallot();
    ballot.answer();
    knows(known, TREES);
    pass(REFRESH);
    assertThat(ballot.readings).isEqualTo(2);

    ballot.answer();
    knows(known, TREES);

    assertThat(ballot.readings).isEqualTo(3);
  }

  @Test
  void keepsWhatItKnowsWhileTheBallotIsOutOfReachAndAsksNoMoreOftenForThat() {
    KnownChoices known = byBallot();
    knows(known, PARK);
    ballot.isOutOfReach = true;

    assertThat(knows(known, TREES)).isFalse();
    assertThat(knows(known, TREES)).isFalse();
    assertThat(knows(known, POOL)).isTrue();
    assertThat(ballot.readings).isEqualTo(2);

    ballot.isOutOfReach = false;
    ballot.put(TREES);
    pass(REFRESH);
    assertThat(knows(known, TREES)).isTrue();
  }

  @Test
  void beginsWithoutTheBallotIfThatIsOutOfReach() {
    ballot.isOutOfReach = true;
    KnownChoices known = byBallot();

    assertThat(knows(known, PARK)).isFalse();
  }

  @Test
  void failsIfTheBallotIsMissing() {
    ballot.isMissing = true;
    KnownChoices known = byBallot();

    assertThatThrownBy(() -> knows(known, PARK)).hasRootCauseMessage("missing");
  }

  @Test
  void stillKnowsWhatWasTakenOffTheBallot() {
    KnownChoices known = byBallot();
    knows(known, PARK);
    ballot.put(TREES);
    pass(REFRESH);

    assertThat(knows(known, TREES)).isTrue();
    assertThat(knows(known, PARK)).isTrue();
    assertThat(knows(known, POOL)).isTrue();
  }

  @Test
  void knowsNothingWhereTheBallotIsEmpty() {
    ballot.put();
    KnownChoices known = byBallot();

    assertThat(knows(known, PARK)).isFalse();

    ballot.put(PARK);
    pass(REFRESH);
    assertThat(knows(known, PARK)).isTrue();
  }

  @Test
  void admitsTheFirstChoicesWhereThereIsNoBallot() {
    KnownChoices known = ofAtMost(2);

    assertThat(knows(known, PARK)).isTrue();
    assertThat(knows(known, POOL)).isTrue();
    assertThat(knows(known, TREES)).isFalse();
    assertThat(knows(known, PARK)).isTrue();
  }

  @Test
  void aFloodOfNewChoicesFillsNoMoreThanTheBound() {
    KnownChoices known = ofAtMost(10_000);
    knows(known, PARK);

    for (int choice = 0; choice < 1_000_000; choice++) {
      knows(known, new Choice("region-" + choice, "improvement-" + choice));
    }

    assertThat(known.toKeep(0, 1)).hasSize(10_000).contains(PARK);
    assertThat(knows(known, PARK)).isTrue();
  }

  @Test
  void goesOnAfterARestartWithWhatAllReadersHadAdmittedAlsoBeyondTheBound() {
    KnownChoices known = ofAtMost(2, PARK, POOL, TREES, PARK);

    assertThat(List.of(PARK, POOL, TREES)).allMatch(choice -> knows(known, choice));
    assertThat(knows(known, POND)).isFalse();
    assertThat(known.toKeep(0, 1)).containsExactlyInAnyOrder(PARK, POOL, TREES);
  }

  @Test
  void keepsItsShareOfWhatItWasToldAndAllThatItAdmittedItself() {
    Choice[] told = {PARK, POOL, TREES};
    Set<Choice> kept = new HashSet<>();
    int inAll = 0;
    for (int reader = 0; reader < 8; reader++) {
      KnownChoices known = ofAtMost(4, told);
      knows(known, POND);

      assertThat(known.toKeep(reader, 8)).contains(POND);
      kept.addAll(known.toKeep(reader, 8));
      inAll += known.toKeep(reader, 8).size();
    }

    assertThat(kept).containsExactlyInAnyOrder(PARK, POOL, TREES, POND);
    assertThat(inAll).isEqualTo(told.length + 8);
  }

  @Test
  void keepsAfterASecondRestartWhatNoRecordHasAskedForInBetween() {
    KnownChoices known = ofAtMost(2, PARK);

    assertThat(known.toKeep(0, 1)).containsExactly(PARK);
  }

  @Test
  void anotherReaderMayHaveRefusedAChangeUntilARefreshAfterItsChoiceIsKnown() {
    Admission admission = Admission.byBallot(ballot, REFRESH, TotalsReader.NONE);
    long bound = NOON + REFRESH.toMillis() + 1_000;

    assertThat(admission.mayHaveRefused(NOON, changeAt(bound))).isTrue();
    assertThat(admission.mayHaveRefused(NOON, changeAt(bound + 1))).isFalse();
  }

  @Test
  void anotherReaderMayHaveRefusedAPlainVoteAtAnyTime() {
    Admission admission = Admission.byBallot(ballot, REFRESH, TotalsReader.NONE);
    ChangeIdentity plain = new ChangeIdentity(ChangeIdentity.TIMELESS, 1, 2);
    long deliveredAtMicros = (NOON + Duration.ofDays(1).toMillis()) * 1_000;

    assertThat(
            admission.mayHaveRefused(
                NOON, new VoteChange(plain, 1, null, PARK, deliveredAtMicros, 0)))
        .isTrue();
  }

  private static VoteChange changeAt(long millis) {
    return new VoteChange(
        new ChangeIdentity(millis * 1_000, 1, 2), 1, null, PARK, millis * 1_000, 0);
  }

  @Test
  void knowsAChoiceFromTheRestartOnWhereAnEarlierJobMayHaveRefusedIt() {
    KnownChoices known = ofAtMost(2, PARK);
    pass(Duration.ofMinutes(1));

    assertThat(known.since(PARK, () -> now)).isEqualTo(now);
  }

  @Test
  void wantsToAdmitSomething() {
    assertThatIllegalArgumentException().isThrownBy(() -> Admission.ofAtMost(0, TotalsReader.NONE));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> Admission.byBallot(null, REFRESH, TotalsReader.NONE));
  }
}
