package io.citytally.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import org.junit.jupiter.api.Test;

class IdempotentAddTest {

  private static final Choice KEY = new Choice("Centre", "A bridge");

  @Test
  void addsAllToAnItemThatWasNeverWritten() {
    Decision decision = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, tally(1, 120, 4));

    assertThat(decision.kind()).isEqualTo(Decision.Kind.WRITE);
    assertThat(decision.votes()).isEqualTo(116);
    assertThat(decision.changes()).isEqualTo(124);
    assertThat(decision.next()).isEqualTo(CounterState.at(1, 120, 4));
    assertThat(decision.allows(CounterState.NEVER_WRITTEN)).isTrue();
    assertThat(decision.allows(CounterState.at(1, 0, 0))).isFalse();
    assertThat(decision.allows(CounterState.at(1, 120, 4))).isFalse();
  }

  @Test
  void addsTheDifferenceToAnItemOfTheSameEpoch() {
    Decision decision = IdempotentAdd.decide(CounterState.at(2, 100, 3), tally(2, 120, 4));

    assertThat(decision.kind()).isEqualTo(Decision.Kind.WRITE);
    assertThat(decision.votes()).isEqualTo(20 - 1);
    assertThat(decision.changes()).isEqualTo(20 + 1);
    assertThat(decision.next()).isEqualTo(CounterState.at(2, 120, 4));
  }

  @Test
  void asksAnItemOfTheSameEpochForBothItsNumbers() {
    Decision decision = IdempotentAdd.decide(CounterState.at(2, 100, 3), tally(2, 120, 4));

    assertThat(decision.allows(CounterState.at(2, 100, 3))).isTrue();
    assertThat(decision.allows(CounterState.at(2, 101, 3))).isFalse();
    assertThat(decision.allows(CounterState.at(2, 100, 4))).isFalse();
    assertThat(decision.allows(CounterState.at(1, 100, 3))).isFalse();
    assertThat(decision.allows(CounterState.at(3, 100, 3))).isFalse();
    assertThat(decision.allows(CounterState.NEVER_WRITTEN)).isFalse();
  }

  @Test
  void addsOnlyWhatIsNewWhereTheItemIsAheadInTheOtherNumber() {
    Decision aheadInRemoved = IdempotentAdd.decide(CounterState.at(1, 10, 5), tally(1, 12, 3));
    Decision aheadInAdded = IdempotentAdd.decide(CounterState.at(1, 12, 3), tally(1, 10, 5));

    assertThat(aheadInRemoved.votes()).isEqualTo(2);
    assertThat(aheadInRemoved.next()).isEqualTo(CounterState.at(1, 12, 5));
    assertThat(aheadInAdded.votes()).isEqualTo(-2);
    assertThat(aheadInAdded.next()).isEqualTo(CounterState.at(1, 12, 5));
  }

  @Test
  void addsNothingToAnItemThatHasTakenInAll() {
    assertThat(IdempotentAdd.decide(CounterState.at(1, 12, 3), tally(1, 12, 3)).kind())
        .isEqualTo(Decision.Kind.NOTHING_TO_ADD);
    assertThat(IdempotentAdd.decide(CounterState.at(1, 12, 3), tally(1, 7, 2)).kind())
        .isEqualTo(Decision.Kind.NOTHING_TO_ADD);
    assertThat(IdempotentAdd.decide(CounterState.NEVER_WRITTEN, tally(1, 0, 0)).kind())
        .isEqualTo(Decision.Kind.NOTHING_TO_ADD);
  }

  @Test
  void remembersVotesThatCameAndWentThoughTheTotalStays() {
    Decision decision = IdempotentAdd.decide(CounterState.NEVER_WRITTEN, tally(1, 1, 1));

    assertThat(decision.kind()).isEqualTo(Decision.Kind.WRITE);
    assertThat(decision.votes()).isZero();
    assertThat(decision.next()).isEqualTo(CounterState.at(1, 1, 1));
  }

  @Test
  void goesBelowZeroWhileAWithdrawalIsKnownBeforeItsVote() {
    assertThat(IdempotentAdd.decide(CounterState.NEVER_WRITTEN, tally(1, 0, 1)).votes())
        .isEqualTo(-1);
  }

  @Test
  void addsAllOnTopOfAnOlderEpochWhereverThatStands() {
    Decision decision = IdempotentAdd.decide(CounterState.at(1, 500, 20), tally(3, 7, 2));

    assertThat(decision.kind()).isEqualTo(Decision.Kind.WRITE);
    assertThat(decision.votes()).isEqualTo(5);
    assertThat(decision.next()).isEqualTo(CounterState.at(3, 7, 2));
    assertThat(decision.allows(CounterState.at(1, 500, 20))).isTrue();
    assertThat(decision.allows(CounterState.at(1, 501, 21))).isTrue();
    assertThat(decision.allows(CounterState.at(2, 500, 20))).isFalse();
    assertThat(decision.allows(CounterState.at(3, 7, 2))).isFalse();
    assertThat(decision.allows(CounterState.NEVER_WRITTEN)).isFalse();
  }

  @Test
  void isOutdatedByANewerEpoch() {
    assertThat(IdempotentAdd.decide(CounterState.at(2, 1, 0), tally(1, 100, 0)).kind())
        .isEqualTo(Decision.Kind.OUTDATED);
    assertThat(IdempotentAdd.decide(CounterState.at(2, 1, 0), tally(1, 0, 0)).kind())
        .isEqualTo(Decision.Kind.OUTDATED);
  }

  private static Tally tally(long epoch, long added, long removed) {
    return new Tally(KEY, epoch, added, removed);
  }

  @Test
  void saysWhereAnItemStandsAndWhatIsToBeDone() {
    CounterState state = CounterState.at(1, 120, 4);

    assertThat(state).hasToString("epoch 1, 120 added, 4 removed");
    assertThat(state).hasSameHashCodeAs(CounterState.at(1, 120, 4));
    assertThat(state.hashCode()).isNotEqualTo(CounterState.at(1, 120, 5).hashCode());
    assertThat(IdempotentAdd.decide(state, new Tally(new Choice("North", "park"), 1, 121, 5)))
        .hasToString(
            "WRITE from (epoch 1, 120 added, 4 removed) to (epoch 1, 121 added, 5 removed), votes"
                + " 0");
  }
}
