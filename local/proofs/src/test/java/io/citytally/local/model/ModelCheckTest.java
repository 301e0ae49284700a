package io.citytally.local.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.model.Outcome.Counterexample;
import io.citytally.local.model.Search.Limits;
import io.citytally.sink.PendingTally;
import io.citytally.table.CounterState;
import io.citytally.table.Decision;
import io.citytally.vote.Tally;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("proof")
class ModelCheckTest {

  /** The most states, which take a second: what is wrong is found long before. */
  private static final Limits LIMITS = new Limits(200_000, Integer.MAX_VALUE);

  private final StringWriter out = new StringWriter();

  private static final Scope TWO_CHANGES = new Scope(2, 1, 2, 1, 1, Hazard.all());
  private static final Scope THREE_CHANGES = new Scope(3, 1, 1, 1, 1, Hazard.all());
  private static final Scope TWO_EPOCHS = new Scope(1, 2, 2, 1, 1, Hazard.all());
  private static final Scope ONE_JOB = new Scope(2, 1, 1, 1, 1, Hazard.all());

  @Test
  void theIdempotentAddHoldsWithEpochsRaisedAndEveryFault() {
    assertThat(search(new TallyProtocol(), TWO_EPOCHS).holds()).isTrue();
  }

  @Test
  void theIdempotentAddHoldsWithTwoChangesAndEveryFault() {
    Outcome outcome = search(new TallyProtocol(), ONE_JOB);

    assertThat(outcome.holds()).isTrue();
    assertThat(outcome.states()).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource(Hazard.class)
  void theIdempotentAddHoldsUnderEachFaultBesideAZombie(Hazard fault) {
    Scope scope = TWO_CHANGES.only(EnumSet.of(Hazard.ZOMBIE, fault));

    assertThat(search(new TallyProtocol(), scope).counterexample()).isEmpty();
  }

  @Test
  void whatIsLeftOutAsHopelessChangesNothing() {
    Outcome outcome =
        search(
            new TallyProtocol() {
              @Override
              public boolean isHopeless(ConditionalAdd request, CounterState item) {
                return false;
              }
            },
            TWO_EPOCHS);

    assertThat(outcome.holds()).isTrue();
    assertThat(outcome.states()).isGreaterThan(search(new TallyProtocol(), TWO_EPOCHS).states());
  }

  @Test
  void theLambdaCountsABatchTwiceThatIsTriedAgain() {
    Scope scope = TWO_CHANGES.only(EnumSet.of(Hazard.REFUSED));

    Counterexample found =
        counterexample(new AddPerChange(AddPerChange.Guard.NONE), scope).orElseThrow();

    assertThat(found.steps()).anyMatch(step -> step.contains("is done again"));
    assertThat(found.reason()).contains("was moved by");
  }

  @Test
  void aPlainAddCountsTwiceIfTheAnswerIsLost() {
    Counterexample found =
        counterexample(new AddPerWindow(AddPerWindow.Guard.NONE), TWO_CHANGES).orElseThrow();

    assertThat(found.steps()).hasSize(4).anyMatch(step -> step.contains("its answer is lost"));
    assertThat(found.reason()).isEqualTo("A was moved by +2, but only 1 came and 0 went");
  }

  @Test
  void aWindowNumberHelpsAgainstALostAnswerButNotAgainstACrash() {
    AddPerWindow guarded = new AddPerWindow(AddPerWindow.Guard.WINDOW_NUMBER);

    Counterexample found =
        counterexample(guarded, TWO_CHANGES.only(EnumSet.of(Hazard.CRASH))).orElseThrow();

    assertThat(
            search(guarded, TWO_CHANGES.only(EnumSet.of(Hazard.ANSWER_LOST, Hazard.LATE))).holds())
        .isTrue();
    assertThat(found.steps())
        .anyMatch(step -> step.contains("crashes"))
        .anyMatch(step -> step.contains("ADD +0, window 1"));
    assertThat(found.reason()).contains("all is delivered, and written as far as the writer knows");
  }

  @Test
  void aRequestTokenHelpsForTenMinutes() {
    AddPerWindow guarded = new AddPerWindow(AddPerWindow.Guard.REQUEST_TOKEN);

    Counterexample found = counterexample(guarded, TWO_CHANGES).orElseThrow();

    assertThat(
            search(guarded, TWO_CHANGES.only(EnumSet.of(Hazard.ANSWER_LOST, Hazard.LATE))).holds())
        .isTrue();
    assertThat(found.steps()).contains("ten minutes pass");
    assertThat(found.reason()).contains("was moved by +2");
  }

  @Test
  void aRequestTokenDoesNotHelpAgainstACrash() {
    Scope scope = TWO_CHANGES.only(EnumSet.of(Hazard.CRASH));

    assertThat(counterexample(new AddPerWindow(AddPerWindow.Guard.REQUEST_TOKEN), scope))
        .isPresent();
  }

  @Test
  void aVersionThatWasReadDoesNotTellWhetherOnesOwnWriteIsInIt() {
    Scope scope = TWO_CHANGES.only(EnumSet.of(Hazard.ANSWER_LOST));

    Counterexample found =
        counterexample(new OptimisticAdd(OptimisticAdd.History.NONE), scope).orElseThrow();

    assertThat(found.steps()).hasSize(5).anyMatch(step -> step.contains("its answer is lost"));
    assertThat(found.reason()).isEqualTo("A was moved by +2, but only 1 came and 0 went");
  }

  @Test
  void aHistoryHelpsAgainstALostAnswerUntilItNoLongerReachesBack() {
    OptimisticAdd guarded = new OptimisticAdd(OptimisticAdd.History.LAST_CHANGE);

    assertThat(
            search(guarded, TWO_CHANGES.only(EnumSet.of(Hazard.ANSWER_LOST, Hazard.LATE))).holds())
        .isTrue();
    assertThat(counterexample(guarded, THREE_CHANGES.only(EnumSet.of(Hazard.CRASH)))).isPresent();
  }

  @Test
  void anElementPerVoteComesBackIfItsPutComesAfterItsDelete() {
    Set<Hazard> inOrder = EnumSet.of(Hazard.REFUSED, Hazard.ANSWER_LOST);

    Counterexample reordered =
        counterexample(new ElementPerVote(), TWO_CHANGES.only(EnumSet.of(Hazard.REORDERED)))
            .orElseThrow();
    Counterexample late =
        counterexample(new ElementPerVote(), TWO_CHANGES.only(EnumSet.of(Hazard.LATE)))
            .orElseThrow();

    assertThat(search(new ElementPerVote(), TWO_CHANGES.only(inOrder)).holds()).isTrue();
    assertThat(reordered.steps().get(0)).startsWith("change 2");
    assertThat(late.reason()).contains("all is delivered");
  }

  @Test
  void theLastSequenceNumberLosesWhatComesOutOfOrder() {
    AddPerChange guarded = new AddPerChange(AddPerChange.Guard.LAST_CHANGE);
    Set<Hazard> inOrder = EnumSet.complementOf(EnumSet.of(Hazard.REORDERED, Hazard.NEW_EPOCH));

    Counterexample found = counterexample(guarded, TWO_CHANGES).orElseThrow();

    assertThat(counterexample(guarded, TWO_CHANGES.only(inOrder))).isEmpty();
    assertThat(found.steps().get(0)).startsWith("change 2");
    assertThat(found.reason()).contains("all is delivered");
  }

  @Test
  void theSetOfAllChangesIsExactToo() {
    Outcome outcome = search(new AddPerChange(AddPerChange.Guard.ALL_CHANGES), ONE_JOB);

    assertThat(outcome.holds()).isTrue();
  }

  /** A wrong decision, or a wrong way to go on, of which the model must show the harm. */
  private abstract static class Mutant extends TallyProtocol {

    private final String mistake;

    Mutant(String mistake) {
      this.mistake = mistake;
    }

    @Override
    public String toString() {
      return mistake;
    }
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void findsTheHarmInEachMistake(Mutant mutant) {
    Optional<Counterexample> found =
        counterexample(mutant, TWO_EPOCHS).or(() -> counterexample(mutant, TWO_CHANGES));

    assertThat(found).isPresent();
  }

  static Stream<Mutant> mutants() {
    return Stream.of(
        new Mutant("asks for no condition") {
          @Override
          boolean allows(ConditionalAdd request, CounterState item) {
            return true;
          }
        },
        new Mutant("asks for the epoch only") {
          @Override
          boolean allows(ConditionalAdd request, CounterState item) {
            return item.epoch() == decision(request).expected().epoch();
          }
        },
        new Mutant("asks for what came only") {
          @Override
          boolean allows(ConditionalAdd request, CounterState item) {
            CounterState expected = decision(request).expected();
            return item.epoch() == expected.epoch()
                && (decision(request).takesOver() || item.added() == expected.added());
          }
        },
        new Mutant("takes over from any epoch") {
          @Override
          boolean allows(ConditionalAdd request, CounterState item) {
            return decision(request).takesOver() || super.allows(request, item);
          }
        },
        new Mutant("takes over on top of the old epoch's numbers") {
          @Override
          CounterState next(ConditionalAdd request, CounterState item) {
            CounterState next = super.next(request, item);
            return decision(request).takesOver()
                ? CounterState.at(
                    next.epoch(), item.added() + next.added(), item.removed() + next.removed())
                : next;
          }
        },
        new Mutant("writes its numbers instead of the greater ones") {
          @Override
          Decision.Kind kind(PendingTally pending) {
            Tally tally = pending.tally();
            Decision.Kind kind = super.kind(pending);
            boolean same =
                pending.cached().equals(CounterState.at(tally.epoch, tally.added, tally.removed));
            return kind == Decision.Kind.OUTDATED
                ? kind
                : same ? Decision.Kind.NOTHING_TO_ADD : Decision.Kind.WRITE;
          }

          @Override
          CounterState next(ConditionalAdd request, CounterState item) {
            Tally tally = request.tally();
            return CounterState.at(tally.epoch, tally.added, tally.removed);
          }

          @Override
          long votes(ConditionalAdd request) {
            return decision(request).takesOver()
                ? super.votes(request)
                : request.tally().votes() - (request.cached().added() - request.cached().removed());
          }

          @Override
          PendingTally written(
              PendingTally pending, ConditionalAdd sent, Effect<CounterState> effect) {
            return pending.refused(effect.memory());
          }
        },
        new Mutant("adds all, not the difference") {
          @Override
          long votes(ConditionalAdd request) {
            return request.tally().votes();
          }
        },
        new Mutant("moves the total, but not the memory") {
          @Override
          CounterState next(ConditionalAdd request, CounterState item) {
            return item.epoch() == 0 ? super.next(request, item) : item;
          }
        },
        new Mutant("writes though there is nothing to add") {
          @Override
          Decision.Kind kind(PendingTally pending) {
            Decision.Kind kind = super.kind(pending);
            return kind == Decision.Kind.NOTHING_TO_ADD ? Decision.Kind.WRITE : kind;
          }
        },
        new Mutant("writes though it is outdated") {
          @Override
          Decision.Kind kind(PendingTally pending) {
            Decision.Kind kind = super.kind(pending);
            return kind == Decision.Kind.OUTDATED ? Decision.Kind.WRITE : kind;
          }

          @Override
          CounterState next(ConditionalAdd request, CounterState item) {
            Tally tally = request.tally();
            return CounterState.at(tally.epoch, tally.added, tally.removed);
          }
        },
        new Mutant("takes over no item of an older epoch") {
          @Override
          Decision.Kind kind(PendingTally pending) {
            Decision.Kind kind = super.kind(pending);
            return kind == Decision.Kind.WRITE && isOfOlderEpoch(pending)
                ? Decision.Kind.NOTHING_TO_ADD
                : kind;
          }

          private boolean isOfOlderEpoch(PendingTally pending) {
            return pending.cached().epoch() > 0 && pending.next().takesOver();
          }
        },
        new Mutant("takes a lost answer for success") {
          @Override
          public Writer unanswered(Writer writer) {
            CounterState next = decision(writer.sent()).next();
            return answered(writer, new Effect<>(next, 0, true));
          }
        },
        new Mutant("learns nothing from a failed condition") {
          @Override
          PendingTally refused(PendingTally pending, CounterState seen) {
            return pending;
          }
        },
        new Mutant("gives up where a condition fails") {
          @Override
          public Writer answered(Writer writer, Effect<CounterState> effect) {
            return effect.written()
                ? super.answered(writer, effect)
                : new Writer(writer.counted(), effect.memory(), null, null, false);
          }
        },
        new Mutant("has no outstanding tallies in its snapshots") {
          @Override
          public Writer snapshot(Writer writer) {
            Writer snapshot = super.snapshot(writer);
            return new Writer(snapshot.counted(), snapshot.cached(), null, null, false);
          }
        },
        new Mutant("has no running totals in its snapshots") {
          @Override
          public Writer snapshot(Writer writer) {
            Tally counted = writer.counted();
            return new Writer(
                new Tally(counted.key, counted.epoch, 0, 0), writer.cached(), null, null, false);
          }
        },
        new Mutant("does not know a change again") {
          @Override
          public boolean deduplicates() {
            return false;
          }
        });
  }

  @Test
  void saysWhatWasSearchedAndExitsWith0() {
    Scope scope = ONE_JOB.only(EnumSet.of(Hazard.ANSWER_LOST));

    assertThat(check(LIMITS, Contender.IDEMPOTENT_ADD, scope)).isZero();

    assertThat(out.toString())
        .contains("  holds; ")
        .contains("   => A was moved by +2, but only 1 came and 0 went")
        .containsPattern("\\| ADD of window amounts \\| .*its answer is lost; .*moved by")
        .endsWith("states of 1 scope; 3 of 9 alternatives fail" + System.lineSeparator());
  }

  @Test
  void exitsWith1IfWhatShouldBeExactFails() {
    Contender plain = new Contender(new AddPerWindow(AddPerWindow.Guard.NONE), true, Set.of());

    assertThat(check(LIMITS, plain, ONE_JOB)).isEqualTo(1);
    assertThat(out.toString()).contains("NOT as it should be: ADD of window amounts fails");
  }

  @Test
  void exitsWith1IfAnAlternativeShowsNoFault() {
    assertThat(check(LIMITS, Contender.IDEMPOTENT_ADD, new Scope(1, 1, 1, 1, 1, Hazard.all())))
        .isEqualTo(1);
    assertThat(out.toString())
        .contains("guarded by window number doesn't show its fault in so small a scope");
  }

  @Test
  void exitsWith1IfThereAreTooManyStates() {
    assertThat(check(new Limits(50, Integer.MAX_VALUE), Contender.IDEMPOTENT_ADD, ONE_JOB))
        .isEqualTo(1);
    assertThat(out.toString()).contains("idempotent ADD has more than 50 states");
  }

  @Test
  void saysThatNotAllWasSearchedWhereTheDepthIsLimited() {
    Scope scope = ONE_JOB.only(EnumSet.of(Hazard.ANSWER_LOST));

    assertThat(check(new Limits(1000, 3), Contender.IDEMPOTENT_ADD, scope)).isZero();
    assertThat(out.toString()).contains("not all searched, but nothing found: idempotent ADD in");
  }

  private int check(Limits limits, Contender subject, Scope scope) {
    PrintWriter writer = new PrintWriter(out, true);
    return new ModelCheck(writer, false, true, limits, subject, Contender.ALTERNATIVES)
        .run(List.of(scope));
  }

  private static Optional<Counterexample> counterexample(Protocol<?, ?, ?> protocol, Scope scope) {
    return search(protocol, scope).counterexample();
  }

  private static Outcome search(Protocol<?, ?, ?> protocol, Scope scope) {
    return new Contender(protocol, true, Set.of()).search(scope, LIMITS, (states, depth) -> {});
  }
}
