package io.citytally.local.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("proof")
class SimulationTest {

  private static final int SEEDS = 200;

  @Test
  void everySeedIsExact() throws Exception {
    SeedRuns runs = new SeedRuns(1, SEEDS, Sabotage.NONE);
    runs.run(2);

    assertThat(runs.done()).isEqualTo(SEEDS);
    assertThat(runs.failures()).isEmpty();
  }

  @Test
  void aSeedReproducesItsRunToTheByte() throws Exception {
    for (long seed = 1; seed <= 50; seed++) {
      Plan plan = Plan.of(seed);
      List<String> here = logOf(plan);

      assertThat(inAnotherThread(() -> logOf(plan))).isEqualTo(here);
      assertThat(logOf(Plan.parse(plan.toString()))).isEqualTo(here);
    }
  }

  @Test
  void otherSeedsAreOtherRuns() {
    assertThat(logOf(Plan.of(1))).isNotEqualTo(logOf(Plan.of(2)));
  }

  @Test
  void aVoteIsCountedWithoutAnyFault() {
    List<String> log = new ArrayList<>();

    Outcome outcome = Simulation.run(Plan.parse("start cast:1 put:1"), Sabotage.NONE, log::add);

    assertThat(outcome).isEqualTo(new Outcome(null, Set.of(), 1, 8));
    assertThat(log)
        .contains("0 job 1 starts with parallelism 1 and window PT0.3S in epoch 1, without state")
        .anyMatch(line -> line.contains("North / park to epoch 1 added 1 removed 0, votes 1"));
  }

  @Test
  void aPlanOfWhichSomeIsMissingIsOneToo() {
    for (String action : Plan.of(3).toString().split(" ")) {
      assertThat(Simulation.run(Plan.parse(action)).failure()).isNull();
    }
  }

  @Test
  void aPlanSaysWhatIsWrongWithIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.parse("cast:1 vote:2"))
        .withMessage("no such action: 'vote'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.parse("cast:one"))
        .withMessage("an action's numbers are whole, from 0: 'cast:one'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.parse("cast:1:2:3"))
        .withMessage("an action has at most two numbers: 'cast:1:2:3'");
  }

  /** Found by the simulation when lists were compared after the clock was set back, too. */
  @Test
  void aListMovesOnWithItsNextVoteAfterTheClockWasSetBack() {
    assertThat(
            Simulation.run(
                    Plan.parse(
                        "cast:4 cast:0:4 several:1:217 checkpoint put:3 work:16:548 work:9 jump:1"))
                .failure())
        .isNull();
  }

  /** Found by the simulation when a list was written only if it was another than remembered. */
  @Test
  void aListLosesTheVoteThatAJobBeforeHadShown() {
    assertThat(Simulation.run(Plan.parse("cast:5 raise-epoch spoil:5")).failure()).isNull();
  }

  /** Found by the simulation when a reading's age was measured by the clock. */
  @Test
  void aReadingOfTheBallotIsNotTakenForAYoungOneBecauseTheClockIsSetBack() {
    assertThat(
            Simulation.run(
                    Plan.parse(
                        "ballot answer:3 pass:24000 list:4 pass:4000 jump:2 pass:6000 cast:0:4"))
                .failure())
        .isNull();
  }

  private static List<String> logOf(Plan plan) {
    List<String> log = new ArrayList<>();
    Simulation.run(plan, Sabotage.NONE, log::add);
    return log;
  }

  private static <T> T inAnotherThread(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(task, "another").start();
    return task.get();
  }
}
