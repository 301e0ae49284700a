package io.citytally.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.citytally.vote.TallyKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private static final TallyKey PARK = new TallyKey("North", "park");
  private static final TallyKey POOL = new TallyKey("North", "pool");
  private static final TallyKey TREES = new TallyKey("South", "trees");
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final long NOON = 1_700_000_000_000L;

  private final FakeBallot ballot = new FakeBallot(PARK, POOL);
  private long now = NOON;

  private Admission byBallot() {
    Admission admission = Admission.byBallot(ballot, REFRESH, 2);
    admission.open(List.of());
    return admission;
  }

  private static Admission ofAtMost(int choices, TallyKey... restored) {
    Admission admission = Admission.ofAtMost(choices);
    admission.open(List.of(restored));
    return admission;
  }

  private boolean admits(Admission admission, TallyKey choice) {
    return admission.admits(choice, () -> now);
  }

  private void pass(Duration time) {
    now += time.toMillis();
  }

  @Test
  void admitsWhatIsOnTheBallotAndNothingElse() {
    Admission admission = byBallot();

    assertThat(admits(admission, PARK)).isTrue();
    assertThat(admits(admission, POOL)).isTrue();
    assertThat(admits(admission, TREES)).isFalse();
    assertThat(admission.refusal()).isEqualTo("is not on the ballot");
    assertThat(admission.admitted()).containsExactlyInAnyOrder(PARK, POOL);
  }

  @Test
  void isNotBoundedByTheirNumberWhereThereIsABallot() {
    ballot.put(PARK, POOL, TREES);
    Admission admission = byBallot();

    assertThat(List.of(PARK, POOL, TREES)).allMatch(choice -> admits(admission, choice));
  }

  @Test
  void readsTheBallotAgainForAnUnknownChoiceOnceTheLastReadingIsOldEnough() {
    Admission admission = byBallot();
    assertThat(admits(admission, TREES)).isFalse();
    ballot.put(PARK, POOL, TREES);

    pass(REFRESH.minusMillis(1));
    assertThat(admits(admission, TREES)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(admits(admission, TREES)).isTrue();
  }

  @Test
  void readsTheBallotAgainForTheFirstUnknownChoiceWhichMayComeLongAfterTheStart() {
    Admission admission = byBallot();
    ballot.put(TREES);

    assertThat(admits(admission, TREES)).isTrue();
  }

  @Test
  void readsTheBallotOncePerRefreshHoweverManyUnknownChoicesCome() {
    Admission admission = byBallot();

    for (int second = 0; second < 60; second++) {
      for (int choice = 0; choice < 1_000; choice++) {
        admits(admission, new TallyKey("Nowhere", "bogus-" + second + "-" + choice));
      }
      pass(Duration.ofSeconds(1));
    }

    assertThat(ballot.readings).isEqualTo(1 + 6);
  }

  @Test
  void doesNotReadTheBallotForKnownChoices() {
    Admission admission = byBallot();

    for (int i = 0; i < 10; i++) {
      pass(REFRESH);
      admits(admission, PARK);
      admits(admission, POOL);
    }

    assertThat(ballot.readings).isEqualTo(1);
  }

  @Test
  void readsTheBallotAlsoWhereTheClockWasSetBack() {
    Admission admission = byBallot();
    admits(admission, TREES);
    ballot.put(TREES);

    pass(Duration.ofDays(-1));

    assertThat(admits(admission, TREES)).isTrue();
  }

  @Test
  void keepsToTheLastReadingWhileTheBallotIsOutOfReachAndAsksNoMoreOftenForThat() {
    Admission admission = byBallot();
    admits(admission, PARK);
    ballot.isOutOfReach = true;

    assertThat(admits(admission, TREES)).isFalse();
    assertThat(admits(admission, TREES)).isFalse();
    assertThat(admits(admission, POOL)).isTrue();
    assertThat(ballot.readings).isEqualTo(2);

    ballot.isOutOfReach = false;
    ballot.put(TREES);
    pass(REFRESH);
    assertThat(admits(admission, TREES)).isTrue();
  }

  @Test
  void countsTheRefreshFromTheEndOfAReadingThatTookLong() {
    Admission admission =
        Admission.byBallot(
            () -> {
              pass(Duration.ofSeconds(20));
              ballot.readings++;
              return ballot.choices;
            },
            REFRESH,
            2);
    admission.open(List.of());

    admits(admission, TREES);
    admits(admission, TREES);

    assertThat(ballot.readings).isEqualTo(2);
  }

  @Test
  void doesNotBeginWithoutTheBallot() {
    ballot.isOutOfReach = true;

    assertThatIllegalStateException().isThrownBy(this::byBallot);
  }

  @Test
  void stillAdmitsWhatWasTakenOffTheBallot() {
    Admission admission = byBallot();
    admits(admission, PARK);
    ballot.put(TREES);
    pass(REFRESH);

    assertThat(admits(admission, TREES)).isTrue();
    assertThat(admits(admission, PARK)).isTrue();
    assertThat(admits(admission, POOL)).isFalse();
  }

  @Test
  void boundsTheNumberOfChoicesWhereThereIsNoBallot() {
    Admission admission = ofAtMost(2);

    assertThat(admits(admission, PARK)).isTrue();
    assertThat(admits(admission, POOL)).isTrue();
    assertThat(admits(admission, TREES)).isFalse();
    assertThat(admits(admission, PARK)).isTrue();
    assertThat(admission.refusal())
        .isEqualTo(
            "would be one choice more than the 2 that are admitted; raise max.choices, or set a"
                + " ballot");
  }

  @Test
  void boundsTheNumberOfChoicesWhereTheBallotIsEmpty() {
    ballot.put();
    Admission admission = byBallot();

    assertThat(admits(admission, PARK)).isTrue();
    assertThat(admits(admission, TREES)).isTrue();
    assertThat(admits(admission, POOL)).isFalse();

    ballot.put(POOL);
    pass(REFRESH);
    assertThat(admits(admission, POOL)).isTrue();
    assertThat(admits(admission, new TallyKey("South", "pond"))).isFalse();
  }

  @Test
  void aFloodOfNewChoicesFillsNoMoreThanTheBound() {
    Admission admission = ofAtMost(10_000);
    admits(admission, PARK);

    for (int choice = 0; choice < 1_000_000; choice++) {
      admits(admission, new TallyKey("region-" + choice, "improvement-" + choice));
    }

    assertThat(admission.admitted()).hasSize(10_000).contains(PARK);
    assertThat(admits(admission, PARK)).isTrue();
  }

  @Test
  void goesOnAfterARestartWithWhatAllReadersHadAdmittedAlsoBeyondTheBound() {
    Admission admission = ofAtMost(2, PARK, POOL, TREES, PARK);

    assertThat(List.of(PARK, POOL, TREES)).allMatch(choice -> admits(admission, choice));
    assertThat(admits(admission, new TallyKey("South", "pond"))).isFalse();
    assertThat(admission.admitted()).isEqualTo(Set.of(PARK, POOL, TREES));
  }

  @Test
  void knowsThatItMayHaveRefusedWhatCameBeforeTheChoiceWasAdmitted() {
    Admission admission = byBallot();
    admits(admission, TREES);
    ballot.put(TREES);
    pass(REFRESH);
    admits(admission, TREES);

    assertThat(admission.mayHaveRefused(TREES, NOON)).isTrue();
    assertThat(admission.mayHaveRefused(TREES, now)).isTrue();
    assertThat(admission.mayHaveRefused(TREES, now + 1_001)).isFalse();
  }

  @Test
  void knowsThatItMayHaveRefusedWhatCameBeforeTheRestart() {
    Admission admission = ofAtMost(2, PARK);
    admits(admission, PARK);

    assertThat(admission.mayHaveRefused(PARK, NOON)).isTrue();
    assertThat(admission.mayHaveRefused(PARK, NOON + 1_001)).isFalse();
  }

  @Test
  void letsGoOfTheBallotWhenItCloses() {
    byBallot().close();
    ofAtMost(1).close();

    assertThat(ballot.closed).isTrue();
  }

  @Test
  void wantsToAdmitSomething() {
    assertThatIllegalArgumentException().isThrownBy(() -> Admission.ofAtMost(0));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> Admission.byBallot(null, REFRESH, 1));
  }
}
